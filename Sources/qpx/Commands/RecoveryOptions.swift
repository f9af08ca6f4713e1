internal import ArgumentParser
internal import Engine

/// Flags that say how a quantized model is trained to recover.
struct RecoveryOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Text file that recovery trains on.", valueName: "file"))
    var recoveryText: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instead of a text: instructions, a JSON list or JSON Lines of objects with instruction, input and output.",
            valueName: "file"))
    var recoveryData: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How an instruction becomes a text: "
                + "\(PromptTemplate.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: \(RecoverySpecification.defaults.template.rawValue)).", valueName: "name"))
    var template: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is learned of an instruction: "
                + "\(InstructionData.LossTarget.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: \(RecoverySpecification.defaults.lossOn.rawValue)).", valueName: "name"))
    var lossOn: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Most tokens of an instruction with its answer (default: \(RecoverySpecification.defaults.cutoff)).",
            valueName: "tokens"))
    var cutoff: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Optimizer steps of recovery; 0 leaves it out (default: \(RecoverySpecification.defaults.steps)).",
            valueName: "count"))
    var recoverySteps: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Instead of --recovery-steps: passes through the data, as 2 or 0.5.", valueName: "number"))
    var epochs: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sequences per step (default: \(RecoverySpecification.defaults.batch)).", valueName: "count"))
    var batch: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sequences computed together; fewer take less memory, and the step is the same (default: all).",
            valueName: "count"))
    var microBatch: String?

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
                + "\(LearningRateSchedule.allCases.map(\.rawValue).joined(separator: ", ")); trainer is linear with a "
                + "first step of rate 0, as Transformers has it (default: \(RecoverySpecification.defaults.schedule.rawValue)).",
            valueName: "name"))
    var schedule: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Steps over which the learning rate rises from zero (default: a tenth of the steps).", valueName: "count"))
    var warmupSteps: String?

    @Option(
        name: .customLong("init"),
        help: ArgumentHelp(
            "How adapters begin: \(AdapterInitializations.all.map(\.name).joined(separator: ", ")) "
                + "(default: \(RecoverySpecification.defaults.initialization)).", valueName: "name"))
    var initialization: String?

    @Option(
        name: .customLong("loftq-iterations"),
        help: ArgumentHelp(
            "Alternations of LoftQ; 0 starts as kaiming does "
                + "(default: \(RecoverySpecification.defaults.loftQ.iterations)).", valueName: "count"))
    var loftQIterations: String?

    @Option(
        name: .customLong("loftq-scaling"),
        help: ArgumentHelp(
            "Whether LoftQ's factors account for alpha / rank (corrected) or not, as in PEFT (peft) "
                + "(default: \(RecoverySpecification.defaults.loftQ.scaling.rawValue)).", valueName: "name"))
    var loftQScaling: String?

    @Option(
        name: .customLong("loftq-keep"),
        help: ArgumentHelp(
            "Which of LoftQ's alternations is used: \(LoftQ.Keep.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: \(RecoverySpecification.defaults.loftQ.keep.rawValue)).", valueName: "name"))
    var loftQKeep: String?

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
            "Fraction of the adapters' inputs that each step drops "
                + "(default: \(NumberText.exact(RecoverySpecification.defaults.dropout))).", valueName: "fraction"))
    var dropout: String?

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

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instructions held out; the adapters that do best on them are kept "
                + "(default: \(RecoverySpecification.defaults.validation)).", valueName: "count"))
    var validation: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Steps between two looks at what is held out (default: \(RecoverySpecification.defaults.validateEvery)).",
            valueName: "count"))
    var validateEvery: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Steps after which the state of the training is saved, to go on from; 0 saves none "
                + "(default: \(RecoverySpecification.defaults.saveEvery)).", valueName: "count"))
    var saveEvery: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("recovery-text", flag: recoveryText)
        settings.set("recovery-data", flag: recoveryData)
        settings.set("template", flag: template)
        settings.set("loss-on", flag: lossOn)
        settings.set("cutoff", flag: cutoff)
        settings.set("recovery-steps", flag: recoverySteps)
        settings.set("epochs", flag: epochs)
        settings.set("micro-batch", flag: microBatch)
        settings.set("init", flag: initialization)
        settings.set("loftq-iterations", flag: loftQIterations)
        settings.set("loftq-scaling", flag: loftQScaling)
        settings.set("loftq-keep", flag: loftQKeep)
        settings.set("dropout", flag: dropout)
        settings.set("save-every", flag: saveEvery)
        settings.set("validation", flag: validation)
        settings.set("validate-every", flag: validateEvery)
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
