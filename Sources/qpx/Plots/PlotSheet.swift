/// An SVG of a picture: a legend above, notes below, and the charts between them.
struct PlotSheet {
    var document: SVGDocument
    /// What is left for charts, ticks and titles included.
    let area: ChartFrame.Area
    private let legend: ChartLegend?
    private let notes: [String]

    /// Size of notes and of names beside marks, in points.
    static let smallText = 6.5
    private static let noteHeight = 8.0

    /// - Parameters:
    ///   - plotHeight: points of the charts without ticks and titles below them.
    ///   - legend: what marks and lines mean; empty for none.
    init(
        _ drawing: any PlotDrawing, _ paper: PlotPaper, plotHeight: Double, legend entries: [ChartLegend.Entry] = []
    ) {
        let notes = drawing.notes.flatMap { Self.lines($0, width: paper.width - 10) }
        let legend = entries.isEmpty ? nil : ChartLegend(entries, width: paper.width)
        let top = (legend?.height ?? 3) + 5
        let bottom = top + plotHeight + 3 + 2 * ChartFrame.textSize + 7.5
        let rest = notes.isEmpty ? 0 : 3 + Double(notes.count) * Self.noteHeight
        document = SVGDocument(
            width: paper.width, height: bottom + rest, theme: paper.theme, title: drawing.title,
            description: ([drawing.summary] + drawing.notes).joined(separator: " "))
        area = ChartFrame.Area(left: 0, top: top, right: paper.width, bottom: bottom)
        self.legend = legend
        self.notes = notes
    }

    /// The whole file.
    func finished() -> String {
        var document = document
        legend?.draw(in: &document)
        for (row, note) in notes.enumerated() {
            document.text(
                note, x: 5, y: area.bottom + Self.noteHeight * Double(row + 1), size: Self.smallText, role: .muted)
        }
        return document.text
    }

    /// Text in lines of at most some points, broken at blanks.
    static func lines(_ text: String, width: Double, size: Double = smallText) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, SVGDocument.width(of: last + " " + word, size: size) <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
