/// What a model of LLaMA's kind is made of: the contents of `config.json` as far as computing needs them.
///
/// Widths are kept per layer, because pruning leaves each layer with its own.
public struct ModelConfiguration: Sendable, Equatable {
    /// The widths of one transformer block, and what its attention sees.
    public struct Layer: Sendable, Equatable {
        /// Query heads.
        public var heads: Int
        /// Key/value heads; divides `heads`.
        public var keyValueHeads: Int
        /// MLP channels (the rows of gate and up).
        public var intermediate: Int
        /// How far back a query sees, in tokens, itself included; nil for everything before it.
        public var window: Int?
        /// Whether queries and keys are rotated by their positions.
        public var isRotary: Bool

        /// A block of the given widths.
        public init(heads: Int, keyValueHeads: Int, intermediate: Int, window: Int? = nil, isRotary: Bool = true) {
            self.heads = heads
            self.keyValueHeads = keyValueHeads
            self.intermediate = intermediate
            self.window = window
            self.isRotary = isRotary
        }
    }

    /// The name of its `Architecture`.
    public var architecture: String
    /// Width of the residual stream.
    public var hidden: Int
    /// Width of one attention head; stored explicitly, because pruning breaks `hidden / heads`.
    public var headDimension: Int
    /// Number of token ids.
    public var vocabulary: Int
    /// Longest sequence the model was trained on, in tokens.
    public var contextLength: Int
    /// Base of the rotary embedding's frequencies.
    public var ropeTheta: Double
    /// How those frequencies are changed, if they are.
    public var ropeScaling: RotaryScaling?
    /// Epsilon of RMSNorm.
    public var normEpsilon: Double
    /// Whether the output head is the embedding matrix.
    public var isTied: Bool
    /// The projections that have a bias, in every block.
    public var biases: [Projection]
    /// Whether queries and keys are normalised head by head before they are rotated.
    public var hasHeadNorms: Bool
    /// Widths per block, first to last.
    public var layers: [Layer]
    /// Ids of special tokens as `config.json` names them.
    public var bosTokenID: Int?
    /// End of sequence.
    public var eosTokenID: Int?
    /// Padding.
    public var padTokenID: Int?

    /// A configuration from its parts.
    public init(
        architecture: String = "llama", hidden: Int, headDimension: Int, vocabulary: Int, contextLength: Int,
        ropeTheta: Double = 10_000, ropeScaling: RotaryScaling? = nil, normEpsilon: Double = 1e-5,
        isTied: Bool = false, biases: [Projection] = [], hasHeadNorms: Bool = false, layers: [Layer],
        bosTokenID: Int? = nil, eosTokenID: Int? = nil, padTokenID: Int? = nil
    ) {
        self.architecture = architecture
        self.hidden = hidden
        self.headDimension = headDimension
        self.vocabulary = vocabulary
        self.contextLength = contextLength
        self.ropeTheta = ropeTheta
        self.ropeScaling = ropeScaling
        self.normEpsilon = normEpsilon
        self.isTied = isTied
        self.biases = biases
        self.hasHeadNorms = hasHeadNorms
        self.layers = layers
        self.bosTokenID = bosTokenID
        self.eosTokenID = eosTokenID
        self.padTokenID = padTokenID
    }

    /// Number of weights in all tensors.
    public var parameterCount: Int {
        let perBlock = layers.indices.map { l in projectionWeights(ofLayer: l) + vectorElements(ofLayer: l) }
        return perBlock.reduce(vocabulary * hidden * (isTied ? 1 : 2) + hidden, +)
    }

    /// Rows (outputs) and columns (inputs) of one projection of one block.
    public func shape(of projection: Projection, layer: Int) -> MatrixShape {
        let block = layers[layer]
        let queries = block.heads * headDimension
        let keys = block.keyValueHeads * headDimension
        return switch projection {
        case .query: MatrixShape(rows: queries, columns: hidden)
        case .key, .value: MatrixShape(rows: keys, columns: hidden)
        case .output: MatrixShape(rows: hidden, columns: queries)
        case .gate, .up: MatrixShape(rows: block.intermediate, columns: hidden)
        case .down: MatrixShape(rows: hidden, columns: block.intermediate)
        }
    }
}

/// The seven weight matrices of a block.
public enum Projection: String, Sendable, CaseIterable, Codable, Hashable {
    /// Queries of the attention.
    case query = "q_proj"
    /// Keys of the attention.
    case key = "k_proj"
    /// Values of the attention.
    case value = "v_proj"
    /// Output of the attention.
    case output = "o_proj"
    /// Gate of the MLP.
    case gate = "gate_proj"
    /// Up-projection of the MLP.
    case up = "up_proj"
    /// Down-projection of the MLP.
    case down = "down_proj"
}

/// Rows (outputs) and columns (inputs) of a weight matrix.
public struct MatrixShape: Sendable, Hashable {
    /// Outputs.
    public let rows: Int
    /// Inputs.
    public let columns: Int

    /// A shape.
    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Number of elements.
    public var count: Int { rows * columns }
}

/// The names that Hugging Face checkpoints give their tensors.
public enum TensorName {
    /// `[vocabulary, hidden]`
    public static let embedding = "model.embed_tokens.weight"
    /// `[hidden]`
    public static let finalNorm = "model.norm.weight"
    /// `[vocabulary, hidden]`, absent when tied.
    public static let head = "lm_head.weight"

    /// `[hidden]`, before the attention.
    public static func attentionNorm(layer: Int) -> String { "model.layers.\(layer).input_layernorm.weight" }
    /// `[hidden]`, before the MLP.
    public static func mlpNorm(layer: Int) -> String { "model.layers.\(layer).post_attention_layernorm.weight" }

    /// `[rows, columns]` of `ModelConfiguration.shape(of:layer:)`.
    public static func projection(_ projection: Projection, layer: Int) -> String {
        module(projection, layer: layer) + ".weight"
    }

    /// The module that holds a projection's weight and bias.
    static func module(_ projection: Projection, layer: Int) -> String {
        switch projection {
        case .query, .key, .value, .output: "model.layers.\(layer).self_attn.\(projection.rawValue)"
        case .gate, .up, .down: "model.layers.\(layer).mlp.\(projection.rawValue)"
        }
    }
}
