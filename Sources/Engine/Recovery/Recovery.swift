/// Trains LoRA adapters for a model whose own weights stay as they are, packed or not.
public struct Recovery: Sendable {
    private let options: RecoveryOptions
    private let data: any TrainingData

    /// A recovery on any data.
    public init(_ options: RecoveryOptions, data: any TrainingData) {
        self.options = options
        self.data = data
    }

    /// A recovery on the tokens of a text.
    /// - Throws: `TrainingError.textTooShort`.
    public init(_ options: RecoveryOptions, tokens: [Int32]) throws(TrainingError) {
        self.init(
            options, data: try TextWindows(tokens: tokens, length: options.sequenceLength, seed: options.seed))
    }

    /// Refuses a rank that a model of this shape cannot have.
    /// - Throws: `TrainingError.rankTooLarge`.
    public func check(_ configuration: ModelConfiguration) throws(TrainingError) {
        try options.checkRank(configuration)
    }

    /// The model with trained adapters, and what each step was. Its weights are left as they are.
    ///
    /// The same options, data and weights give the same bits on any number of threads.
    /// - Parameter observe: called after every step; may throw to stop.
    /// - Throws: `TrainingError`, `ModelError`, what `observe` throws.
    public func recover(
        _ model: LlamaModel, parallelism: Parallelism = .serial, observe: (TrainingStep) throws -> Void = { _ in }
    ) throws -> (model: LlamaModel, steps: [TrainingStep]) {
        let start = try AdaptedModel(model, allocation: nil, options: options, parallelism: parallelism)
        return (start.model, try train(start.model, parallelism: parallelism, observe: observe))
    }

    /// Trains the adapters that a model has, from wherever they are. Where the data holds sequences out, the adapters of
    /// the step with the smallest loss on them are kept, the first of equals.
    /// - Parameters:
    ///   - saving: where the state of the training is kept, and found again.
    ///   - observe: called after every step that is carried out now; may throw to stop.
    /// - Returns: all steps, also those of an earlier run that was gone on from.
    /// - Throws: `TrainingError`, `ModelError`, `CheckpointError`, what `observe` throws.
    public func train(
        _ model: LlamaModel, saving: TrainingCheckpoint? = nil, parallelism: Parallelism = .serial,
        observe: (TrainingStep) throws -> Void = { _ in }
    ) throws -> [TrainingStep] {
        let trainer = Trainer(
            model: model, options: options.training, seed: options.seed, parallelism: parallelism)
        var progress = try saving?.restore(trainer) ?? TrainingProgress()
        let validation = data.validation
        for index in progress.steps.count..<max(progress.steps.count, options.training.steps) {
            var step = try trainer.update(data.trainingBatch(step: index, size: options.batchSize))
            let isDue = (index + 1) % max(1, options.validateEvery) == 0 || index + 1 == options.training.steps
            if let validation, isDue {
                let loss = try trainer.loss(validation, part: options.training.microBatch ?? options.batchSize)
                step.validationLoss = loss
                if progress.steps.allSatisfy({ $0.validationLoss.map { $0 > loss } ?? true }) {
                    progress.best = trainer.values
                }
            }
            progress.steps.append(step)
            try saving?.save(trainer, progress)
            try observe(step)
        }
        if let best = progress.best { trainer.setValues(best) }
        return progress.steps
    }
}

/// How far a training is.
struct TrainingProgress {
    /// The steps taken.
    var steps: [TrainingStep] = []
    /// The values with the smallest loss on the sequences that are held out.
    var best: [Tensor]?
}
