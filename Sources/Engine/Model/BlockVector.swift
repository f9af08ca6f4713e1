/// A weight of a block that is a vector: a norm or a bias.
public enum BlockVector: Sendable, Hashable {
    /// `[hidden]`, before the attention.
    case attentionNorm
    /// `[hidden]`, before the MLP.
    case mlpNorm
    /// `[headDimension]`, of each head's queries.
    case queryNorm
    /// `[headDimension]`, of each head's keys.
    case keyNorm
    /// As many as the projection has rows.
    case bias(Projection)
}

extension ModelConfiguration {
    /// The vectors that every block has, in a fixed order.
    public var vectors: [BlockVector] {
        [.attentionNorm, .mlpNorm] + (hasHeadNorms ? [.queryNorm, .keyNorm] : []) + biases.map(BlockVector.bias)
    }

    /// Elements of a vector.
    public func count(of vector: BlockVector, layer: Int) -> Int {
        switch vector {
        case .attentionNorm, .mlpNorm: hidden
        case .queryNorm, .keyNorm: headDimension
        case .bias(let projection): shape(of: projection, layer: layer).rows
        }
    }

    /// Elements of all vectors of a block.
    public func vectorElements(ofLayer layer: Int) -> Int {
        vectors.reduce(0) { $0 + count(of: $1, layer: layer) }
    }

    /// Elements of all norms and biases of the model.
    public var vectorElements: Int { layers.indices.reduce(hidden) { $0 + vectorElements(ofLayer: $1) } }
}

extension TensorName {
    /// The name of a block's norm or bias.
    public static func vector(_ vector: BlockVector, layer: Int) -> String {
        switch vector {
        case .attentionNorm: attentionNorm(layer: layer)
        case .mlpNorm: mlpNorm(layer: layer)
        case .queryNorm: "model.layers.\(layer).self_attn.q_norm.weight"
        case .keyNorm: "model.layers.\(layer).self_attn.k_norm.weight"
        case .bias(let projection): module(projection, layer: layer) + ".bias"
        }
    }
}
