internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Every flag of a search. Whatever a flag can say, a YAML specification (`--spec`) can say too; the flag wins.
struct SearchOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "YAML file with settings: the names of these flags without the dashes; a flag given here wins.",
            valueName: "file"))
    var spec: String?

    @Option(
        name: .long, help: ArgumentHelp("Folder of the checkpoint to compress, or its hub id.", valueName: "folder"))
    var model: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most that the quantized weights may take, scales included: \(Settings.budgetForms).",
            valueName: "budget"))
    var budget: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Precisions that a layer or module may have: \(PrecisionChoices.forms) "
                + "(default: \(Specification.Defaults.choices.joined(separator: " "))).", valueName: "precision"))
    var choices: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What has a precision of its own: each layer, or each module (projection) of a layer "
                + "(default: \(Specification.Defaults.granularity.rawValue)).", valueName: "layer|module"))
    var granularity: String?

    @OptionGroup(title: "Quantization") var quantization: QuantizationOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Trials in all, baselines and initial design included (default: \(Specification.Defaults.trials)).",
            valueName: "count"))
    var trials: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Trials within the budget before the first proposal: uniform baselines, the importance-based allocations, "
                + "then random ones (default: \(Specification.Defaults.initialTrials)).", valueName: "count"))
    var initialTrials: String?

    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Evaluator") var evaluator: EvaluatorOptions
    @OptionGroup(title: "Pruning") var pruning: PruningOptions
    @OptionGroup(title: "Layer importance") var layerImportance: LayerImportanceOptions
    @OptionGroup(title: "Recovery") var recovery: RecoveryOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions
    @OptionGroup(title: "Early stopping") var earlyStopping: EarlyStoppingOptions

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp("Earlier searches whose observations the surrogate starts from.", valueName: "search"))
    var warmStart: [String] = []

    @Option(name: .long, help: ArgumentHelp("Name of the search (default: a short readable one).", valueName: "name"))
    var name: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Seed of everything random (default: \(Specification.Defaults.seed)).", valueName: "number"))
    var seed: String?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Also evaluate the intact, the pruned and the recovered 16-bit model (default: --references).")
    var references: Bool?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup(title: "Work") var work: WorkOptions
    @OptionGroup(title: "Confirmation") var confirmation: ConfirmationOptions

    /// What the flags say.
    var settings: Settings {
        var settings = Settings()
        settings.set("model", flag: model)
        settings.set("budget", flag: budget)
        settings.set("choices", flag: choices)
        settings.set("granularity", flag: granularity)
        settings.set("trials", flag: trials)
        settings.set("initial-trials", flag: initialTrials)
        settings.set("warm-start", flag: warmStart)
        settings.set("name", flag: name)
        settings.set("seed", flag: seed)
        settings.set("references", flag: references)
        for group in [
            objective.settings, pruning.settings, layerImportance.settings, recovery.settings, evaluation.settings,
            quantization.settings, evaluator.settings, threads.settings, work.settings,
            confirmation.settings, earlyStopping.settings,
        ] {
            settings = group.over(settings)
        }
        return settings
    }

    /// The specification that the file and the flags say together.
    func specification(
        folder: String = FileManager.default.currentDirectoryPath
    ) throws(Failure) -> Specification {
        var settings = settings
        if let spec {
            let path = FilePath.absolute(spec, in: folder)
            let text = try TextFile.read(path, says: "--spec")
            settings = settings.over(
                try SettingsFile.settings(from: text, path: spec, known: Specification.settingNames))
        }
        return try Specification(settings, folder: folder)
    }
}
