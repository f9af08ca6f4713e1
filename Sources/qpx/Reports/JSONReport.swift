/// Tables as JSON: every cell with its text, its value in full precision, and its marks.
///
///     {"tables": [{"title": …, "columns": [{"name", "title", "kind"}], "rows": [{"is_ranked", "trials": […],
///       "cells": {name: {"text", "value", "best", "second_best", "footnote"}}}], "footnotes": […], "remarks": […], "commands": […]}]}
struct JSONReport: ReportFormat {
    let name = "json"
    let fileExtension = "json"
    let holdsSeveralTables = true

    func render(_ tables: [ReportTable]) -> String {
        JSONValue.object([("tables", .array(tables.map(value)))]).pretty + "\n"
    }

    /// One table.
    func value(_ table: ReportTable) -> JSONValue {
        [
            "title": .string(table.title),
            "columns": .array(
                table.columns.map {
                    ["name": .string($0.name), "title": .string($0.title), "kind": .string(kind($0.kind))]
                }),
            "rows": .array(
                table.rows.map { row in
                    let cells = zip(table.columns, row.cells).map { ($0.name, value($1)) }
                    return [
                        "is_ranked": .bool(row.isRanked), "trials": .array(row.trials.map(JSONValue.string)),
                        "cells": .object(cells),
                    ]
                }),
            "footnotes": .array(table.footnotes.map(JSONValue.string)),
            "remarks": .array(table.remarks.map(JSONValue.string)),
            "commands": .array(table.commands.map(JSONValue.string)),
        ]
    }

    private func value(_ cell: ReportTable.Cell) -> JSONValue {
        [
            "text": cell.text.isEmpty ? .null : .string(cell.text), "value": .optional(cell.value),
            "best": .bool(cell.isBold), "second_best": .bool(cell.isUnderlined), "footnote": .optional(cell.footnote),
        ]
    }

    private func kind(_ kind: ReportTable.Kind) -> String {
        switch kind {
        case .text: "text"
        case .number: "number"
        case .higherIsBetter: "higher_is_better"
        case .lowerIsBetter: "lower_is_better"
        }
    }
}
