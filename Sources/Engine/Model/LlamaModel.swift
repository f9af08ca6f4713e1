/// A LLaMA-architecture language model: embedding, blocks, norm, output head, and LoRA adapters if it has any.
///
/// A value whose weights are shared: replacing a block's projections (pruning, quantizing) leaves other copies alone.
public struct LlamaModel: Sendable {
    /// One transformer block.
    public struct Block: Sendable {
        /// `[hidden]`, before the attention.
        public var attentionNorm: Parameter
        /// `[hidden]`, before the MLP.
        public var mlpNorm: Parameter
        /// Norms of queries and keys, and biases.
        private var others: [BlockVector: Parameter] = [:]
        private var matrices: [WeightMatrix]

        /// A block; `projections` in the order of `Projection.allCases`.
        public init(attentionNorm: Parameter, mlpNorm: Parameter, projections: [WeightMatrix]) {
            precondition(projections.count == Projection.allCases.count, "a block has seven projections")
            self.attentionNorm = attentionNorm
            self.mlpNorm = mlpNorm
            matrices = projections
        }

        /// One of the norms and biases; nil where the block has none of that kind.
        public subscript(vector: BlockVector) -> Parameter? {
            get {
                switch vector {
                case .attentionNorm: attentionNorm
                case .mlpNorm: mlpNorm
                case .queryNorm, .keyNorm, .bias: others[vector]
                }
            }
            set {
                switch vector {
                case .attentionNorm: attentionNorm = newValue ?? attentionNorm
                case .mlpNorm: mlpNorm = newValue ?? mlpNorm
                case .queryNorm, .keyNorm, .bias: others[vector] = newValue
                }
            }
        }

        /// One of the seven matrices.
        public subscript(projection: Projection) -> WeightMatrix {
            get { matrices[projection.index] }
            set { matrices[projection.index] = newValue }
        }
    }

    /// Shapes and constants.
    public var configuration: ModelConfiguration
    /// `[vocabulary, hidden]`
    public var embedding: WeightMatrix
    /// First to last.
    public var blocks: [Block]
    /// `[hidden]`
    public var finalNorm: Parameter
    /// `[vocabulary, hidden]`; `nil` when the embedding serves.
    public var untiedHead: WeightMatrix?
    /// Low-rank additions to the projections.
    public var adapters: LoRAAdapters?
    let rotary: RotaryEmbedding

    /// A model from its parts, whose shapes must be those of `configuration`.
    public init(
        configuration: ModelConfiguration, embedding: WeightMatrix, blocks: [Block], finalNorm: Parameter,
        untiedHead: WeightMatrix?, adapters: LoRAAdapters? = nil
    ) {
        precondition(blocks.count == configuration.layers.count, "one block per layer")
        precondition((untiedHead == nil) == configuration.isTied, "a head unless the embedding is tied")
        self.configuration = configuration
        self.embedding = embedding
        self.blocks = blocks
        self.finalNorm = finalNorm
        self.untiedHead = untiedHead
        self.adapters = adapters
        rotary = RotaryEmbedding(configuration)
    }

    /// `[vocabulary, hidden]`
    public var head: WeightMatrix { untiedHead ?? embedding }

    /// Bytes held for all weights: matrices in their form, scales included, norms and biases. Adapters are not counted.
    public var weightBytes: Int {
        let matrices = blocks.reduce(embedding.byteCount + (untiedHead?.byteCount ?? 0)) { sum, block in
            Projection.allCases.reduce(sum) { $0 + block[$1].byteCount }
        }
        return matrices + normBytes
    }

    /// Bytes of all norms and biases; they are held in float32.
    public var normBytes: Int { 4 * configuration.vectorElements }
}

extension Projection {
    /// Position in `allCases`.
    var index: Int {
        switch self {
        case .query: 0
        case .key: 1
        case .value: 2
        case .output: 3
        case .gate: 4
        case .up: 5
        case .down: 6
        }
    }
}
