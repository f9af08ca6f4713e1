@testable import Engine

/// A small untrained model with odd widths, made from a seed: tests that need no trained weights run everywhere.
enum TinyModel {
    static func make(
        seed: UInt64 = 1,
        layers: [ModelConfiguration.Layer] = [
            .init(heads: 4, keyValueHeads: 2, intermediate: 37), .init(heads: 3, keyValueHeads: 3, intermediate: 20),
            .init(heads: 2, keyValueHeads: 1, intermediate: 70),
        ], hidden: Int = 29, headDimension: Int = 10, vocabulary: Int = 61, isTied: Bool = false
    ) -> LlamaModel {
        let configuration = ModelConfiguration(
            hidden: hidden, headDimension: headDimension, vocabulary: vocabulary, contextLength: 64, isTied: isTied,
            layers: layers)
        let source = RandomSource(seed: seed)
        func tensor(_ name: String, _ shape: [Int], scale: Double) -> Tensor {
            var random = source.derived(name)
            return Tensor((0..<shape.reduce(1, *)).map { _ in Float(random.normal() * scale) }, shape: shape)
        }
        func matrix(_ name: String, _ shape: MatrixShape) -> WeightMatrix {
            WeightMatrix(
                tensor(name, [shape.rows, shape.columns], scale: 0.2).elements, rows: shape.rows, columns: shape.columns
            )
        }
        func norm(_ name: String) -> Parameter {
            Parameter(
                Tensor(tensor(name, [hidden], scale: 0.1).elements.map { 1 + $0 }, shape: [hidden]), isTrained: false)
        }
        let blocks = layers.indices.map { l in
            LlamaModel.Block(
                attentionNorm: norm("a\(l)"), mlpNorm: norm("m\(l)"),
                projections: Projection.allCases.map { matrix("\($0)\(l)", configuration.shape(of: $0, layer: l)) })
        }
        let vocabularyShape = MatrixShape(rows: vocabulary, columns: hidden)
        return LlamaModel(
            configuration: configuration, embedding: matrix("e", vocabularyShape), blocks: blocks, finalNorm: norm("f"),
            untiedHead: isTied ? nil : matrix("h", vocabularyShape))
    }

    /// Random sequences of the given lengths.
    static func tokens(_ lengths: [Int], vocabulary: Int = 61, seed: UInt64 = 5) -> [[Int32]] {
        var random = RandomSource(seed: seed)
        return lengths.map { (0..<$0).map { _ in Int32(random.integer(below: vocabulary)) } }
    }
}
