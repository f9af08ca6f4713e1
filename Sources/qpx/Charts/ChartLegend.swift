/// What the marks and lines of a chart mean, in rows above it.
struct ChartLegend: Sendable {
    /// One meaning.
    struct Entry: Sendable {
        /// What it means.
        var text: String
        /// The colour.
        var role: ChartTheme.Role
        /// The mark; nil for a line alone.
        var mark: ChartMark?
        /// Whether the mark is filled.
        var isFilled = true
        /// How strongly it is drawn.
        var opacity = 1.0
        /// Whether it is the colour of an area, shown as one.
        var isCell = false
        /// The line behind the mark; nil for none.
        var line: SVGDocument.Stroke?
    }

    private let rows: [[(entry: Entry, x: Double)]]
    private static let sample = 13.0
    private static let size = 7.0
    private static let rowHeight = 9.5

    /// Lays entries out in a width.
    init(_ entries: [Entry], width: Double) {
        var rows: [[(entry: Entry, x: Double)]] = []
        var x = width
        for entry in entries {
            let own = Self.sample + 3 + SVGDocument.width(of: entry.text, size: Self.size) + 7
            if x + own > width || rows.isEmpty {
                rows.append([])
                x = 5
            }
            rows[rows.count - 1].append((entry, x))
            x += own
        }
        self.rows = rows
    }

    /// Points that it takes from the upper end of the drawing.
    var height: Double { 4 + Self.rowHeight * Double(rows.count) }

    /// Draws it.
    func draw(in document: inout SVGDocument) {
        for (row, entries) in rows.enumerated() {
            let middle = 4 + Self.rowHeight * (Double(row) + 0.5)
            for (entry, x) in entries {
                if entry.isCell {
                    document.rectangle(
                        x: x + Self.sample - 8, y: middle - 3, width: 8, height: 6, role: .muted)
                    document.rectangle(
                        x: x + Self.sample - 7.6, y: middle - 2.6, width: 7.2, height: 5.2, role: entry.role)
                }
                if let line = entry.line { document.line([(x, middle), (x + Self.sample, middle)], line) }
                if let mark = entry.mark {
                    document.mark(
                        mark, x: x + Self.sample / 2, y: middle, radius: 2.2, role: entry.role,
                        isFilled: entry.isFilled, opacity: entry.opacity)
                }
                document.text(
                    entry.text, x: x + Self.sample + 3, y: middle + 0.35 * Self.size, size: Self.size)
            }
        }
    }
}
