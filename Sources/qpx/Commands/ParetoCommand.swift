internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx pareto`: the front of value against memory.
struct ParetoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pareto",
        abstract: "Print and draw the front of value against memory.",
        discussion: """
            The front of a search: its complete trials within the budget to which no other is preferable, with at most \
            as many bytes and at least as good a value. Every search has one, whether it was looked for (--objective \
            memory) or not; several searches have one each and one together. Trials that were stopped early are left \
            out; the value of a trial that was repeated with other seeds is the mean of all of them.

            The hypervolume is the area between the front, a reference value and a number of bytes, in the value's unit \
            times MiB: the larger, the better the front. It counts up to the largest budget, and from the worst value \
            on that was measured within a budget; give --reference-value where it is to be compared with that of other \
            searches. The fraction is the part of the box between the reference, the best value and the fewest bytes.

            EXAMPLES
              qpx pareto my-search
              qpx pareto first second --metric acc/piqa --svg front.svg
              qpx pareto my-search --format latex --out front.tex
              qpx pareto my-search --reference-value 3 --json

            JSON
              {"value": {"name", "task", "direction", "is_objective"}, "reference_value", "reference_bytes",
                "searches": [{"search", "budget_bytes", "front": [trial],
                  "points": [{"trial", "kind", "label", "weight_bytes", "bits_per_weight", "value", "stderr",
                    "replicates", "allocation", "within_budget", "on_front", "on_joint_front"}],
                  "hypervolume": [{"trial", "hypervolume", "fraction"} after each trial]}],
                "joint": {"front": [trial], "hypervolume", "fraction"}}
            """)

    @Argument(help: ArgumentHelp("The searches.", valueName: "search"))
    var searches: [String]

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A metric in place of the objective, as in acc, acc/piqa or perplexity/held-out.", valueName: "name"))
    var metric: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --metric: which way it is better, maximize or minimize (default: what its name says).",
            valueName: "name"))
    var direction: String?

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "Value from which the hypervolume counts (default: the worst one within a budget).", valueName: "number"))
    var referenceValue: String?

    @Flag(name: .long, help: "List dominated trials too, and those beyond the budget.")
    var all = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Print a table as a report: \(ReportFormats.names.joined(separator: ", ")) (default with --out: by its name).",
            valueName: "format"))
    var format: String?

    @Option(name: .long, help: ArgumentHelp("File for the table (default: standard output).", valueName: "file"))
    var out: String?

    @Option(name: .long, help: ArgumentHelp("Also draw the front to this file, as SVG.", valueName: "file"))
    var svg: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Colours of the SVG: \(ChartTheme.allCases.map(\.rawValue).joined(separator: ", ")) (default: auto, light "
                + "or dark as the reader's program asks for).", valueName: "name"))
    var theme: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let settings = settings
        let theme = try settings.word("theme", ChartTheme.self) ?? .auto
        let reference = try settings.number("reference-value", "any finite number") { _ in true }
        guard self.theme == nil || svg != nil else {
            throw Failure.usage("--theme: only the SVG has one", hint: "add --svg FILE")
        }
        let format = try chosenFormat()
        let files = try (out: target(out, "out"), svg: target(svg, "svg"))
        guard files.out == nil || files.out != files.svg else {
            throw Failure.usage("--svg: \(files.svg ?? "") is the file of --out", hint: "name another one")
        }
        guard Set(searches).count == searches.count else { throw Failure.usage("a search is there twice") }
        let store = try database.openForReading()
        let found = try searches.flatMap { try store.searches(matching: $0) }
        let value = try self.value(settings, found)
        let analysis = try ParetoAnalysis(store, searches: found, value: value, referenceValue: reference)
        guard !analysis.isEmpty else { throw try nothing(store, found, value) }
        try write(analysis, format: format, to: files.out)
        if let path = files.svg {
            guard let chart = ParetoChart(analysis) else {
                throw Failure.usage("--svg: no value of '\(value.title)' can be drawn")
            }
            try TextFile.write(ParetoSVG(chart: chart, theme: theme).text, to: path)
            global.console.notice("wrote \(path)")
        }
    }

    private var settings: Settings {
        var settings = Settings()
        settings.set("metric", flag: metric)
        settings.set("direction", flag: direction)
        settings.set("reference-value", flag: referenceValue)
        settings.set("theme", flag: theme)
        return settings
    }

    private func value(_ settings: Settings, _ found: [SearchRecord]) throws -> ParetoValue {
        let direction = try settings.word("direction", ObjectiveDirection.self)
        guard let metric = try settings.text("metric") else {
            guard direction == nil else {
                throw Failure.usage("--direction: an objective has one of its own", hint: "it belongs to --metric")
            }
            return try ParetoValue(objectiveOf: found)
        }
        return try ParetoValue(metric: metric, direction: direction)
    }

    private func chosenFormat() throws -> (any ReportFormat)? {
        if let format { return try ReportFormats.named(format) }
        guard let out else { return nil }
        guard let format = ReportFormats.forFile(out) else {
            throw Failure.usage(
                "--out: '\(out)' does not say the format",
                hint: "add --format \(ReportFormats.names.joined(separator: "|"))")
        }
        return format
    }

    /// The absolute path of a file to write, found wanting before anything is written.
    private func target(_ text: String?, _ flag: String) throws(Failure) -> String? {
        guard let text else { return nil }
        let path = FilePath.absolute(text, in: FileManager.default.currentDirectoryPath)
        guard !FilePath.isFolder(path) else { throw .usage("--\(flag): \(path) is a folder", hint: "name a file") }
        let parent = FilePath.parent(of: path)
        guard FilePath.isFolder(parent) else { throw .notFound("--\(flag): the folder \(parent) does not exist") }
        return path
    }

    private func nothing(_ store: Store, _ found: [SearchRecord], _ value: ParetoValue) throws -> Failure {
        let names = found.map(\.name).joined(separator: ", ")
        guard !value.isObjective else {
            return .notFound(
                "no front: no complete trial in \(names)", hint: "'qpx trials' says how far they are")
        }
        let metrics = try found.flatMap { try store.metrics(ofSearch: $0.id).values.joined() }
        let known = Set(metrics.map { $0.task.isEmpty ? $0.name : "\($0.name)/\($0.task)" }).sorted()
        return .notFound(
            "--metric: no complete trial of \(names) has a metric '\(value.title)'",
            hint: known.isEmpty ? "no metric was recorded" : "there are \(known.joined(separator: ", "))")
    }

    private func write(_ analysis: ParetoAnalysis, format: (any ReportFormat)?, to path: String?) throws {
        let console = global.console
        var view = ParetoTable(analysis: analysis, showsAll: all)
        // What programs read has no legend for a map.
        view.spellsOut = format is CSVReport || format is JSONReport
        let table = view.table(commands: format == nil ? [] : [CommandLineText.current])
        if let format, let path {
            try TextFile.write(format.render([table]), to: path)
            console.notice("wrote \(path)")
        }
        if console.isJSON {
            try console.write(analysis.json)
        } else if let format, path == nil {
            try console.write(format.render([table]))
        } else if format == nil {
            try ParetoOutput(analysis: analysis, table: table).write(to: console)
        }
    }
}

/// A front for people: its table and its chart.
struct ParetoOutput {
    let analysis: ParetoAnalysis
    let table: ReportTable

    func write(to console: Console) throws(Failure) {
        try console.write(table.terminalTable)
        guard let chart = ParetoChart(analysis) else { return }
        try console.write("\n" + ParetoPlot(chart: chart).rendered(width: console.width, colour: console.colour))
    }
}
