/// What a model is put to: how many tokens stand in memory together, and what is trained.
public struct MemoryWorkload: Sendable, Equatable {
    /// Sequences that are computed together.
    public var batch: Int
    /// Tokens of a sequence.
    public var sequenceLength: Int
    /// Rank of the adapters.
    public var rank: Int
    /// The adapted projections.
    public var targets: [Projection]
    /// Whether adapters drop out inputs.
    public var dropsOut: Bool
    /// Whether only the blocks' inputs are kept for the backward pass and the rest is computed again.
    public var recomputes: Bool
    /// Whether attention probabilities are kept (an attention that is not fused).
    public var keepsProbabilities: Bool
    /// Tokens of the key/value cache at inference.
    public var cachedTokens: Int

    /// The defaults are LLM-Pruner's: micro-batches of 4 sequences of 256 tokens, rank 8 on all projections.
    public init(
        batch: Int = 4, sequenceLength: Int = 256, rank: Int = 8, targets: [Projection] = Projection.allCases,
        dropsOut: Bool = false, recomputes: Bool = false, keepsProbabilities: Bool = false, cachedTokens: Int = 2048
    ) {
        self.batch = batch
        self.sequenceLength = sequenceLength
        self.rank = rank
        self.targets = targets
        self.dropsOut = dropsOut
        self.recomputes = recomputes
        self.keepsProbabilities = keepsProbabilities
        self.cachedTokens = cachedTokens
    }

    /// Tokens of a batch.
    public var tokens: Int { batch * sequenceLength }

    /// Number of adapter weights: Σ rank · (inputs + outputs) over the adapted projections.
    public func adapterParameters(_ configuration: ModelConfiguration) -> Int {
        configuration.layers.indices.reduce(0) { sum, layer in
            targets.reduce(sum) { sum, target in
                let shape = configuration.shape(of: target, layer: layer)
                return sum + rank * (shape.rows + shape.columns)
            }
        }
    }

    /// What the backward pass needs of one layer's forward pass, in elements per token: block input, norm outputs and mid
    /// residual; queries and attention output; keys and values; gate, up and their product; the adapters' middles; and
    /// 1/rms and log-sums (and probabilities, where kept).
    ///
    /// A_l = 4 h + 2 H_q d + 2 H_kv d + 3 f + r · adapters + H_q + 2.
    func savedElements(_ configuration: ModelConfiguration, layer: Int) -> Int {
        let widths = configuration.layers[layer]
        let queries = widths.heads * configuration.headDimension
        let keys = widths.keyValueHeads * configuration.headDimension
        return 4 * configuration.hidden + 2 * queries + 2 * keys + 3 * widths.intermediate + rank * targets.count
            + widths.heads + 2 + (keepsProbabilities ? widths.heads * sequenceLength : 0)
    }

    /// The kept activations of all layers, in elements.
    func savedElements(_ configuration: ModelConfiguration) -> Int {
        let layers = configuration.layers.indices.map { savedElements(configuration, layer: $0) }
        return tokens
            * (recomputes
                ? configuration.hidden * layers.count + (layers.max() ?? 0) : layers.reduce(0, +))
    }
}
