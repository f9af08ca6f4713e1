/// The axes of a chart in a file: where they lie, their ticks, their titles.
struct ChartFrame: Sendable {
    /// One axis before it has a place.
    struct Axis: Sendable {
        /// What it measures, with its unit.
        var title: String
        /// The numbers from one end to the other.
        var range: ClosedRange<Double>
        /// Whether only whole numbers are written at it: layers, trials.
        var isWhole = false
    }

    /// The part of a drawing that a chart has for itself, ticks and titles included.
    struct Area: Sendable {
        var left: Double
        /// Where the plot itself begins.
        var top: Double
        var right: Double
        var bottom: Double
    }

    /// The place of a number on the horizontal axis.
    let x: LinearScale
    /// The place of a number on the vertical axis.
    let y: LinearScale
    private let xTicks: AxisTicks
    private let yTicks: AxisTicks
    private let xTitle: String
    private let yTitle: String
    private let area: Area

    /// Size of the text, in points.
    static let textSize = 7.5
    private static let tickLength = 2.5
    private static let gap = 2.5

    /// Lays axes out in the whole width of a drawing.
    /// - Parameters:
    ///   - top: free above the plot, for a legend.
    init(_ document: SVGDocument, x horizontal: Axis, y vertical: Axis, top: Double) {
        self.init(
            Area(left: 0, top: top, right: document.width, bottom: document.height), x: horizontal, y: vertical)
    }

    /// Lays axes out in a part of a drawing.
    /// - Parameter labelWidth: points that the labels of the vertical axis have at least, so that charts above one another
    ///   begin at the same place.
    init(_ area: Area, x horizontal: Axis, y vertical: Axis, labelWidth: Double = 0) {
        let size = Self.textSize
        let titled = horizontal.title.isEmpty ? 0 : size + Self.gap
        let bottom = max(area.top + 1, area.bottom - 3 - size - Self.tickLength - Self.gap - titled)
        let yTicks = AxisTicks(
            vertical.range, about: max(2, Int((bottom - area.top) / 24)), isWhole: vertical.isWhole)
        let widest = max(labelWidth, Self.labelWidth(yTicks))
        let left = area.left + 3 + size + 2 * Self.gap + widest + Self.tickLength + 1
        // Half of the last label may reach beyond the axis.
        let last = AxisTicks(horizontal.range, about: 4, isWhole: horizontal.isWhole)
        let right = max(left + 1, area.right - max(7, Self.labelWidth(last) / 2 + 2))
        self.yTicks = yTicks
        xTicks = AxisTicks(
            horizontal.range, about: max(2, Int((right - left) / 38)), isWhole: horizontal.isWhole)
        x = LinearScale(domain: horizontal.range, start: left, end: right)
        y = LinearScale(domain: vertical.range, start: bottom, end: area.top)
        xTitle = horizontal.title.isEmpty ? "" : horizontal.title + xTicks.suffix
        yTitle = vertical.title + yTicks.suffix
        self.area = area
    }

    /// Points that the labels of ticks take.
    static func labelWidth(_ ticks: AxisTicks) -> Double {
        ticks.values.map { SVGDocument.width(of: ticks.label($0), size: textSize) }.max() ?? 0
    }

    /// Draws grid, axes, ticks and titles; what belongs on top of them comes after.
    func draw(in document: inout SVGDocument) {
        drawVertical(in: &document, title: yTitle)
        drawHorizontal(in: &document)
    }

    /// Draws the horizontal axis alone.
    func drawHorizontal(in document: inout SVGDocument) {
        let size = Self.textSize
        for value in xTicks.values {
            let place = x.place(value)
            document.line([(place, y.start), (place, y.start + Self.tickLength)], .init(role: .ink, width: 0.6))
            document.text(
                xTicks.label(value), x: place, y: y.start + Self.tickLength + Self.gap / 2 + size, size: size,
                anchor: .middle)
        }
        document.line([(x.start, y.start), (x.end, y.start)], .init(role: .ink, width: 0.6))
        guard !xTitle.isEmpty else { return }
        document.text(xTitle, x: (x.start + x.end) / 2, y: area.bottom - 4, size: size, anchor: .middle)
    }

    /// Draws the vertical axis alone, with its grid.
    func drawVertical(in document: inout SVGDocument, title: String) {
        let size = Self.textSize
        for value in yTicks.values {
            let place = y.place(value)
            document.line([(x.start, place), (x.end, place)], .init(role: .grid, width: 0.5))
            document.line([(x.start - Self.tickLength, place), (x.start, place)], .init(role: .ink, width: 0.6))
            document.text(
                yTicks.label(value), x: x.start - Self.tickLength - Self.gap, y: place + 0.35 * size, size: size,
                anchor: .end)
        }
        document.line([(x.start, y.end), (x.start, y.start)], .init(role: .ink, width: 0.6))
        document.text(
            title, x: area.left + 3 + size, y: (y.start + y.end) / 2, size: size, anchor: .middle, turned: -90)
    }
}
