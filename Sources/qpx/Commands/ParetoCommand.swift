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

    @OptionGroup var choice: MetricOptions

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp(
            "Value from which the hypervolume counts (default: the worst one within a budget).", valueName: "number"))
    var referenceValue: String?

    @Flag(name: .long, help: "List dominated trials too, and those beyond the budget.")
    var all = false

    @OptionGroup var report: ReportOutputOptions

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
        let format = try report.chosenFormat()
        let files = try (out: report.target(), svg: FilePath.target(svg, of: "--svg"))
        guard files.out == nil || files.out != files.svg else {
            throw Failure.usage("--svg: \(files.svg ?? "") is the file of --out", hint: "name another one")
        }
        guard Set(searches).count == searches.count else { throw Failure.usage("a search is there twice") }
        let store = try database.openForReading()
        let found = try searches.flatMap { try store.searches(matching: $0) }
        guard Set(found.map(\.id)).count == found.count else { throw Failure.usage("a search is there twice") }
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
        choice.add(to: &settings)
        settings.set("reference-value", flag: referenceValue)
        settings.set("theme", flag: theme)
        return settings
    }

    private func value(_ settings: Settings, _ found: [SearchRecord]) throws -> ParetoValue {
        let direction = try choice.chosenDirection(settings)
        guard let metric = try settings.text("metric") else { return try ParetoValue(objectiveOf: found) }
        return try ParetoValue(metric: metric, direction: direction)
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
