/// How a compressed model is brought back: LoRA on frozen weights.
public struct RecoveryOptions: Sendable, Equatable, Codable {
    /// Name of the adapters' start.
    public var initialization: String
    /// Settings of LoftQ, where that is the start.
    public var loftQ: LoftQ.Options
    /// Rank of the adapters.
    public var rank: Int
    /// Numerator of their scaling alpha / rank.
    public var alpha: Double
    /// The adapted projections.
    public var targets: [Projection]
    /// Sequences per optimiser step.
    public var batchSize: Int
    /// Tokens per window of a plain text.
    public var sequenceLength: Int
    /// Steps between two looks at the sequences that are held out, if there are any.
    public var validateEvery: Int
    /// Seed of the adapters' start, of the order of the data and of dropout.
    public var seed: UInt64
    /// Steps, rates, decay, clipping, dropout.
    public var training: TrainingOptions

    /// Options of one recovery.
    public init(
        initialization: String = "kaiming", loftQ: LoftQ.Options = LoftQ.Options(), rank: Int = 8, alpha: Double = 16,
        targets: [Projection] = Projection.allCases, batchSize: Int = 8, sequenceLength: Int = 128,
        validateEvery: Int = 100, seed: UInt64 = 0, training: TrainingOptions
    ) {
        self.initialization = initialization
        self.loftQ = loftQ
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.batchSize = batchSize
        self.sequenceLength = sequenceLength
        self.validateEvery = validateEvery
        self.seed = seed
        self.training = training
    }

    /// Refuses a rank that a model of this shape cannot have.
    /// - Throws: `TrainingError.rankTooLarge`.
    public func checkRank(_ configuration: ModelConfiguration) throws(TrainingError) {
        let sides = targets.flatMap { projection in
            configuration.layers.indices.map { layer in
                let shape = configuration.shape(of: projection, layer: layer)
                return min(shape.rows, shape.columns)
            }
        }
        if let smallest = sides.min(), rank > smallest {
            throw .rankTooLarge(rank: rank, limit: smallest)
        }
    }
}
