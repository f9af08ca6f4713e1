internal import Store

/// What a template may name: searches, and a report's tables, cell by cell.
///
///     title, date (of the latest search's end), commands, searches [name, model, ratio, parameters_removed, budget,
///       objective, seed, command, created, finished], tables, and of the first table also:
///     columns [name, title, is_number], footnotes, remarks, rows [starts_group, is_ranked, trials, cells,
///       and each cell by its column's name], each cell [column, title, text, marked, value, is_best, is_second]
struct TemplateContext {
    private let tables: [ReportTable]
    private let searches: [(record: SearchRecord, model: String)]
    private let language: TemplateLanguage

    init(_ store: Store, tables: [ReportTable], searches: [SearchRecord], language: TemplateLanguage) throws {
        self.tables = tables
        self.language = language
        self.searches = try searches.map { ($0, try store.model(id: $0.modelID).name) }
    }

    /// The values by name.
    var values: [String: Any] {
        var values: [String: Any] = tables.first.map(table) ?? [:]
        values["tables"] = tables.map(table)
        values["searches"] = searches.map { search($0.record, model: $0.model) }
        // Of the database, not of the clock: the same database gives the same bytes.
        values["date"] = searches.compactMap { $0.record.finishedAt ?? $0.record.createdAt }.max().map {
            String($0.prefix(10))
        }
        return values
    }

    /// Every name that means something, wherever it stands.
    var names: Set<String> {
        var names: Set<String> = []
        Self.collect(values, into: &names)
        return names
    }

    private static func collect(_ value: Any, into names: inout Set<String>) {
        if let object = value as? [String: Any] {
            names.formUnion(object.keys)
            for value in object.values { collect(value, into: &names) }
        } else if let list = value as? [Any] {
            for value in list { collect(value, into: &names) }
        }
    }

    private func table(_ table: ReportTable) -> [String: Any] {
        [
            "title": table.title, "commands": table.commands, "footnotes": table.footnotes, "remarks": table.remarks,
            "columns": table.columns.map { column -> [String: Any] in
                ["name": column.name, "title": column.title, "is_number": column.kind.isNumber]
            },
            "rows": table.rows.enumerated().map { index, row -> [String: Any] in
                var values: [String: Any] = [:]
                var cells: [[String: Any]] = []
                for (column, cell) in zip(table.columns, row.cells) {
                    let own = self.cell(cell, column)
                    values[column.name] = own
                    cells.append(own)
                }
                values["cells"] = cells
                values["starts_group"] = row.startsGroup && index > 0
                values["is_ranked"] = row.isRanked
                values["trials"] = row.trials
                return values
            },
        ]
    }

    private func cell(_ cell: ReportTable.Cell, _ column: ReportTable.Column) -> [String: Any] {
        [
            "column": column.name, "title": column.title, "text": cell.text, "marked": language.marked(cell),
            "value": cell.value.map(NumberText.exact) ?? "", "is_best": cell.isBold, "is_second": cell.isUnderlined,
        ]
    }

    private func search(_ search: SearchRecord, model: String) -> [String: Any] {
        let view = SearchView(search)
        return [
            "name": search.name, "model": model, "ratio": NumberText.exact(search.pruningRatio),
            "parameters_removed": search.parametersRemoved.map(NumberText.exact) ?? "", "budget": view.budget,
            "objective": search.objective, "seed": String(search.seed), "command": search.commandLine ?? "",
            "created": search.createdAt, "finished": search.finishedAt ?? "",
        ]
    }
}
