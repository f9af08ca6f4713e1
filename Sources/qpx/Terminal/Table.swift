/// A table for people: aligned columns that fit the terminal, plain when piped.
///
/// When the rows are wider than the terminal, the columns of free text are cut first, longest first, with `…`; if that
/// is not enough, the columns are broken into blocks one below the other, each beginning with the first column. Nothing
/// is cut when the width is unknown (a pipe or a file).
struct Table: Sendable {
    /// One column.
    struct Column: Sendable, Equatable {
        /// The heading.
        var title: String
        /// Whether values are aligned at the right, as numbers are.
        var isRight: Bool
        /// Whether the column may be cut when space is short.
        var isCuttable: Bool

        /// A column of names or free text.
        static func text(_ title: String) -> Column { Column(title: title, isRight: false, isCuttable: true) }
        /// A column of short text that makes no sense when cut.
        static func word(_ title: String) -> Column { Column(title: title, isRight: false, isCuttable: false) }
        /// A column of numbers.
        static func number(_ title: String) -> Column { Column(title: title, isRight: true, isCuttable: false) }
    }

    /// One value.
    struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
        /// What is shown; empty is shown as `-`.
        var text: String
        /// How it is drawn on a terminal.
        var styles: [Colour.Style]

        init(_ text: String, _ styles: Colour.Style...) {
            self.text = text.withoutControlCharacters
            self.styles = styles
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    /// A line above the table.
    var title: String?
    /// Whether an empty line comes before the title.
    var isSeparate: Bool
    /// The columns.
    let columns: [Column]
    /// The rows; missing cells are shown as `-`.
    private(set) var rows: [[Cell]] = []
    /// Lines below the table.
    var footnotes: [String] = []

    /// Narrowest that a column is cut to.
    private static let narrowest = 8
    /// Between two columns.
    private static let gap = 2

    init(title: String? = nil, isSeparate: Bool = false, _ columns: [Column]) {
        self.title = title?.withoutControlCharacters
        self.isSeparate = isSeparate
        self.columns = columns
    }

    /// Adds a row.
    mutating func add(_ row: [Cell]) {
        precondition(row.count <= columns.count, "a row has more cells than the table has columns")
        rows.append(row)
    }

    /// The table as lines, each ending with a line feed.
    /// - Parameter width: columns of the terminal; nil when there is none.
    func rendered(width: Int?, colour: Colour = .off) -> String {
        guard !columns.isEmpty else { return "" }
        var widths = columns.indices.map { c in
            rows.reduce(columns[c].title.displayWidth) { max($0, cell($1, c).text.displayWidth) }
        }
        if let width { cut(&widths, toFit: width) }
        var lines = isSeparate ? [""] : []
        if let title { lines.append(colour.paint(title, [.bold])) }
        for (index, block) in blocks(widths, width: width).enumerated() {
            if index > 0 { lines.append("") }
            // Lists of names and values have no headings.
            if block.contains(where: { !columns[$0].title.isEmpty }) {
                lines.append(line(block, widths, colour) { c in Cell(columns[c].title, .bold) })
            }
            for row in rows {
                lines.append(line(block, widths, colour) { c in cell(row, c) })
            }
        }
        for note in footnotes {
            lines.append(colour.paint(width.map { note.truncated(toWidth: max($0, Self.narrowest)) } ?? note, [.dim]))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func cell(_ row: [Cell], _ column: Int) -> Cell {
        guard column < row.count, !row[column].text.isEmpty else { return "-" }
        return row[column]
    }

    private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + Self.gap * (widths.count - 1) }

    /// Takes columns from the widest cuttable column, one by one, until the rows fit or nothing is left to cut.
    private func cut(_ widths: inout [Int], toFit width: Int) {
        while total(widths) > width {
            let candidates = columns.indices.filter { columns[$0].isCuttable && widths[$0] > Self.narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }

    /// Columns that stand beside each other, the first column repeated in each block.
    private func blocks(_ widths: [Int], width: Int?) -> [[Int]] {
        guard let width, total(widths) > width, widths.count > 2 else { return [Array(widths.indices)] }
        var blocks: [[Int]] = []
        var block = [0]
        for column in widths.indices.dropFirst() {
            if block.count > 1, total((block + [column]).map { widths[$0] }) > width {
                blocks.append(block)
                block = [0]
            }
            block.append(column)
        }
        return blocks + [block]
    }

    private func line(_ block: [Int], _ widths: [Int], _ colour: Colour, cell: (Int) -> Cell) -> String {
        var line = ""
        for (position, column) in block.enumerated() {
            if position > 0 { line += String(repeating: " ", count: Self.gap) }
            let cell = cell(column)
            let text = cell.text.truncated(toWidth: widths[column])
            let isLast = position == block.count - 1
            // The blanks stay outside the escape sequences, and no line ends in blanks.
            let blanks = String(repeating: " ", count: widths[column] - text.displayWidth)
            let painted = colour.paint(text, cell.styles)
            line += columns[column].isRight ? blanks + painted : painted + (isLast ? "" : blanks)
        }
        // A number may end in a place for marks.
        while line.last == " " { line.removeLast() }
        return line
    }
}
