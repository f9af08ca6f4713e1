/// Tables in GitHub-flavoured Markdown.
struct MarkdownReport: ReportFormat {
    let name = "markdown"
    let fileExtension = "md"
    let holdsSeveralTables = true

    func render(_ tables: [ReportTable]) -> String { tables.map(render).joined(separator: "\n") }

    private func render(_ table: ReportTable) -> String {
        var lines: [String] = []
        if !table.title.isEmpty { lines += ["## \(Self.escaped(table.title))", ""] }
        let cells = table.rows.map { row in row.cells.map(Self.text) }
        let titles = table.columns.map { Self.escaped($0.title) }
        // Columns of equal width: the source is read as often as the page.
        let widths = table.columns.indices.map { column in
            cells.reduce(max(3, titles[column].displayWidth)) { max($0, $1[column].displayWidth) }
        }
        lines.append(line(titles, widths, table))
        let rules = table.columns.indices.map { column in
            table.columns[column].kind.isNumber
                ? String(repeating: "-", count: widths[column] - 1) + ":"
                : String(repeating: "-", count: widths[column])
        }
        lines.append(line(rules, widths, table))
        lines += cells.map { line($0, widths, table) }
        if !table.footnotes.isEmpty {
            lines.append("")
            lines += table.footnotes.enumerated().map { "\($0 + 1). \(Self.escaped($1))" }
        }
        for remark in table.remarks { lines += ["", Self.escaped(remark)] }
        if !table.commands.isEmpty {
            lines += ["", "Made with:", ""] + table.commands.map { "    " + $0.withoutControlCharacters }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ table: ReportTable) -> String {
        let padded = cells.indices.map { column in
            cells[column].padded(toWidth: widths[column], isRight: table.columns[column].kind.isNumber)
        }
        return "| " + padded.joined(separator: " | ") + " |"
    }

    static func text(_ cell: ReportTable.Cell) -> String {
        guard !cell.text.isEmpty else { return "–" }
        var text = Self.escaped(cell.text)
        if cell.isBold { text = "**\(text)**" } else if cell.isUnderlined { text = "<u>\(text)</u>" }
        return text + (cell.footnote.map { "<sup>\($0)</sup>" } ?? "")
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.withoutControlCharacters {
            if #"\`*_[]|#~"#.contains(character) { escaped.append("\\") }
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
