internal import Engine

/// How the quantized model is trained to recover: LoRA on frozen weights.
struct RecoverySpecification: Sendable, Equatable, Codable {
    /// Training text, an absolute path; nil without recovery.
    var text: String?
    /// Optimizer steps; 0 leaves recovery out.
    var steps: Int
    /// Sequences per step.
    var batch: Int
    /// Tokens of a sequence.
    var sequenceLength: Int
    /// Peak learning rate.
    var learningRate: Double
    /// How the learning rate goes on.
    var schedule: LearningRateSchedule
    /// Steps over which the learning rate rises from zero.
    var warmupSteps: Int
    /// Rank of the adapters.
    var rank: Int
    /// Scale of the adapters: their product is multiplied by alpha / rank.
    var alpha: Double
    /// Matrices that get an adapter.
    var targets: [Projection]
    /// Decoupled weight decay of AdamW.
    var weightDecay: Double
    /// Largest norm of the gradient over all adapters; 0 for no clipping.
    var clip: Double

    /// Values that hold when nothing is said; without a warm-up of its own, a tenth of the steps.
    static let defaults = RecoverySpecification(
        text: nil, steps: 200, batch: 8, sequenceLength: 128, learningRate: 3e-4, schedule: .linear, warmupSteps: 20,
        rank: 8, alpha: 16, targets: Projection.allCases, weightDecay: 0, clip: 1)

    enum CodingKeys: String, CodingKey, CaseIterable {
        case text = "recovery_text"
        case steps = "recovery_steps"
        case batch
        case sequenceLength = "sequence_length"
        case learningRate = "learning_rate"
        case schedule
        case warmupSteps = "warmup_steps"
        case rank
        case alpha
        case targets
        case weightDecay = "weight_decay"
        case clip
    }
}

extension RecoverySpecification {
    /// The specification that settings say, with defaults for the rest.
    init(_ settings: Settings, folder: String) throws(Failure) {
        self = .defaults
        text = try settings.path("recovery-text", folder: folder)
        steps = try settings.integer("recovery-steps", in: 0...10_000_000) ?? steps
        batch = try settings.integer("batch", in: 1...65_536) ?? batch
        sequenceLength = try settings.integer("sequence-length", in: 2...1_000_000) ?? sequenceLength
        learningRate =
            try settings.number("learning-rate", "more than 0, at most 1") { $0 > 0 && $0 <= 1 } ?? learningRate
        schedule = try settings.word("schedule", LearningRateSchedule.self) ?? schedule
        warmupSteps = try settings.integer("warmup-steps", in: 0...10_000_000) ?? steps / 10
        rank = try settings.integer("rank", in: 1...65_536) ?? rank
        alpha = try settings.number("alpha", "more than 0, at most 1000000") { $0 > 0 && $0 <= 1e6 } ?? alpha
        targets = try settings.words("targets", Projection.self) ?? targets
        weightDecay =
            try settings.number("weight-decay", "at least 0 and less than 1") { $0 >= 0 && $0 < 1 } ?? weightDecay
        clip = try settings.number("clip", "at least 0; 0 clips nothing") { $0 >= 0 } ?? clip
        guard !targets.isEmpty else { throw .usage("\(settings.spoken("targets")): no matrix is named") }
        guard steps == 0 || warmupSteps <= steps else {
            throw .usage("\(settings.spoken("warmup-steps")): \(warmupSteps) are more than the \(steps) recovery steps")
        }
    }
}
