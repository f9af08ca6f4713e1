/// A chart in the terminal with axes, lines, marks and a legend.
struct CharacterChart {
    private var canvas: CharacterCanvas
    private let frame: CharacterFrame
    private var legend: [String] = []

    /// Emphasis of each series; their marks differ as well.
    private static let styles: [[Colour.Style]] = [[.cyan], [.yellow], [.green], [.red], [.bold]]
    private static let widths = 40...100

    /// Lays axes out.
    /// - Parameter width: columns of the terminal; what is too few or too many for a chart is mended.
    init(width: Int, rows: Int = 18, x: ChartFrame.Axis, y: ChartFrame.Axis) {
        canvas = CharacterCanvas(
            width: min(max(width, Self.widths.lowerBound), Self.widths.upperBound), height: rows)
        frame = CharacterFrame(canvas, x: x, y: y)
        frame.draw(in: &canvas)
    }

    /// Columns of the plot itself.
    var columns: Int { max(1, Int(frame.x.end - frame.x.start)) }

    private var rows: ClosedRange<Int> { 1...max(1, Int(frame.y.start)) }

    /// One mark.
    /// - Parameter series: of its shape and colour; nil for a dot in the background.
    mutating func mark(x: Double, y: Double, series: Int?, isFilled: Bool = true) {
        let (column, row) = (frame.column(x), frame.row(y))
        guard rows.contains(row) else { return }
        guard let series else {
            if canvas.isEmpty(column: column, row: row) { canvas.put("·", column: column, row: row, [.dim]) }
            return
        }
        canvas.put(
            ChartMark.ofSeries(series).character(isFilled: isFilled), column: column, row: row, Self.style(series))
    }

    /// A line of steps: level up to the next corner, then up or down to it.
    mutating func steps(_ corners: [(x: Double, y: Double)], series: Int) {
        let cells = corners.map { (column: frame.column($0.x), row: clamped(frame.row($0.y))) }
        for (from, to) in zip(cells, cells.dropFirst()) {
            if from.row == to.row {
                for column in from.column...max(to.column, from.column) {
                    canvas.put("─", column: column, row: from.row, Self.style(series))
                }
            } else {
                for row in min(from.row, to.row)...max(from.row, to.row) {
                    canvas.put("│", column: to.column, row: row, Self.style(series))
                }
                canvas.put(to.row < from.row ? "┘" : "┐", column: to.column, row: from.row, Self.style(series))
            }
        }
    }

    /// A straight line, behind everything that is there.
    mutating func straight(from: (x: Double, y: Double), to: (x: Double, y: Double), _ character: Character) {
        let (first, last) = (frame.column(from.x), frame.column(to.x))
        guard first <= last else { return }
        for column in first...last {
            let part = last > first ? Double(column - first) / Double(last - first) : 0
            let row = frame.row(from.y + part * (to.y - from.y))
            if rows.contains(row), canvas.isEmpty(column: column, row: row) {
                canvas.put(character, column: column, row: row, [.dim])
            }
        }
    }

    /// What a mark means.
    mutating func explain(_ text: String, series: Int, isFilled: Bool = true) {
        legend.append("\(ChartMark.ofSeries(series).character(isFilled: isFilled)) \(text)")
    }

    /// What a character means.
    mutating func explain(_ text: String, _ character: Character) { legend.append("\(character) \(text)") }

    /// The lines, with the legend and remarks below.
    func rendered(_ colour: Colour, notes: [String]) -> String {
        let lines =
            Self.wrapped(legend, gap: "   ", width: canvas.width)
            + notes.flatMap { Self.wrapped($0.split(separator: " ").map(String.init), gap: " ", width: canvas.width) }
        return canvas.rendered(colour) + lines.map { colour.paint($0, [.dim]) + "\n" }.joined()
    }

    /// Pieces in lines of at most some columns.
    static func wrapped(_ pieces: [String], gap: String, width: Int) -> [String] {
        var lines: [String] = []
        for piece in pieces.map(\.withoutControlCharacters) {
            if let last = lines.last, (last + gap + piece).displayWidth <= width {
                lines[lines.count - 1] = last + gap + piece
            } else {
                lines.append(piece)
            }
        }
        return lines
    }

    private func clamped(_ row: Int) -> Int { min(max(row, rows.lowerBound), rows.upperBound) }

    private static func style(_ series: Int) -> [Colour.Style] { styles[series % styles.count] }
}
