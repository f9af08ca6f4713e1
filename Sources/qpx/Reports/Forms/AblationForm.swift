internal import Store

/// What settings change: a row for each search, the settings in which they differ, and what one trial of each measured.
struct AblationForm: ReportForm {
    let name = "ablation"
    let abstract = "a row for each search: the settings that differ, and its best trial (or that of --pick)"

    private struct Row {
        var search: SearchRecord
        var entry: ResultEntry
    }

    func tables(of material: ReportMaterial) throws -> [ReportTable] {
        let rows = try rows(material)
        let names = try DifferingSettings(rows.map(\.search), in: material.store)
        let metrics = MetricColumns(rows.map(\.entry), material.style)
        var table = ReportTable(
            title: material.style.caption ?? "What the settings change",
            columns: header(names, metrics, rows, material.style))
        let hasObjective = table.columns.contains { $0.name == "objective" }
        for row in rows {
            table.add(Self.row(row, names, metrics, hasObjective: hasObjective, material.style))
        }
        table.markBest()
        table.remarks = material.style.remarks + remarks(rows, material)
        table.commands = material.commands
        return [table]
    }

    private func rows(_ material: ReportMaterial) throws -> [Row] {
        let groups = try material.groups()
        let chosen = try material.chosen()
        return try groups.compactMap { group in
            let entries = ResultEntry.merged(
                try group.searches.map { search in
                    try ResultEntry.entries(of: search, in: material.store).filter {
                        chosen?.contains($0.trial.id) ?? true
                    }
                })
            let entry = entries.first { entry in
                material.pick.map { $0 == entry.method || $0 == entry.trial.label } ?? (entry.key == "searched")
            }
            return entry.map { Row(search: group.searches[0], entry: $0) }
        }
    }

    private func header(
        _ names: DifferingSettings, _ metrics: MetricColumns, _ rows: [Row], _ style: ReportStyle
    ) -> [ReportTable.Column] {
        var columns = names.columns
        columns.append(.init(name: "bits_per_weight", title: "Bits", kind: .number))
        columns += metrics.columns
        if let first = rows.first?.search, rows.allSatisfy({ $0.search.objective == first.objective }) {
            columns.append(
                .init(
                    name: "objective", title: first.objective,
                    kind: first.direction == .maximize ? .higherIsBetter : .lowerIsBetter))
        }
        columns.append(.init(name: "weight_bytes", title: style.memory.rawValue, kind: .number))
        columns.append(.init(name: "trial", title: "Trial", kind: .text))
        return columns
    }

    private static func row(
        _ row: Row, _ names: DifferingSettings, _ metrics: MetricColumns, hasObjective: Bool, _ style: ReportStyle
    ) -> ReportTable.Row {
        let entry = row.entry
        let isErrorShown = style.showsStandardErrors || entry.seeds > 1
        var cells = names.cells(of: row.search)
        cells.append(.number(entry.bitsPerWeight, decimals: 2))
        cells += metrics.cells(of: entry)
        if hasObjective {
            cells.append(style.number(entry.objective, entry.objectiveError, decimals: 4, isErrorShown: isErrorShown))
        }
        cells.append(style.bytes(entry.weightBytes))
        cells.append(.init(entry.trials.map(\.name).joined(separator: " ")))
        return .init(cells: cells, isRanked: true, trials: entry.trials.map(\.name))
    }

    private func remarks(_ rows: [Row], _ material: ReportMaterial) -> [String] {
        var remarks = [material.pick.map { "Each row: \($0)." } ?? "Each row: the best trial of a search."]
        if let seeds = rows.map(\.entry.seeds).max(), seeds > 1 {
            remarks.append("± is the standard deviation over \(seeds) seeds.")
        } else if material.style.showsStandardErrors {
            remarks.append("± is the standard error.")
        }
        let missing = material.searches.count - rows.reduce(0) { $0 + $1.entry.trials.count }
        if missing > 0, material.pick != nil { remarks.append("\(missing) searches have no such trial.") }
        return remarks
    }
}
