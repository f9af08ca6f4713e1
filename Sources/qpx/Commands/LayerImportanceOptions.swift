internal import ArgumentParser
internal import Engine

/// Flags that say how a search judges layers before its first trial.
struct LayerImportanceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Measure of the layers' importance: \(LayerMeasures.all.map(\.name).joined(separator: ", ")) "
                + "(default: \(LayerImportanceSpecification.defaults.measure)).", valueName: "name"))
    var layerImportance: String?

    @OptionGroup var signal: SignalOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How importance becomes the first allocation: greedy (the authors' rule; exact is tried after it), exact "
                + "(the best within the budget), or a control: reversed, random "
                + "(default: \(LayerImportanceSpecification.defaults.rule.rawValue)).", valueName: "name"))
    var allocationRule: String?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Also measure the reversed and a random allocation of equal memory (default: --no-controls).")
    var controls: Bool?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: """
            Also measure each layer alone at the fewest bits, all others at the most: what its quantization costs after \
            recovery (default: --no-layer-costs).
            """)
    var layerCosts: Bool?

    /// What was given.
    var settings: Settings {
        var settings = signal.settings
        settings.set("layer-importance", flag: layerImportance)
        settings.set("allocation-rule", flag: allocationRule)
        settings.set("controls", flag: controls)
        settings.set("layer-costs", flag: layerCosts)
        return settings
    }
}

/// The flag that says what of a layer's output is looked at.
struct SignalOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What of a layer's output mutual information looks at: residual (the stream after it), update (what it "
                + "adds), increment (how much more the stream tells after it) "
                + "(default: \(LayerImportanceSpecification.defaults.signal.rawValue)).", valueName: "name"))
    var signal: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("signal", flag: signal)
        return settings
    }
}
