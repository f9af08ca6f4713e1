internal import ArgumentParser
internal import Engine

/// Flags that say how a quantized model is trained to recover.
struct RecoveryOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Text file that recovery trains on.", valueName: "file"))
    var recoveryText: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Optimizer steps of recovery; 0 leaves it out (default: \(RecoverySpecification.defaults.steps)).",
            valueName: "count"))
    var recoverySteps: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sequences per step (default: \(RecoverySpecification.defaults.batch)).", valueName: "count"))
    var batch: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tokens of a training sequence (default: \(RecoverySpecification.defaults.sequenceLength)).",
            valueName: "tokens"))
    var sequenceLength: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Peak learning rate (default: \(RecoverySpecification.defaults.learningRate)).", valueName: "rate"))
    var learningRate: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "After the warm-up the rate is "
                + "\(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: \(RecoverySpecification.defaults.schedule.rawValue)).", valueName: "name"))
    var schedule: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Steps over which the learning rate rises from zero (default: a tenth of the steps).", valueName: "count"))
    var warmupSteps: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Rank of the LoRA adapters (default: \(RecoverySpecification.defaults.rank)).", valueName: "count"))
    var rank: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Adapters are scaled by alpha / rank (default: \(NumberText.exact(RecoverySpecification.defaults.alpha))).",
            valueName: "number"))
    var alpha: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Matrices with an adapter: "
                + "\(Projection.allCases.map(\.rawValue).joined(separator: ", ")) (default: all).",
            valueName: "name"))
    var targets: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Weight decay of AdamW (default: \(NumberText.exact(RecoverySpecification.defaults.weightDecay))).",
            valueName: "number"))
    var weightDecay: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Largest norm of the gradient; 0 clips nothing "
                + "(default: \(NumberText.exact(RecoverySpecification.defaults.clip))).", valueName: "number"))
    var clip: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("recovery-text", flag: recoveryText)
        settings.set("recovery-steps", flag: recoverySteps)
        settings.set("batch", flag: batch)
        settings.set("sequence-length", flag: sequenceLength)
        settings.set("learning-rate", flag: learningRate)
        settings.set("schedule", flag: schedule)
        settings.set("warmup-steps", flag: warmupSteps)
        settings.set("rank", flag: rank)
        settings.set("alpha", flag: alpha)
        settings.set("targets", flag: targets)
        settings.set("weight-decay", flag: weightDecay)
        settings.set("clip", flag: clip)
        return settings
    }
}
