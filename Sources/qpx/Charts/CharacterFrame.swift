/// The axes of a chart in the terminal.
struct CharacterFrame: Sendable {
    /// The column of a number.
    let x: LinearScale
    /// The row of a number, from above.
    let y: LinearScale
    private let xTicks: AxisTicks
    private let yTicks: AxisTicks
    private let xTitle: String
    private let yTitle: String
    private let canvasHeight: Int

    /// Lays axes out on a canvas: the first row is the vertical title's, the last two are the horizontal axis'.
    init(_ canvas: CharacterCanvas, x horizontal: ChartFrame.Axis, y vertical: ChartFrame.Axis) {
        canvasHeight = canvas.height
        let bottom = max(1, canvas.height - 4)
        let yTicks = AxisTicks(vertical.range, about: max(2, bottom / 4))
        let left = (yTicks.values.map { yTicks.label($0).displayWidth }.max() ?? 0) + 2
        let right = max(left + 1, canvas.width - 2)
        xTicks = AxisTicks(horizontal.range, about: max(2, (right - left) / 14))
        self.yTicks = yTicks
        x = LinearScale(domain: horizontal.range, start: Double(left), end: Double(right))
        y = LinearScale(domain: vertical.range, start: Double(bottom), end: 1)
        xTitle = horizontal.title + xTicks.suffix
        yTitle = vertical.title + yTicks.suffix
    }

    /// Column of a number.
    func column(_ value: Double) -> Int { Self.cell(x.place(value)) }

    /// Row of a number.
    func row(_ value: Double) -> Int { Self.cell(y.place(value)) }

    /// A cell far outside is as good as one far, far outside.
    private static func cell(_ place: Double) -> Int { Int(min(max(place.rounded(), -10_000), 10_000)) }

    /// Draws axes, ticks and titles.
    func draw(in canvas: inout CharacterCanvas) {
        let (left, right, bottom) = (Int(x.start) - 1, Int(x.end), Int(y.start) + 1)
        canvas.put(yTitle, column: 0, row: 0)
        for row in 1..<max(bottom, 2) { canvas.put("│", column: left, row: row, [.dim]) }
        canvas.put("└", column: left, row: bottom, [.dim])
        for column in left + 1..<max(right + 1, left + 2) { canvas.put("─", column: column, row: bottom, [.dim]) }
        for value in yTicks.values {
            let label = yTicks.label(value)
            canvas.put(label, column: left - label.displayWidth, row: row(value))
            canvas.put("┤", column: left, row: row(value), [.dim])
        }
        var free = 0
        for value in xTicks.values {
            let label = xTicks.label(value)
            let column = column(value)
            canvas.put("┬", column: column, row: bottom, [.dim])
            let begin = min(max(column - label.displayWidth / 2, free), canvas.width - label.displayWidth)
            guard begin >= free else { continue }
            canvas.put(label, column: begin, row: bottom + 1)
            free = begin + label.displayWidth + 1
        }
        canvas.put(xTitle, column: max(left, right - xTitle.displayWidth + 1), row: canvasHeight - 1)
    }
}
