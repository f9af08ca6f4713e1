/// A kind of picture of what was recorded.
///
/// A new picture is one file that conforms to this and one entry in `Plots.all`; the command, the page and the tests over
/// the list know it from then on.
protocol Plot: Sendable {
    /// The name on the command line, and of the file among all pictures: "best-so-far".
    var name: String { get }
    /// What stands above it: "Best so far".
    var title: String { get }
    /// One line for help.
    var abstract: String { get }
    /// What there must be, for the message where there is nothing: "a complete trial".
    var needs: String { get }
    /// The options that change it.
    var options: [PlotOption] { get }
    /// The keys of `data` in its JSON, for help.
    var keys: String { get }
    /// What there is to draw of some searches or trials; nil where there is nothing.
    /// - Throws: `Failure` where what is asked for makes no sense, `StoreError`.
    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)?
}

/// What can be said about some pictures, by the name of its flag.
enum PlotOption: String, Sendable, CaseIterable {
    /// Another value than the objective.
    case metric
    /// The order of trials.
    case order
    /// Steps over which losses are averaged.
    case smooth
}

/// A picture with everything that is in it, not yet on paper.
protocol PlotDrawing: Sendable {
    /// What is drawn, of what: "accuracy, best so far: first, second".
    var title: String { get }
    /// What is to be seen, in a sentence or two, for readers that do not see it.
    var summary: String { get }
    /// What a reader should know beside the marks: what was left out, what a number means. One sentence each.
    var notes: [String] { get }
    /// The numbers that are drawn, with stable keys.
    var json: JSONValue { get }
    /// The picture as a whole SVG file.
    func svg(_ paper: PlotPaper) -> String
    /// The picture in characters, lines that end with a line feed; nil where it only makes sense on paper.
    func text(width: Int, colour: Colour) -> String?
}

extension PlotDrawing {
    func text(width: Int, colour: Colour) -> String? { nil }

    /// The picture in the width of a paper's column.
    func svg(theme: ChartTheme) -> String { svg(PlotPaper(theme: theme)) }
}

/// What a picture is drawn on.
struct PlotPaper: Sendable, Equatable {
    /// The colours.
    var theme = ChartTheme.auto
    /// Points from the left to the right edge.
    var width = column

    /// Points that something high in a column is high here: wider pictures are higher, by half as much.
    func height(_ inColumn: Double) -> Double { inColumn * max(0.8, 0.5 + 0.5 * width / Self.column) }

    /// A column of a paper, 3.3 inches.
    static let column = 237.6
    /// The width of a paper's text, 6.9 inches.
    static let page = 496.8
}
