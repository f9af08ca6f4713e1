/// How a model (or its adapters) is trained.
public struct TrainingOptions: Sendable, Equatable, Codable {
    /// Number of optimiser steps.
    public var steps: Int
    /// Peak learning rate.
    public var learningRate: Double
    /// How the rate goes over the steps.
    public var schedule: LearningRateSchedule
    /// Steps over which the rate rises from nothing.
    public var warmUpSteps: Int
    /// Decoupled weight decay; norms are left out.
    public var weightDecay: Double
    /// Largest global L2 norm of the gradient; larger ones are scaled down to it. `nil`: no clipping.
    public var clipNorm: Double?
    /// Decay of the gradient's mean.
    public var beta1: Double
    /// Decay of the gradient's mean square.
    public var beta2: Double

    /// Options with the usual constants of AdamW.
    public init(
        steps: Int, learningRate: Double, schedule: LearningRateSchedule = .constant, warmUpSteps: Int = 0,
        weightDecay: Double = 0, clipNorm: Double? = 1, beta1: Double = 0.9, beta2: Double = 0.999
    ) {
        self.steps = steps
        self.learningRate = learningRate
        self.schedule = schedule
        self.warmUpSteps = warmUpSteps
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.beta1 = beta1
        self.beta2 = beta2
    }
}

/// What one optimiser step was.
public struct TrainingStep: Sendable, Equatable, Codable {
    /// From 0.
    public let step: Int
    /// Mean loss of the step's batch before the update, in nats per token.
    public let loss: Double
    /// The rate of this step.
    public let learningRate: Double
    /// Global L2 norm of the gradient before clipping.
    public let gradientNorm: Double
}

/// Trains a model's `Parameter`s, or its adapters', on one batch after another.
public final class Trainer {
    private let loss: LossGradient
    private let options: TrainingOptions
    private let optimizer: AdamW
    private let parallelism: Parallelism
    private var step = 0

    /// A trainer of everything in `model` that is trained: its adapters if it has any, and its `Parameter`s.
    public init(model: LlamaModel, options: TrainingOptions, parallelism: Parallelism = .serial) {
        self.options = options
        self.parallelism = parallelism
        loss = LossGradient(model: model, parallelism: parallelism)
        let parameters = model.trainedParameters + (model.adapters?.parameters ?? [])
        optimizer = AdamW(
            parameters.map { (parameter: $0.parameter, decays: $0.parameter.shape.count > 1) },
            options: AdamW.Options(
                beta1: options.beta1, beta2: options.beta2, weightDecay: options.weightDecay))
    }

    /// One update from the mean next-token loss of `batch`.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long;
    ///   `TrainingError.diverged` if the loss is not a number any more.
    public func update(_ batch: TokenBatch) throws -> TrainingStep {
        let loss = try loss.accumulate(batch)
        let norm = optimizer.gradientNorm()
        guard loss.isFinite, norm.isFinite else { throw TrainingError.diverged(step: step) }
        let scale = options.clipNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
        let rate =
            options.learningRate
            * options.schedule.factor(step: step, steps: options.steps, warmUp: options.warmUpSteps)
        optimizer.step(learningRate: rate, gradientScale: scale, parallelism: parallelism)
        defer { step += 1 }
        return TrainingStep(step: step, loss: loss, learningRate: rate, gradientNorm: norm)
    }
}

/// Why a training cannot go on.
public enum TrainingError: EngineError {
    /// The loss or the gradient is infinite or not a number.
    case diverged(step: Int)
    /// The text has fewer tokens than one window.
    case textTooShort(tokens: Int, needed: Int)
    /// The text has fewer documents of that many tokens than samples are asked for.
    case tooFewDocuments(count: Int, needed: Int, tokens: Int)
    /// No adapter can have more rows than its matrix.
    case rankTooLarge(rank: Int, limit: Int)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .diverged(let step):
            "training diverged at step \(step): the loss is not a finite number; lower the learning rate"
        case .textTooShort(let tokens, let needed):
            "the training text has \(tokens) tokens, one window needs \(needed): give a longer text or shorter windows"
        case .tooFewDocuments(let count, let needed, let tokens):
            "the text has \(count) documents of at least \(tokens) tokens, \(needed) samples are asked for: give a "
                + "longer text, or fewer or shorter samples"
        case .rankTooLarge(let rank, let limit):
            "LoRA rank \(rank) is larger than the smallest adapted matrix side of \(limit): lower the rank"
        }
    }
}
