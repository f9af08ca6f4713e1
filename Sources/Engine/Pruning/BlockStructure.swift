/// The structures within a block that can only be removed together, found from the architecture.
///
/// A key/value head with the query heads that read it: rows of q, k and v, columns of o. An MLP channel: a row of gate
/// and up, a column of down. Source: Ma et al. 2023, "LLM-Pruner", section 3.1.
struct BlockStructure: PruningStructure {
    static let name = "block"

    func roots(of configuration: ModelConfiguration, layers: Range<Int>, _ options: PruningOptions) -> [PruningRoot] {
        layers.flatMap { index in
            let layer = configuration.layers[index]
            let group = layer.heads / layer.keyValueHeads
            let perHead = (2 + 2 * group) * configuration.headDimension * configuration.hidden
            return [
                PruningRoot(
                    .keyValueHeads(layer: index), count: layer.keyValueHeads, size: configuration.headDimension,
                    parameters: perHead),
                PruningRoot(
                    .channels(layer: index), count: layer.intermediate, parameters: 3 * configuration.hidden,
                    floor: options.floor, multiple: options.roundTo),
            ]
        }
    }

    func scores(_ scorer: StructureScorer, layers: Range<Int>, _ options: PruningOptions) throws -> [[Double]] {
        let scores = try scorer.blockScores(layers)
        return layers.flatMap { layer in
            scores[layer].map { [$0.keyValueHeads, $0.channels] } ?? []
        }
    }

    func shapesFollowFromCounts(_ configuration: ModelConfiguration, layers: Range<Int>) -> Bool { true }

    func configuration(
        _ configuration: ModelConfiguration, _ roots: [PruningRoot], keeping kept: [[Int]]
    ) -> ModelConfiguration {
        var smaller = configuration
        for (root, units) in zip(roots, kept) {
            switch root.kind {
            case .keyValueHeads(let layer):
                let old = configuration.layers[layer]
                smaller.layers[layer].heads = units.count * (old.heads / old.keyValueHeads)
                smaller.layers[layer].keyValueHeads = units.count
            case .channels(let layer): smaller.layers[layer].intermediate = units.count
            case .hidden, .blocks: break
            }
        }
        return smaller
    }

    func cut(_ model: LlamaModel, _ roots: [PruningRoot], keeping kept: [[Int]]) -> LlamaModel {
        var blocks = model.blocks
        let d = model.configuration.headDimension
        for (root, units) in zip(roots, kept) {
            switch root.kind {
            case .keyValueHeads(let layer):
                let old = model.configuration.layers[layer]
                let keys = units.flatMap { Array($0 * d..<($0 + 1) * d) }
                let wide = old.heads / old.keyValueHeads * d
                let queries = units.flatMap { Array($0 * wide..<($0 + 1) * wide) }
                blocks[layer].keep(.query, rows: queries)
                blocks[layer].keep(.key, rows: keys)
                blocks[layer].keep(.value, rows: keys)
                blocks[layer].keep(.output, columns: queries)
            case .channels(let layer):
                blocks[layer].keep(.gate, rows: units)
                blocks[layer].keep(.up, rows: units)
                blocks[layer].keep(.down, columns: units)
            case .hidden, .blocks: break
            }
        }
        return LlamaModel(
            configuration: configuration(model.configuration, roots, keeping: kept), embedding: model.embedding,
            blocks: blocks, finalNorm: model.finalNorm, untiedHead: model.untiedHead)
    }
}

extension Parameter {
    /// The given elements of a vector, untrained.
    func selecting(_ kept: [Int]) -> Parameter {
        let elements = tensor.elements
        return Parameter(Tensor(kept.map { elements[$0] }, shape: [kept.count]), isTrained: false)
    }
}

extension LlamaModel.Block {
    /// Leaves only the given rows or columns of a matrix.
    mutating func keep(_ projection: Projection, rows: [Int]? = nil, columns: [Int]? = nil) {
        let weight = self[projection]
        self[projection] = weight.selecting(
            rows: rows ?? Array(0..<weight.rows), columns: columns ?? Array(0..<weight.columns))
        // A bias follows the rows of its matrix.
        if let rows { self[.bias(projection)] = self[.bias(projection)]?.selecting(rows) }
    }
}
