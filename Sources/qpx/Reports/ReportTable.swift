/// A table as papers print it: rows method × pruning ratio, columns tasks, mean, perplexity or loss, memory.
///
/// Cells are formatted already; the raw values ride along for files that programs read. Every format renders the same
/// value, so that the digits in Markdown, CSV, LaTeX and JSON cannot differ.
struct ReportTable: Sendable, Equatable {
    /// What kind of values a column holds.
    enum Kind: Sendable, Equatable {
        /// Names and other text, aligned at the left.
        case text
        /// Numbers, aligned at the right, none better than another.
        case number
        /// Numbers of which the largest is the best, such as accuracies.
        case higherIsBetter
        /// Numbers of which the smallest is the best, such as perplexities.
        case lowerIsBetter

        /// Whether values are aligned at the right.
        var isNumber: Bool { self != .text }
    }

    /// One column.
    struct Column: Sendable, Equatable {
        /// A stable key for CSV and JSON, in snake case.
        var name: String
        /// The heading for people.
        var title: String
        /// What it holds.
        var kind: Kind
    }

    /// One value.
    struct Cell: Sendable, Equatable {
        /// What is printed; empty when missing.
        var text: String
        /// The number behind the text, in full precision.
        var value: Double?
        /// Whether it is the best of its column.
        var isBold = false
        /// Whether it is the second best of its column.
        var isUnderlined = false
        /// Number of a footnote, from 1.
        var footnote: Int?

        init(_ text: String, value: Double? = nil, footnote: Int? = nil) {
            self.text = text.withoutControlCharacters
            self.value = value
            self.footnote = footnote
        }

        /// A number with a fixed count of decimals; missing when nil.
        static func number(_ value: Double?, decimals: Int) -> Cell {
            guard let value, value.isFinite else { return .missing }
            return Cell(NumberText.fixed(value, decimals), value: value)
        }

        /// A value that does not exist.
        static let missing = Cell("")
    }

    /// One row.
    struct Row: Sendable, Equatable {
        /// A value for each column.
        var cells: [Cell]
        /// Whether the row competes for the best value of a column; the intact model, for one, does not.
        var isRanked = true
        /// Whether a rule separates the row from the one above.
        var startsGroup = false
        /// Names of the trials that its values come from.
        var trials: [String] = []
    }

    /// What the table shows.
    var title: String
    /// The columns.
    let columns: [Column]
    /// The rows.
    private(set) var rows: [Row] = []
    /// Notes that cells refer to, numbered from 1.
    var footnotes: [String] = []
    /// Remarks on the whole table.
    var remarks: [String] = []
    /// The commands that made the table, for the reader who wants to make it again.
    var commands: [String] = []

    init(title: String, columns: [Column]) {
        self.title = title
        self.columns = columns
    }

    /// Adds a row; it has a cell for each column.
    mutating func add(_ row: Row) {
        precondition(row.cells.count == columns.count, "a row has as many cells as the table has columns")
        rows.append(row)
    }

    /// The same table without some columns.
    func without(_ isHidden: (Column) -> Bool) -> ReportTable {
        let kept = columns.indices.filter { !isHidden(columns[$0]) }
        var table = ReportTable(title: title, columns: kept.map { columns[$0] })
        for row in rows {
            var row = row
            row.cells = kept.map { row.cells[$0] }
            table.add(row)
        }
        (table.footnotes, table.remarks, table.commands) = (footnotes, remarks, commands)
        return table
    }

    /// Marks the best value of each column bold and the second best underlined, among the ranked rows of each group.
    ///
    /// Values count as equal when they are printed alike: a reader could not see why one of them is marked.
    mutating func markBest() {
        for group in groups {
            for column in columns.indices { markBest(column, rows: group) }
        }
    }

    /// Rows between rules.
    private var groups: [Range<Int>] {
        let starts = rows.indices.filter { $0 == 0 || rows[$0].startsGroup }
        return zip(starts, starts.dropFirst() + [rows.count]).map { $0..<$1 }
    }

    private mutating func markBest(_ column: Int, rows group: Range<Int>) {
        guard columns[column].kind == .higherIsBetter || columns[column].kind == .lowerIsBetter else { return }
        let sign = columns[column].kind == .higherIsBetter ? 1.0 : -1.0
        let candidates = group.filter { rows[$0].isRanked && rows[$0].cells[column].value != nil }
        // One row alone has won nothing.
        guard candidates.count > 1 else { return }
        let ranked = candidates.sorted { sign * value($0, column) > sign * value($1, column) }
        var texts: [String] = []
        for row in ranked where !texts.contains(rows[row].cells[column].text) {
            texts.append(rows[row].cells[column].text)
        }
        // Where all are alike, none is best.
        guard texts.count > 1 else { return }
        for row in ranked {
            rows[row].cells[column].isBold = rows[row].cells[column].text == texts[0]
            rows[row].cells[column].isUnderlined = rows[row].cells[column].text == texts[1]
        }
    }

    private func value(_ row: Int, _ column: Int) -> Double { rows[row].cells[column].value ?? .nan }

    /// The same table for the terminal.
    var terminalTable: Table { terminalTable(uncut: []) }

    /// The same table for the terminal.
    /// - Parameter names: columns of text that is not cut where space is short, such as names of trials.
    func terminalTable(uncut names: Set<String>) -> Table {
        var table = Table(
            title: title,
            columns.map { column in
                if column.kind.isNumber { return .number(column.title) }
                return names.contains(column.name) ? .word(column.title) : .text(column.title)
            })
        for row in rows {
            table.add(
                row.cells.map { cell in
                    let mark = cell.footnote.map { "[\($0)]" } ?? ""
                    var shown = Table.Cell(cell.text.isEmpty ? "" : cell.text + mark)
                    shown.styles = (cell.isBold ? [.bold] : []) + (cell.isUnderlined ? [.underline] : [])
                    return shown
                })
        }
        table.footnotes = footnotes.enumerated().map { "[\($0 + 1)] \($1)" } + remarks
        return table
    }
}
