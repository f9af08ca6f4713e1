internal import ArgumentParser
internal import Store

/// Flags that put a metric in the place of the objective.
struct MetricOptions: ParsableArguments {
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

    /// Adds what was given.
    func add(to settings: inout Settings) {
        settings.set("metric", flag: metric)
        settings.set("direction", flag: direction)
    }

    /// The direction that was given.
    /// - Throws: `Failure` without a metric: an objective has a direction of its own.
    func chosenDirection(_ settings: Settings) throws(Failure) -> ObjectiveDirection? {
        let direction = try settings.word("direction", ObjectiveDirection.self)
        guard direction == nil || metric != nil else {
            throw .usage("--direction: an objective has one of its own", hint: "it belongs to --metric")
        }
        return direction
    }
}
