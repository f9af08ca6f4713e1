internal import ArgumentParser

/// Flags that say which trials are stopped while they are evaluated.
struct EarlyStoppingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "racing evaluates proposals and random allocations on growing parts of the objective's questions or windows "
                + "and stops those that cannot win against the best trial any more; none evaluates all whole (default: "
                + "\(EarlyStoppingSpecification.defaults.rule.rawValue)).", valueName: "racing|none"))
    var earlyStopping: String?

    @OptionGroup var racing: RacingOptions

    /// What was given.
    var settings: Settings {
        var settings = racing.settings
        settings.set("early-stopping", flag: earlyStopping)
        return settings
    }
}

/// Flags that say how races are run.
struct RacingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "In a race: probability with which a trial that would win is not stopped (default: "
                + "\(EarlyStoppingSpecification.defaults.confidence)).", valueName: "probability"))
    var racingConfidence: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "In a race: stages of an evaluation, each about twice the one before; the last is the whole (default: "
                + "\(EarlyStoppingSpecification.defaults.stages)).", valueName: "count"))
    var racingStages: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("racing-confidence", flag: racingConfidence)
        settings.set("racing-stages", flag: racingStages)
        return settings
    }
}
