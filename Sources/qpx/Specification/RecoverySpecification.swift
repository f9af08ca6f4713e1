internal import Engine

/// How the quantized model is trained to recover: LoRA on frozen weights.
struct RecoverySpecification: Sendable, Equatable, Codable {
    /// Training text, an absolute path.
    var text: String?
    /// Instructions to train on instead of a text, an absolute path.
    var data: String?
    /// How instruction, input and answer become a text.
    var template: PromptTemplate
    /// What is learned of an instruction.
    var lossOn: InstructionData.LossTarget
    /// Most tokens of an instruction with its answer.
    var cutoff: Int
    /// Optimizer steps; 0 leaves recovery out.
    var steps: Int
    /// Passes through the data, where they were given instead of steps; `steps` is then what they come to.
    var epochs: Double?
    /// Sequences per step.
    var batch: Int
    /// Sequences that are computed together; nil for all of a step.
    var microBatch: Int?
    /// Tokens of a sequence of text.
    var sequenceLength: Int
    /// Peak learning rate.
    var learningRate: Double
    /// How the learning rate goes on.
    var schedule: LearningRateSchedule
    /// Steps over which the learning rate rises from zero.
    var warmupSteps: Int
    /// Name of the adapters' start.
    var initialization: String
    /// Settings of LoftQ, where that is the start.
    var loftQ: LoftQ.Options
    /// Rank of the adapters.
    var rank: Int
    /// Scale of the adapters: their product is multiplied by alpha / rank.
    var alpha: Double
    /// Matrices that get an adapter.
    var targets: [Projection]
    /// Fraction of the adapters' inputs that each step drops.
    var dropout: Double
    /// Decoupled weight decay of AdamW.
    var weightDecay: Double
    /// Largest norm of the gradient over all adapters; 0 for no clipping.
    var clip: Double
    /// Instructions that are held out, to keep the adapters that do best on them.
    var validation: Int
    /// Steps between two looks at them.
    var validateEvery: Int
    /// Steps after which the state of the training is saved; 0 for never. What is computed does not depend on it.
    var saveEvery: Int
    /// Whether the warm-up is a tenth of the steps that the passes come to.
    private var isWarmupOpen = false

    /// Values that hold when nothing is said; without a warm-up of its own, a tenth of the steps.
    static let defaults = RecoverySpecification(
        text: nil, data: nil, template: .alpaca, lossOn: .answer, cutoff: 256, steps: 200, epochs: nil, batch: 8,
        microBatch: nil, sequenceLength: 128, learningRate: 3e-4, schedule: .linear, warmupSteps: 20,
        initialization: "kaiming", loftQ: LoftQ.Options(), rank: 8, alpha: 16, targets: Projection.allCases, dropout: 0,
        weightDecay: 0, clip: 1, validation: 0, validateEvery: 100, saveEvery: 100)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case text = "recovery_text"
        case data = "recovery_data"
        case template
        case lossOn = "loss_on"
        case cutoff
        case steps = "recovery_steps"
        case epochs
        case batch
        case microBatch = "micro_batch"
        case sequenceLength = "sequence_length"
        case learningRate = "learning_rate"
        case schedule
        case warmupSteps = "warmup_steps"
        case initialization = "init"
        case loftQIterations = "loftq_iterations"
        case loftQScaling = "loftq_scaling"
        case loftQKeep = "loftq_keep"
        case rank
        case alpha
        case targets
        case dropout
        case weightDecay = "weight_decay"
        case clip
        case validation
        case validateEvery = "validate_every"
        case saveEvery = "save_every"
    }

    /// Whether there is something to train on.
    var hasData: Bool { text != nil || data != nil }

    /// The same training, whatever does not change what it computes left out.
    var computation: RecoverySpecification {
        var copy = self
        copy.saveEvery = 0
        return copy
    }

    /// The specification with the steps that its epochs come to: passes · sequences / batch, rounded up.
    /// - Parameter sequences: in one pass through the data.
    func resolved(sequences: Int) throws(Failure) -> RecoverySpecification {
        guard let epochs else { return self }
        let steps = (epochs * Double(sequences) / Double(batch)).rounded(.up)
        guard steps <= 1e7 else {
            throw .usage("--epochs: \(NumberText.exact(epochs)) of \(sequences) sequences are too many steps")
        }
        var copy = self
        copy.steps = max(1, Int(steps))
        copy.warmupSteps = isWarmupOpen ? copy.steps / 10 : warmupSteps
        copy.isWarmupOpen = false
        guard copy.warmupSteps <= copy.steps else {
            throw .usage("--warmup-steps: \(warmupSteps) are more than the \(copy.steps) recovery steps")
        }
        return copy
    }

    /// The recovery as the engine takes it.
    func options(seed: UInt64) -> Engine.RecoveryOptions {
        Engine.RecoveryOptions(
            initialization: initialization, loftQ: loftQ, rank: rank, alpha: alpha, targets: targets, batchSize: batch,
            sequenceLength: sequenceLength, validateEvery: validateEvery, seed: seed,
            training: TrainingOptions(
                steps: steps, learningRate: learningRate, schedule: schedule, warmUpSteps: warmupSteps,
                weightDecay: weightDecay, clipNorm: clip > 0 ? clip : nil, dropout: dropout, microBatch: microBatch))
    }
}

/// Records of earlier versions lack what came later: they mean what was done then.
extension RecoverySpecification {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self = .defaults
        text = try values.decodeIfPresent(String.self, forKey: .text)
        data = try values.decodeIfPresent(String.self, forKey: .data)
        template = try values.decodeIfPresent(PromptTemplate.self, forKey: .template) ?? template
        lossOn = try values.decodeIfPresent(InstructionData.LossTarget.self, forKey: .lossOn) ?? lossOn
        cutoff = try values.decodeIfPresent(Int.self, forKey: .cutoff) ?? cutoff
        steps = try values.decode(Int.self, forKey: .steps)
        epochs = try values.decodeIfPresent(Double.self, forKey: .epochs)
        batch = try values.decode(Int.self, forKey: .batch)
        microBatch = try values.decodeIfPresent(Int.self, forKey: .microBatch)
        sequenceLength = try values.decode(Int.self, forKey: .sequenceLength)
        learningRate = try values.decode(Double.self, forKey: .learningRate)
        schedule = try values.decode(LearningRateSchedule.self, forKey: .schedule)
        warmupSteps = try values.decode(Int.self, forKey: .warmupSteps)
        initialization = try values.decodeIfPresent(String.self, forKey: .initialization) ?? "kaiming"
        loftQ = LoftQ.Options(
            iterations: try values.decodeIfPresent(Int.self, forKey: .loftQIterations) ?? loftQ.iterations,
            scaling: try values.decodeIfPresent(LoftQ.Scaling.self, forKey: .loftQScaling) ?? loftQ.scaling,
            keep: try values.decodeIfPresent(LoftQ.Keep.self, forKey: .loftQKeep) ?? loftQ.keep)
        rank = try values.decode(Int.self, forKey: .rank)
        alpha = try values.decode(Double.self, forKey: .alpha)
        targets = try values.decode([Projection].self, forKey: .targets)
        dropout = try values.decodeIfPresent(Double.self, forKey: .dropout) ?? 0
        weightDecay = try values.decode(Double.self, forKey: .weightDecay)
        clip = try values.decode(Double.self, forKey: .clip)
        validation = try values.decodeIfPresent(Int.self, forKey: .validation) ?? 0
        validateEvery = try values.decodeIfPresent(Int.self, forKey: .validateEvery) ?? validateEvery
        saveEvery = try values.decodeIfPresent(Int.self, forKey: .saveEvery) ?? saveEvery
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(text, forKey: .text)
        try values.encodeIfPresent(data, forKey: .data)
        try values.encode(template, forKey: .template)
        try values.encode(lossOn, forKey: .lossOn)
        try values.encode(cutoff, forKey: .cutoff)
        try values.encode(steps, forKey: .steps)
        try values.encodeIfPresent(epochs, forKey: .epochs)
        try values.encode(batch, forKey: .batch)
        try values.encodeIfPresent(microBatch, forKey: .microBatch)
        try values.encode(sequenceLength, forKey: .sequenceLength)
        try values.encode(learningRate, forKey: .learningRate)
        try values.encode(schedule, forKey: .schedule)
        try values.encode(warmupSteps, forKey: .warmupSteps)
        try values.encode(initialization, forKey: .initialization)
        try values.encode(loftQ.iterations, forKey: .loftQIterations)
        try values.encode(loftQ.scaling, forKey: .loftQScaling)
        try values.encode(loftQ.keep, forKey: .loftQKeep)
        try values.encode(rank, forKey: .rank)
        try values.encode(alpha, forKey: .alpha)
        try values.encode(targets, forKey: .targets)
        try values.encode(dropout, forKey: .dropout)
        try values.encode(weightDecay, forKey: .weightDecay)
        try values.encode(clip, forKey: .clip)
        try values.encode(validation, forKey: .validation)
        try values.encode(validateEvery, forKey: .validateEvery)
        try values.encode(saveEvery, forKey: .saveEvery)
    }
}

extension RecoverySpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings, folder: String) throws(Failure) {
        self = .defaults
        text = try settings.path("recovery-text", folder: folder)
        data = try settings.path("recovery-data", folder: folder)
        template = try settings.word("template", PromptTemplate.self) ?? template
        lossOn = try settings.word("loss-on", InstructionData.LossTarget.self) ?? lossOn
        cutoff = try settings.integer("cutoff", in: 2...1_000_000) ?? cutoff
        steps = try settings.integer("recovery-steps", in: 0...10_000_000) ?? steps
        epochs = try settings.number("epochs", "more than 0, at most 1000000") { $0 > 0 && $0 <= 1e6 }
        batch = try settings.integer("batch", in: 1...65_536) ?? batch
        microBatch = try settings.integer("micro-batch", in: 1...65_536)
        sequenceLength = try settings.integer("sequence-length", in: 2...1_000_000) ?? sequenceLength
        learningRate =
            try settings.number("learning-rate", "more than 0, at most 1") { $0 > 0 && $0 <= 1 } ?? learningRate
        schedule = try settings.word("schedule", LearningRateSchedule.self) ?? schedule
        let warmup = try settings.integer("warmup-steps", in: 0...10_000_000)
        warmupSteps = warmup ?? steps / 10
        isWarmupOpen = epochs != nil && warmup == nil
        if let name = try settings.text("init") {
            guard AdapterInitializations.named(name) != nil else {
                throw settings.unknown(name, in: "init", known: AdapterInitializations.all.map(\.name))
            }
            initialization = name
        }
        loftQ.iterations = try settings.integer("loftq-iterations", in: 0...1000) ?? loftQ.iterations
        loftQ.scaling = try settings.word("loftq-scaling", LoftQ.Scaling.self) ?? loftQ.scaling
        loftQ.keep = try settings.word("loftq-keep", LoftQ.Keep.self) ?? loftQ.keep
        rank = try settings.integer("rank", in: 1...65_536) ?? rank
        alpha = try settings.number("alpha", "more than 0, at most 1000000") { $0 > 0 && $0 <= 1e6 } ?? alpha
        targets = try settings.words("targets", Projection.self) ?? targets
        dropout = try settings.number("dropout", "at least 0 and less than 1") { $0 >= 0 && $0 < 1 } ?? dropout
        weightDecay =
            try settings.number("weight-decay", "at least 0 and less than 1") { $0 >= 0 && $0 < 1 } ?? weightDecay
        clip = try settings.number("clip", "at least 0; 0 clips nothing") { $0 >= 0 } ?? clip
        validation = try settings.integer("validation", in: 0...100_000_000) ?? validation
        validateEvery = try settings.integer("validate-every", in: 1...10_000_000) ?? validateEvery
        saveEvery = try settings.integer("save-every", in: 0...10_000_000) ?? saveEvery
        try checkTogether(settings)
    }

    /// What no setting can say alone.
    private func checkTogether(_ settings: Settings) throws(Failure) {
        guard !targets.isEmpty else { throw .usage("\(settings.spoken("targets")): no matrix is named") }
        guard text == nil || data == nil else {
            throw .usage(
                "\(settings.spoken("recovery-text")) and \(settings.spoken("recovery-data")): only one can be given")
        }
        guard validation == 0 || text == nil else {
            throw .usage(
                "\(settings.spoken("validation")): instructions are held out, not text",
                hint: "train on instructions with --recovery-data, or measure a text with 'qpx eval'")
        }
        guard epochs == nil || !settings.has("recovery-steps") else {
            throw .usage(
                "\(settings.spoken("epochs")) and \(settings.spoken("recovery-steps")): only one can be given")
        }
        guard epochs != nil || steps == 0 || warmupSteps <= steps else {
            throw .usage("\(settings.spoken("warmup-steps")): \(warmupSteps) are more than the \(steps) recovery steps")
        }
    }
}
