/// How a compressed model is brought back: LoRA on frozen weights.
public struct RecoveryOptions: Sendable, Equatable, Codable {
    /// Rank of the adapters.
    public var rank: Int
    /// Numerator of their scaling alpha / rank.
    public var alpha: Double
    /// The adapted projections.
    public var targets: [Projection]
    /// Windows per optimiser step.
    public var batchSize: Int
    /// Tokens per window.
    public var sequenceLength: Int
    /// Seed of the adapters' start and of the order of the text.
    public var seed: UInt64
    /// Steps, rates, decay, clipping.
    public var training: TrainingOptions

    /// Options of one recovery.
    public init(
        rank: Int = 8, alpha: Double = 16, targets: [Projection] = Projection.allCases, batchSize: Int = 8,
        sequenceLength: Int = 128, seed: UInt64 = 0, training: TrainingOptions
    ) {
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.batchSize = batchSize
        self.sequenceLength = sequenceLength
        self.seed = seed
        self.training = training
    }
}

/// Trains LoRA adapters for a model whose own weights stay as they are, packed or not.
public struct Recovery: Sendable {
    private let options: RecoveryOptions
    private let windows: TextWindows

    /// A recovery on the tokens of a text.
    /// - Throws: `TrainingError.textTooShort`.
    public init(_ options: RecoveryOptions, tokens: [Int32]) throws(TrainingError) {
        self.options = options
        windows = try TextWindows(tokens: tokens, length: options.sequenceLength, seed: options.seed)
    }

    /// Refuses a rank that a model of this shape cannot have.
    /// - Throws: `TrainingError.rankTooLarge`.
    public func check(_ configuration: ModelConfiguration) throws(TrainingError) {
        let sides = options.targets.flatMap { projection in
            configuration.layers.indices.map { layer in
                let shape = configuration.shape(of: projection, layer: layer)
                return min(shape.rows, shape.columns)
            }
        }
        if let smallest = sides.min(), options.rank > smallest {
            throw .rankTooLarge(rank: options.rank, limit: smallest)
        }
    }

    /// The model with trained adapters, and what each step was.
    ///
    /// The same options, tokens and weights give the same bits on any number of threads.
    /// - Parameter observe: called after every step; may throw to stop.
    /// - Throws: `TrainingError`, `ModelError`, what `observe` throws.
    public func recover(
        _ model: LlamaModel, parallelism: Parallelism = .serial, observe: (TrainingStep) throws -> Void = { _ in }
    ) throws -> (model: LlamaModel, steps: [TrainingStep]) {
        try check(model.configuration)
        var adapted = model
        adapted.adapters = LoRAAdapters.standard(
            for: model.configuration, targets: options.targets, rank: options.rank, alpha: options.alpha,
            seed: options.seed)
        let trainer = Trainer(model: adapted, options: options.training, parallelism: parallelism)
        var steps: [TrainingStep] = []
        for index in 0..<options.training.steps {
            let step = try trainer.update(windows.batch(step: index, size: options.batchSize))
            steps.append(step)
            try observe(step)
        }
        return (adapted, steps)
    }
}
