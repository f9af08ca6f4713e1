internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx plot`: pictures of searches and trials.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw pictures of searches and trials: SVG for a paper, or characters in the terminal.",
        discussion: """
            With --out, an SVG that needs no browser, readable in a paper's column (3.3 inches), colour-blind safe, \
            light or dark; without, a chart of characters. The picture 'all' draws every picture that there is \
            something to draw for, with --out into a folder.

            PICTURES
            \(Plots.all.map { "  \($0.name): \($0.abstract)" }.joined(separator: "\n"))

            EXAMPLES
              qpx plot best-so-far first second
              qpx plot front my-search --metric perplexity/held-out --out front.svg
              qpx plot losses my-search/1 my-search/best --smooth 20 --out losses.svg --theme light
              qpx plot allocations my-search --width page --out allocations.svg
              qpx plot calibration my-search --where 'number > 20'
              qpx plot all my-search --out pictures/

            JSON
              {"pictures": [{"picture", "title", "notes": [text], "file", "data"}]}, with these keys in data:
            \(Plots.all.map { "  \($0.name): \($0.keys)" }.joined(separator: "\n"))
            """)

    @Argument(
        help: ArgumentHelp("The picture: \(Plots.names.joined(separator: ", ")), or all.", valueName: "picture"))
    var picture: String

    @Argument(help: ArgumentHelp("Searches, or trials (search/7, search/3-9, search/best).", valueName: "search|trial"))
    var selectors: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("SVG file to write, or a folder that gets one file per picture.", valueName: "file"))
    var out: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Colours of the SVG: \(ChartTheme.allCases.map(\.rawValue).joined(separator: ", ")) (default: auto, light "
                + "or dark as the reader's program asks for).", valueName: "name"))
    var theme: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Width of the SVG: column (3.3 inches), page (6.9 inches) or points (default: column).",
            valueName: "width"))
    var width: String?

    @OptionGroup var choice: MetricOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Order of the trials of allocations: value (best first), number, or given (as asked for, or as --sort "
                + "says; default: value).", valueName: "by"))
    var order: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Steps over which losses are averaged (default: a fiftieth of them); 1 for none.", valueName: "steps"))
    var smooth: String?

    @OptionGroup var selection: SelectionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    /// One picture that is to be shown or written.
    private struct Picture {
        let plot: any Plot
        let drawing: any PlotDrawing
        var file: String?
    }

    private var isAll: Bool { picture == "all" }

    func run() throws {
        try selection.check(selectors)
        let settings = settings
        let plots = isAll ? Plots.all : [try Plots.named(picture)]
        let paper = PlotPaper(
            theme: try settings.word("theme", ChartTheme.self) ?? .auto, width: try Self.points(settings))
        try check(settings, plots)
        let target = try PlotTarget(out, isAll: isAll)
        guard target != nil || (theme == nil && width == nil) else {
            throw Failure.usage("--\(theme == nil ? "width" : "theme"): only the SVG has one", hint: "add --out FILE")
        }
        let subject = try subject(settings)
        var pictures = try drawn(plots, subject)
        if let target {
            for index in pictures.indices {
                pictures[index].file = target.path(of: pictures[index].plot)
            }
            try target.prepare()
            for picture in pictures {
                guard let file = picture.file else { continue }
                try TextFile.write(picture.drawing.svg(paper), to: file)
                global.console.notice("wrote \(file)")
            }
        }
        if global.console.isJSON {
            try global.console.write(["pictures": .array(pictures.map(Self.json))])
        } else if target == nil {
            try show(pictures)
        }
    }

    private var settings: Settings {
        var settings = Settings()
        choice.add(to: &settings)
        settings.set("theme", flag: theme)
        settings.set("width", flag: width)
        settings.set("order", flag: order)
        settings.set("smooth", flag: smooth)
        return settings
    }

    /// An option that changes nothing is a mistake.
    private func check(_ settings: Settings, _ plots: [any Plot]) throws(Failure) {
        for option in PlotOption.allCases where settings.has(option.rawValue) {
            guard plots.contains(where: { $0.options.contains(option) }) else {
                let others = Plots.all.filter { $0.options.contains(option) }.map(\.name)
                throw .usage(
                    "--\(option.rawValue): changes nothing in '\(picture)'",
                    hint: "it belongs to \(others.joined(separator: ", "))")
            }
        }
    }

    private static func points(_ settings: Settings) throws(Failure) -> Double {
        switch try settings.text("width") {
        case nil, "column": return PlotPaper.column
        case "page": return PlotPaper.page
        default:
            return try settings.number("width", "column, page, or 160 to 2000 points") { (160...2000).contains($0) }
                ?? PlotPaper.column
        }
    }

    private func subject(_ settings: Settings) throws -> PlotSubject {
        let direction = try choice.chosenDirection(settings)
        let order = try settings.word("order", PlotSubject.Order.self) ?? .value
        let smoothing = try settings.integer("smooth", in: 1...1_000_000)
        let store = try database.openForReading()
        let selection = try TrialSelection(store, selectors, self.selection)
        let isWhole =
            selection.isOfWholeSearches && self.selection.sort == nil && self.selection.limit == nil
            && !self.selection.archived
        var subject: PlotSubject
        if isWhole {
            subject = PlotSubject(store, searches: try selection.searches())
        } else {
            let trials = try selection.trials()
            guard !trials.isEmpty else {
                throw Failure.notFound("\(picture): no trial is as asked for", hint: "'qpx trials' lists what there is")
            }
            subject = try PlotSubject(store, trials: trials)
        }
        subject.metric = choice.metric
        subject.direction = direction
        subject.order = order
        subject.smoothing = smoothing
        return subject
    }

    private func drawn(_ plots: [any Plot], _ subject: PlotSubject) throws -> [Picture] {
        var pictures: [Picture] = []
        for plot in plots {
            do {
                if let drawing = try plot.drawing(of: subject) {
                    pictures.append(Picture(plot: plot, drawing: drawing))
                }
            } catch let failure as Failure where isAll && failure.status == .usage {
                // What cannot be drawn of these searches does not keep the rest from it.
                global.console.notice("left out \(plot.name): \(failure.message)")
            }
        }
        guard pictures.isEmpty else { return pictures }
        let needs = isAll ? "a complete trial" : plots.first?.needs ?? ""
        throw Failure.notFound(
            "\(picture): nothing to draw of \(subject.name): it takes \(needs)", hint: "'qpx show' says what there is")
    }

    private func show(_ pictures: [Picture]) throws {
        let console = global.console
        let texts = pictures.compactMap { picture in
            picture.drawing.text(width: console.width ?? 80, colour: console.colour).map {
                console.colour.paint(picture.drawing.title.withoutControlCharacters, [.bold]) + "\n" + $0
            }
        }
        guard !texts.isEmpty else {
            throw Failure.usage("\(picture): is drawn on paper alone", hint: "add --out \(picture).svg")
        }
        try console.write(texts.joined(separator: "\n"))
    }

    private static func json(_ picture: Picture) -> JSONValue {
        [
            "picture": .string(picture.plot.name), "title": .string(picture.drawing.title),
            "notes": .array(picture.drawing.notes.map(JSONValue.string)), "file": .optional(picture.file),
            "data": picture.drawing.json,
        ]
    }
}
