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
    /// Fraction of the adapters' inputs that each step sets to zero.
    public var dropout: Double
    /// Sequences that are computed together; `nil`: all of a step. Smaller parts take less memory, and the step is the
    /// same: each token weighs what it weighs in the whole batch.
    public var microBatch: Int?

    /// Options with the usual constants of AdamW.
    public init(
        steps: Int, learningRate: Double, schedule: LearningRateSchedule = .constant, warmUpSteps: Int = 0,
        weightDecay: Double = 0, clipNorm: Double? = 1, beta1: Double = 0.9, beta2: Double = 0.999,
        dropout: Double = 0, microBatch: Int? = nil
    ) {
        self.steps = steps
        self.learningRate = learningRate
        self.schedule = schedule
        self.warmUpSteps = warmUpSteps
        self.weightDecay = weightDecay
        self.clipNorm = clipNorm
        self.beta1 = beta1
        self.beta2 = beta2
        self.dropout = dropout
        self.microBatch = microBatch
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
    /// Mean loss of the sequences that are held out, after the update, where it was measured; nats per token.
    public internal(set) var validationLoss: Double?
}

/// Trains a model's `Parameter`s, or its adapters', on one batch after another.
public final class Trainer {
    private let loss: LossGradient
    private let options: TrainingOptions
    private let optimizer: AdamW
    private let parallelism: Parallelism
    private let seed: UInt64
    private let parameters: [(name: String, parameter: Parameter)]
    private var step = 0

    /// A trainer of everything in `model` that is trained: its adapters if it has any, and its `Parameter`s.
    /// - Parameter seed: of dropout.
    public init(
        model: LlamaModel, options: TrainingOptions, seed: UInt64 = 0, parallelism: Parallelism = .serial
    ) {
        self.options = options
        self.parallelism = parallelism
        self.seed = seed
        loss = LossGradient(model: model, parallelism: parallelism)
        parameters = model.trainedParameters + (model.adapters?.parameters ?? [])
        optimizer = AdamW(
            parameters.map { (parameter: $0.parameter, decays: $0.parameter.shape.count > 1) },
            options: AdamW.Options(
                beta1: options.beta1, beta2: options.beta2, weightDecay: options.weightDecay))
    }

    /// One update from the mean next-token loss of `batch`.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long;
    ///   `TrainingError.diverged` if the loss is not a number any more.
    public func update(_ batch: TokenBatch) throws -> TrainingStep { try update(TrainingBatch(batch)) }

    /// One update from the mean loss over the labelled tokens of `batch`.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long;
    ///   `TrainingError.diverged` if the loss is not a number any more.
    public func update(_ batch: TrainingBatch) throws -> TrainingStep {
        let loss = try accumulate(batch)
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

    /// The batch's loss, with gradients, part by part.
    private func accumulate(_ batch: TrainingBatch) throws -> Double {
        let targets = batch.targets
        let part = max(1, options.microBatch ?? batch.sequences.count)
        var sum = 0.0
        for start in stride(from: 0, to: batch.sequences.count, by: part) {
            let range = start..<min(start + part, batch.sequences.count)
            var pass = loss
            if options.dropout > 0 {
                pass.dropout = AdapterDropout(rate: options.dropout, seed: seed, step: step, firstSequence: start)
            }
            sum += try pass.accumulate(
                TokenBatch(Array(batch.sequences[range])), labels: batch.labels[range].flatMap { $0 },
                targets: targets)
        }
        return sum
    }

    /// Mean loss over the labelled tokens of a batch as the model is now, without dropout, computed in parts.
    func loss(_ batch: TrainingBatch, part: Int) throws -> Double {
        var sum = 0.0
        for start in stride(from: 0, to: batch.sequences.count, by: part) {
            let range = start..<min(start + part, batch.sequences.count)
            let labels = batch.labels[range].flatMap { $0 }
            let count = Double(labels.count { $0 >= 0 })
            sum += count * (try loss.loss(TokenBatch(Array(batch.sequences[range])), labels: labels))
        }
        return sum / Double(max(1, batch.targets))
    }

    /// The values of all parameters as they are now.
    var values: [Tensor] { parameters.map(\.parameter.tensor) }

    /// Replaces the values of all parameters.
    func setValues(_ values: [Tensor]) {
        for (entry, value) in zip(parameters, values) { entry.parameter.set(value) }
    }

    /// Names and shapes of all parameters.
    var shapes: [(name: String, shape: [Int])] { parameters.map { ($0.name, $0.parameter.shape) } }

    /// What the next steps depend on besides the data: values and moments by name, and the number of steps taken.
    func state() -> (steps: Int, tensors: [(name: String, tensor: Tensor)]) {
        var tensors: [(name: String, tensor: Tensor)] = []
        for (entry, moments) in zip(parameters, optimizer.state) {
            tensors.append((entry.name, entry.parameter.tensor))
            for (suffix, moment) in [("first", moments.first), ("second", moments.second)] {
                tensors.append(("\(entry.name).\(suffix)", Tensor(moment, shape: entry.parameter.shape)))
            }
        }
        return (step, tensors)
    }

    /// Names and shapes of the tensors of `state()`, in its order.
    var stateShapes: [(name: String, shape: [Int])] {
        parameters.flatMap { entry in
            [entry.name, "\(entry.name).first", "\(entry.name).second"].map { ($0, entry.parameter.shape) }
        }
    }

    /// Goes on from what `state()` gave; the tensors are those of `stateShapes`.
    func restore(steps: Int, tensors: [Tensor]) {
        precondition(tensors.count == 3 * parameters.count, "three tensors for each parameter")
        for (i, entry) in parameters.enumerated() { entry.parameter.set(tensors[3 * i]) }
        optimizer.restore(
            steps: steps,
            parameters.indices.map { (first: tensors[3 * $0 + 1].elements, second: tensors[3 * $0 + 2].elements) })
        step = steps
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
    /// No example leaves anything to learn.
    case noExamples(examples: Int, cutoff: Int)
    /// Everything is held out.
    case tooFewExamples(examples: Int, validation: Int)
    /// No start of adapters has that name.
    case unknownInitialization(name: String, known: [String])

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
        case .noExamples(let examples, let cutoff):
            "of \(examples) examples none has an answer within \(cutoff) tokens: raise the cutoff"
        case .tooFewExamples(let examples, let validation):
            "of \(examples) examples \(validation) cannot be held out: some must be left to train on"
        case .unknownInitialization(let name, let known):
            "unknown start of adapters '\(name)': known are \(known.joined(separator: ", "))"
        }
    }
}
