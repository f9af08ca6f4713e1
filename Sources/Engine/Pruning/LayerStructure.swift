/// Whole blocks; those that are left are numbered anew.
///
/// (LLM-Pruner's layer-wise mode keeps the first n blocks; here the least important ones go.)
struct LayerStructure: PruningStructure {
    static let name = "layer"

    func roots(of configuration: ModelConfiguration, layers: Range<Int>, _ options: PruningOptions) -> [PruningRoot] {
        [PruningRoot(.blocks(first: layers.lowerBound), count: layers.count)]
    }

    func scores(_ scorer: StructureScorer, layers: Range<Int>, _ options: PruningOptions) throws -> [[Double]] {
        switch options.blockScore {
        case .similarity: return [try Array(scorer.blockInfluence()[layers])]
        case .importance:
            let scores = try scorer.blockScores(layers)
            return [
                layers.map { layer in
                    guard let block = scores[layer] else { return 0 }
                    return block.keyValueHeads.reduce(0, +) + block.channels.reduce(0, +)
                }
            ]
        }
    }

    func shapesFollowFromCounts(_ configuration: ModelConfiguration, layers: Range<Int>) -> Bool {
        configuration.layers[layers].allSatisfy { $0 == configuration.layers[layers.lowerBound] }
    }

    func configuration(
        _ configuration: ModelConfiguration, _ roots: [PruningRoot], keeping kept: [[Int]]
    ) -> ModelConfiguration {
        var smaller = configuration
        smaller.layers = keptBlocks(configuration.layers.count, roots, kept).map { configuration.layers[$0] }
        return smaller
    }

    func cut(_ model: LlamaModel, _ roots: [PruningRoot], keeping kept: [[Int]]) -> LlamaModel {
        LlamaModel(
            configuration: configuration(model.configuration, roots, keeping: kept), embedding: model.embedding,
            blocks: keptBlocks(model.blocks.count, roots, kept).map { model.blocks[$0] },
            finalNorm: model.finalNorm, untiedHead: model.untiedHead)
    }

    /// The blocks outside the pruned layers, and those within that stay.
    private func keptBlocks(_ count: Int, _ roots: [PruningRoot], _ kept: [[Int]]) -> [Int] {
        guard let root = roots.first, let units = kept.first, case .blocks(let first) = root.kind else {
            return Array(0..<count)
        }
        return Array(0..<first) + units.map { first + $0 } + Array(first + root.count..<count)
    }
}
