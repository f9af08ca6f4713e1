/// A table as comma-separated values (RFC 4180, with line feeds): numbers in full precision, stable column names.
struct CSVReport: ReportFormat {
    let name = "csv"
    let fileExtension = "csv"
    let holdsSeveralTables = false

    func render(_ tables: [ReportTable]) -> String {
        var lines: [String] = []
        for table in tables {
            lines.append(table.columns.map { quoted($0.name) }.joined(separator: ","))
            lines += table.rows.map { row in row.cells.map(text).joined(separator: ",") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func text(_ cell: ReportTable.Cell) -> String {
        cell.value.map(NumberText.exact) ?? quoted(cell.text)
    }

    private func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) || text != text.trimmed else {
            return text
        }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension String {
    /// The text without blanks at either end.
    fileprivate var trimmed: String {
        let front = drop(while: \.isWhitespace)
        return String(front.reversed().drop(while: \.isWhitespace).reversed())
    }
}
