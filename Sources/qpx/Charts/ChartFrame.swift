/// The axes of a chart in a file: where they lie, their ticks, their titles.
struct ChartFrame: Sendable {
    /// One axis before it has a place.
    struct Axis: Sendable {
        /// What it measures, with its unit.
        var title: String
        /// The numbers from one end to the other.
        var range: ClosedRange<Double>
    }

    /// The place of a number on the horizontal axis.
    let x: LinearScale
    /// The place of a number on the vertical axis.
    let y: LinearScale
    private let xTicks: AxisTicks
    private let yTicks: AxisTicks
    private let xTitle: String
    private let yTitle: String

    /// Size of the text, in points.
    static let textSize = 7.5
    private static let tickLength = 2.5
    private static let gap = 2.5

    /// Lays axes out in the whole width of a drawing.
    /// - Parameters:
    ///   - top: free above the plot, for a legend.
    init(_ document: SVGDocument, x horizontal: Axis, y vertical: Axis, top: Double) {
        let size = Self.textSize
        let bottom = document.height - 3 - 2 * size - Self.tickLength - 2 * Self.gap
        let yTicks = AxisTicks(vertical.range, about: max(2, Int((bottom - top) / 24)))
        let widest = yTicks.values.map { SVGDocument.width(of: yTicks.label($0), size: size) }.max() ?? 0
        let left = 3 + size + 2 * Self.gap + widest + Self.tickLength + 1
        let right = document.width - 7
        self.yTicks = yTicks
        xTicks = AxisTicks(horizontal.range, about: max(2, Int((right - left) / 38)))
        x = LinearScale(domain: horizontal.range, start: left, end: right)
        y = LinearScale(domain: vertical.range, start: bottom, end: top)
        xTitle = horizontal.title + xTicks.suffix
        yTitle = vertical.title + yTicks.suffix
    }

    /// Draws grid, axes, ticks and titles; what belongs on top of them comes after.
    func draw(in document: inout SVGDocument) {
        let size = Self.textSize
        for value in yTicks.values {
            let place = y.place(value)
            document.line([(x.start, place), (x.end, place)], .init(role: .grid, width: 0.5))
            document.line([(x.start - Self.tickLength, place), (x.start, place)], .init(role: .ink, width: 0.6))
            document.text(
                yTicks.label(value), x: x.start - Self.tickLength - Self.gap, y: place + 0.35 * size, size: size,
                anchor: .end)
        }
        for value in xTicks.values {
            let place = x.place(value)
            document.line([(place, y.start), (place, y.start + Self.tickLength)], .init(role: .ink, width: 0.6))
            document.text(
                xTicks.label(value), x: place, y: y.start + Self.tickLength + Self.gap / 2 + size, size: size,
                anchor: .middle)
        }
        document.line([(x.start, y.end), (x.start, y.start), (x.end, y.start)], .init(role: .ink, width: 0.6))
        document.text(xTitle, x: (x.start + x.end) / 2, y: document.height - 4, size: size, anchor: .middle)
        document.text(
            yTitle, x: 3 + size, y: (y.start + y.end) / 2, size: size, anchor: .middle, turned: -90)
    }
}
