internal import ArgumentParser
internal import Engine

/// Flags that say what is pruned.
struct PruningOptions: ParsableArguments {
    private static let defaults = PruningSpecification.defaults

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Pruning ratio: fraction of the structures removed (heads and MLP channels: in each pruned layer), 0 to "
                + "below 1 (default: 0, nothing is pruned).", valueName: "fraction"))
    var ratio: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instead of --ratio: fraction of all parameters to remove; the ratio is found from it.",
            valueName: "fraction"))
    var parametersRemoved: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Layers to prune: \(LayerRange.forms) (default: auto, all but the first eighth and the last sixteenth).",
            valueName: "layers"))
    var pruneLayers: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is removed: block, heads and MLP channels; channel, channels of the hidden dimension, through the whole "
                + "model; layer, whole layers (default: \(defaults.structure)).", valueName: "name"))
    var structure: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What ranks the structures: \(names(Importances.all.map(\.name))); "
                + Importances.aliases.map { "\($0.alias) is \($0.name)" }.joined(separator: ", ")
                + " (default: \(defaults.importance)).", valueName: "name"))
    var importance: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How the scores of one structure's matrices become one: \(names(GroupReduction.allCases.map(\.rawValue))) "
                + "(default: mean for l1 and l2, else sum).", valueName: "name"))
    var pruneReduction: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Query heads scored with a key/value head: its own (model), or those of equal remainder (llm-pruner) "
                + "(default: \(defaults.pairing.rawValue)).", valueName: "name"))
    var gqaPairing: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Factor on squared gradients in param_mix: 1 (LLM-Pruner), tokens (of a sample: the Fisher information of "
                + "the mean loss), sum (its square), or a number (default: \(defaults.fisherScale.text)).",
            valueName: "scale"))
    var fisherScale: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How whole layers are scored: importance, the sum of their structures' scores, or similarity, 1 - cosine of "
                + "input and output on the calibration text (default: \(defaults.blockScore.rawValue)).",
            valueName: "name"))
    var blockScore: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where structures compete: local, in their layer, or global, in all pruned layers "
                + "(default: \(defaults.ranking.rawValue)).", valueName: "name"))
    var ranking: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What makes scores comparable in a global ranking: none (LLM-Pruner), parameters (score per weight), mean "
                + "(over the layer), rank (default: \(defaults.normalization.rawValue)).", valueName: "name"))
    var normalize: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "MLP channels that every layer keeps, all it has if they are fewer (default: 32 in a normalized global "
                + "ranking, else 1).", valueName: "count"))
    var minWidth: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Round the widths that stay (of MLPs, or the hidden dimension) up to a multiple of this (default: 1).",
            valueName: "count"))
    var roundTo: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Reach the ratio in that many steps, each with new samples and scores (default: 1).", valueName: "count"))
    var pruneSteps: String?

    @OptionGroup var calibration: CalibrationOptions

    /// What was given.
    var settings: Settings {
        var settings = calibration.settings
        settings.set("ratio", flag: ratio)
        settings.set("parameters-removed", flag: parametersRemoved)
        settings.set("prune-layers", flag: pruneLayers)
        settings.set("structure", flag: structure)
        settings.set("importance", flag: importance)
        settings.set("prune-reduction", flag: pruneReduction)
        settings.set("gqa-pairing", flag: gqaPairing)
        settings.set("fisher-scale", flag: fisherScale)
        settings.set("block-score", flag: blockScore)
        settings.set("ranking", flag: ranking)
        settings.set("normalize", flag: normalize)
        settings.set("min-width", flag: minWidth)
        settings.set("round-to", flag: roundTo)
        settings.set("prune-steps", flag: pruneSteps)
        return settings
    }

    private static func names(_ names: [String]) -> String { names.joined(separator: ", ") }
}

/// Flags that say what importance is measured on.
struct CalibrationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Text file that importance is measured on.", valueName: "file"))
    var calibration: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Samples taken from the calibration text (default: \(PruningSpecification.defaults.calibrationSamples)).",
            valueName: "count"))
    var calibrationSamples: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tokens of a calibration sample (default: \(PruningSpecification.defaults.calibrationLength)).",
            valueName: "tokens"))
    var calibrationLength: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How pruning takes its samples: windows of the whole text, or documents, a random window of a random one, "
                + "none twice (default: \(PruningSpecification.defaults.calibrationSampling.rawValue)).",
            valueName: "name"))
    var calibrationSampling: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("calibration", flag: calibration)
        settings.set("calibration-samples", flag: calibrationSamples)
        settings.set("calibration-length", flag: calibrationLength)
        settings.set("calibration-sampling", flag: calibrationSampling)
        return settings
    }
}
