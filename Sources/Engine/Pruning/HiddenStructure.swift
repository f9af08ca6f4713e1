/// The channels of the residual stream, shared by the whole model.
///
/// A channel is a column of the embedding, of q, k, v, gate and up and of the head, a row of o and down, and one weight of
/// every norm. Source: Ma et al. 2023, "LLM-Pruner", channel-wise pruning. The norms then average over the channels that
/// are left; heads and MLP widths stay.
struct HiddenStructure: PruningStructure {
    static let name = "channel"

    func roots(of configuration: ModelConfiguration, layers: Range<Int>, _ options: PruningOptions) -> [PruningRoot] {
        [PruningRoot(.hidden, count: configuration.hidden, multiple: options.roundTo)]
    }

    func scores(_ scorer: StructureScorer, layers: Range<Int>, _ options: PruningOptions) throws -> [[Double]] {
        let blocks = scorer.model.blocks.indices
        var ofBlock = [[[Double]]](repeating: [], count: blocks.count)
        var ofEdge: [EdgeGradients.Part: [Double]] = [:]
        try scorer.visit(blocks) { block in
            ofBlock[block.layer] =
                [block.scores(.attention)] + [.query, .key, .value].map { block.scores($0, along: .columns) }
                + [block.scores(.output, along: .rows), block.scores(.mlp)]
                + [.gate, .up].map { block.scores($0, along: .columns) } + [block.scores(.down, along: .rows)]
        } edges: {
            ofEdge[$0.part] = $0.scores()
        }
        // In the order in which a token passes them; a tied head is the embedding and counts once.
        var members = [ofEdge[.embedding] ?? []] + ofBlock.joined()
        members.append(ofEdge[.finalNorm] ?? [])
        if let head = ofEdge[.head] { members.append(head) }
        return [scorer.reduction.combine(members)]
    }

    func shapesFollowFromCounts(_ configuration: ModelConfiguration, layers: Range<Int>) -> Bool { true }

    func configuration(
        _ configuration: ModelConfiguration, _ roots: [PruningRoot], keeping kept: [[Int]]
    ) -> ModelConfiguration {
        var smaller = configuration
        smaller.hidden = kept.first?.count ?? configuration.hidden
        return smaller
    }

    func cut(_ model: LlamaModel, _ roots: [PruningRoot], keeping kept: [[Int]]) -> LlamaModel {
        guard let channels = kept.first else { return model }
        func columns(_ weight: WeightMatrix) -> WeightMatrix {
            weight.selecting(rows: Array(0..<weight.rows), columns: channels)
        }
        let blocks = model.blocks.map { block in
            var smaller = block
            for projection in [Projection.query, .key, .value, .gate, .up] {
                smaller.keep(projection, columns: channels)
            }
            for projection in [Projection.output, .down] { smaller.keep(projection, rows: channels) }
            smaller.attentionNorm = block.attentionNorm.selecting(channels)
            smaller.mlpNorm = block.mlpNorm.selecting(channels)
            return smaller
        }
        return LlamaModel(
            configuration: configuration(model.configuration, roots, keeping: kept),
            embedding: columns(model.embedding), blocks: blocks, finalNorm: model.finalNorm.selecting(channels),
            untiedHead: model.untiedHead.map(columns))
    }
}
