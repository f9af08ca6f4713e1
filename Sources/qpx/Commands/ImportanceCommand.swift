internal import ArgumentParser
internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx importance`: measures how much precision each layer deserves.
struct ImportanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "importance",
        abstract: "Measure the importance of each layer, record it, and show it.",
        discussion: """
            Mutual information of a layer's output and the model's prediction comes with its permutation null, which \
            is subtracted before anything is allocated. Its rivals say what quantizing a layer costs: in weights, or in \
            loss. With --budget the first allocations that follow from each measure are shown.

            MEASURES
            \(LayerMeasures.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

            EXAMPLES
              qpx importance --model pruned --calibration train.txt
              qpx importance --model pruned --calibration train.txt --measure all --choices 2 4 8 --budget 4bpw
              qpx importance --model pruned --calibration train.txt --measure cca --signal update --no-record --json

            JSON
              {"model", "sha256", "layers", "measures": [{"measure", "signal",
                "unit", "seconds", "recorded", "layers": [{"layer", "value", "null_mean", "null_deviation", "corrected",
                "costs": {precision: number} or null}], "rank_correlation_with_loss_increase",
                "allocations": [{"rule", "allocation": [name], "bytes", "bits_per_weight"}]}]}
              "value" in the measure's unit; "corrected" is max(0, value - max(0, null_mean)); "recorded" is \
              the number of the row in importance_run, null with --no-record; "allocations" is empty without
              --budget.
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint, or its hub id.", valueName: "folder"))
    var model: String

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Measures, or all (default: \(LayerImportanceSpecification.defaults.measure)).", valueName: "name"))
    var measure: [String] = []

    @OptionGroup var signal: SignalOption

    @Option(name: .long, help: ArgumentHelp("Calibration text.", valueName: "file"))
    var calibration: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Windows of the calibration text (default: \(PruningSpecification.defaults.calibrationSamples)).",
            valueName: "count"))
    var calibrationSamples: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tokens of a window (default: \(PruningSpecification.defaults.calibrationLength)).", valueName: "tokens"))
    var calibrationLength: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Precisions that a layer may have: \(PrecisionChoices.forms) "
                + "(default: \(Specification.Defaults.choices.joined(separator: " "))).", valueName: "precision"))
    var choices: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also show the first allocations within this budget: \(Settings.budgetForms).", valueName: "budget"))
    var budget: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed of samples and permutations (default: \(Specification.Defaults.seed)).", valueName: "number"))
    var seed: String?

    @Flag(name: .long, inversion: .prefixedNo, help: "Record the values in the database (default: --record).")
    var record = true

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        let store = record ? try database.openForWriting() : nil
        let model = try ModelFolder.open(request.model, says: "--model")
        guard !model.model.isQuantized else {
            throw Failure.usage(
                "\(request.model): is quantized already", hint: "measure the checkpoint that it was made from")
        }
        let view = try ImportanceRunner(request: request, model: model, store: store, progress: console.progress())
            .run(commandLine: CommandLineText.current)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    /// What is to be measured, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = signal.settings.over(threads.settings)
        settings.set("model", flag: model)
        settings.set("measure", flag: measure)
        settings.set("calibration", flag: calibration)
        settings.set("calibration-samples", flag: calibrationSamples)
        settings.set("calibration-length", flag: calibrationLength)
        settings.set("choices", flag: choices)
        settings.set("budget", flag: budget)
        settings.set("seed", flag: seed)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        guard let calibration = try settings.path("calibration", folder: folder) else {
            throw .usage("--calibration is missing: layer importance is measured on text")
        }
        var measures: [String] = []
        for name in try settings.texts("measure", splitsCommas: true) {
            let names =
                name == "all"
                ? LayerMeasures.all.map(\.name) : [try LayerMeasureName.checked(name, in: "measure", settings)]
            measures += names.filter { !measures.contains($0) }
        }
        if measures.isEmpty { measures = [LayerImportanceSpecification.defaults.measure] }
        let signal =
            try settings.word("signal", LayerSignal.self) ?? LayerImportanceSpecification.defaults.signal
        try LayerImportanceSpecification.check(signal, of: measures, settings)
        let choices = try settings.texts("choices", splitsCommas: true)
        let defaults = PruningSpecification.defaults
        return Request(
            model: model, measures: measures, signal: signal, calibration: calibration,
            calibrationSamples: try settings.integer("calibration-samples", in: 1...1_000_000)
                ?? defaults.calibrationSamples,
            calibrationLength: try settings.integer("calibration-length", in: 2...1_000_000)
                ?? defaults.calibrationLength,
            choices: choices.isEmpty
                ? Specification.Defaults.choices : try PrecisionChoices.names(choices, says: "--choices"),
            budget: settings.has("budget") ? try settings.budget() : nil,
            seed: try settings.seed("seed") ?? Specification.Defaults.seed, threads: try settings.threads())
    }

    /// What `qpx importance` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var measures: [String]
        var signal: LayerSignal
        var calibration: String
        var calibrationSamples: Int
        var calibrationLength: Int
        var choices: [String]
        var budget: Budget?
        var seed: UInt64
        var threads: Int
    }
}
