internal import ArgumentParser
internal import Engine

/// Flags that say what is pruned.
struct PruningOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Pruning ratio: fraction of the heads and MLP channels removed in each pruned layer, 0 to below 1 "
                + "(default: 0, nothing is pruned).", valueName: "fraction"))
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
            "What ranks the structures: "
                + "\(Importances.all.map(\.name).joined(separator: ", ")) "
                + "(default: \(PruningSpecification.defaults.importance)).", valueName: "name"))
    var importance: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How the scores of one structure's matrices become one: "
                + "\(GroupReduction.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: \(PruningSpecification.defaults.reduction.rawValue)).", valueName: "name"))
    var pruneReduction: String?

    @OptionGroup var calibration: CalibrationOptions

    /// What was given.
    var settings: Settings {
        var settings = calibration.settings
        settings.set("ratio", flag: ratio)
        settings.set("parameters-removed", flag: parametersRemoved)
        settings.set("prune-layers", flag: pruneLayers)
        settings.set("importance", flag: importance)
        settings.set("prune-reduction", flag: pruneReduction)
        return settings
    }
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

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("calibration", flag: calibration)
        settings.set("calibration-samples", flag: calibrationSamples)
        settings.set("calibration-length", flag: calibrationLength)
        return settings
    }
}
