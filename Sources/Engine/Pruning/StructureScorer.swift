/// Importance of every structure of one layer.
public struct StructureScores: Sendable, Equatable {
    /// One per key/value head.
    public let keyValueHeads: [Double]
    /// One per MLP channel.
    public let channels: [Double]
}

/// Scores the weights of a model, block by block, with gradients where the importance needs them.
struct StructureScorer {
    let model: LlamaModel
    let importance: any Importance
    let reduction: GroupReduction
    let pairing: HeadPairing
    let fisherScale: FisherScale
    let seed: UInt64
    let calibration: TokenBatch?
    let parallelism: Parallelism

    /// The matrices of an attention head's group, root first, with the axis on which the head lies.
    private static let attentionMembers: [(projection: Projection, axis: ChannelAxis)] = [
        (.key, .rows), (.query, .rows), (.value, .rows), (.output, .columns),
    ]
    /// The matrices of an MLP channel's group, root first.
    private static let mlpMembers: [(projection: Projection, axis: ChannelAxis)] = [
        (.gate, .rows), (.up, .rows), (.down, .columns),
    ]

    /// One score per key/value head and per MLP channel of each of the layers.
    /// - Throws: `PruningError`, `ModelError`.
    func blockScores(_ layers: Range<Int>) throws -> [Int: StructureScores] {
        var scores: [Int: StructureScores] = [:]
        let d = model.configuration.headDimension
        try visit(layers) { block in
            let layer = model.configuration.layers[block.layer]
            let channels = reduction.combine(
                Self.attentionMembers.map { foldedOntoKeys(block.scores($0.projection, along: $0.axis), layer) })
            scores[block.layer] = StructureScores(
                keyValueHeads: (0..<layer.keyValueHeads).map { channels[$0 * d..<($0 + 1) * d].reduce(0, +) },
                channels: reduction.combine(Self.mlpMembers.map { block.scores($0.projection, along: $0.axis) }))
        }
        return scores
    }

    /// Scores of query channels, folded onto the key/value channels that they count for; others as they are.
    private func foldedOntoKeys(_ scores: [Double], _ layer: ModelConfiguration.Layer) -> [Double] {
        let d = model.configuration.headDimension
        let group = layer.heads / layer.keyValueHeads
        guard group > 1, scores.count == layer.heads * d else { return scores }
        var folded = [Double](repeating: 0, count: layer.keyValueHeads * d)
        for (channel, score) in scores.enumerated() {
            let head = channel / d
            let keyValueHead = pairing == .model ? head / group : head % layer.keyValueHeads
            folded[keyValueHead * d + channel % d] += score
        }
        return folded
    }

    /// Shows each of the layers, and after them the weights outside the blocks if `edges` is given.
    func visit(
        _ layers: Range<Int>, _ body: (BlockScorer) throws -> Void, edges: ((EdgeScorer) throws -> Void)? = nil
    ) throws {
        guard importance.needsGradients else {
            for layer in layers { try body(BlockScorer(scorer: self, layer: layer, gradients: nil)) }
            guard let edges else { return }
            for part in EdgeGradients.Part.allCases where part != .head || !model.configuration.isTied {
                try edges(EdgeScorer(scorer: self, part: part, gradients: nil))
            }
            return
        }
        guard let calibration else { throw PruningError.needsCalibration(importance.name) }
        let sweep = GradientSweep(model: model, parallelism: parallelism, fisherScale: fisherScale)
        let isSecondOrder = importance.gradientOrder == .second
        let visitBlock: (BlockGradients) throws -> Void = {
            try body(BlockScorer(scorer: self, layer: $0.layer, gradients: $0))
        }
        guard let edges else {
            try sweep.run(calibration, secondOrder: isSecondOrder, layers: layers, visit: visitBlock)
            return
        }
        try sweep.run(calibration, secondOrder: isSecondOrder, layers: layers, visit: visitBlock) {
            try edges(EdgeScorer(scorer: self, part: $0.part, gradients: $0))
        }
    }

    fileprivate func scores(
        _ name: String, _ shape: MatrixShape, _ weights: [Float], _ first: [Float]?, _ second: [Float]?,
        along axis: ChannelAxis
    ) -> [Double] {
        importance.scores(
            ImportanceInput(
                name: name, shape: shape, weights: weights, gradients: first ?? [], squaredGradients: second ?? [],
                random: RandomSource(seed: seed)), along: axis)
    }

    fileprivate func scores(_ name: String, norm: Parameter, _ first: [Float]?, _ second: [Float]?) -> [Double] {
        scores(name, MatrixShape(rows: norm.count, columns: 1), norm.tensor.elements, first, second, along: .rows)
    }
}

/// The weights of one block, ready to be scored.
struct BlockScorer {
    fileprivate let scorer: StructureScorer
    let layer: Int
    fileprivate let gradients: BlockGradients?

    /// One score per channel of a matrix.
    func scores(_ projection: Projection, along axis: ChannelAxis) -> [Double] {
        scorer.scores(
            TensorName.projection(projection, layer: layer),
            scorer.model.configuration.shape(of: projection, layer: layer),
            scorer.model.blocks[layer][projection].floats(), gradients?.first(projection),
            gradients?.second(projection), along: axis)
    }

    /// One score per weight of a norm.
    func scores(_ norm: BlockNorm) -> [Double] {
        let block = scorer.model.blocks[layer]
        return switch norm {
        case .attention:
            scorer.scores(
                TensorName.attentionNorm(layer: layer), norm: block.attentionNorm, gradients?.first(norm),
                gradients?.second(norm))
        case .mlp:
            scorer.scores(
                TensorName.mlpNorm(layer: layer), norm: block.mlpNorm, gradients?.first(norm), gradients?.second(norm))
        }
    }
}

/// The weights outside the blocks, ready to be scored.
struct EdgeScorer {
    fileprivate let scorer: StructureScorer
    let part: EdgeGradients.Part
    fileprivate let gradients: EdgeGradients?

    /// One score per channel of the residual stream.
    func scores() -> [Double] {
        let model = scorer.model
        func matrix(_ name: String, _ weight: WeightMatrix) -> [Double] {
            scorer.scores(
                name, MatrixShape(rows: weight.rows, columns: weight.columns), weight.floats(), gradients?.first,
                gradients?.second, along: .columns)
        }
        return switch part {
        case .embedding: matrix(TensorName.embedding, model.embedding)
        case .head: matrix(TensorName.head, model.head)
        case .finalNorm:
            scorer.scores(TensorName.finalNorm, norm: model.finalNorm, gradients?.first, gradients?.second)
        }
    }
}
