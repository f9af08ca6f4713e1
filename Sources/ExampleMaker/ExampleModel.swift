internal import Engine

/// The example's model before training.
struct ExampleModel {
    let recipe: Recipe

    /// 12 layers, hidden 64, 4 heads of 16 over 2 key/value heads, 176 MLP channels, tied embedding: small enough that
    /// the world fills it, so that pruning and quantizing cost something.
    var configuration: ModelConfiguration {
        let layer = ModelConfiguration.Layer(heads: 4, keyValueHeads: 2, intermediate: 176)
        let special = recipe.vocabularySize - 3
        return ModelConfiguration(
            hidden: 64, headDimension: 16, vocabulary: recipe.vocabularySize, contextLength: recipe.contextLength,
            isTied: true, layers: Array(repeating: layer, count: 12), bosTokenID: special, eosTokenID: special + 1,
            padTokenID: special + 2)
    }

    /// Normal weights of deviation 0.02 (GPT-2's), those that write into the residual stream divided by √(2 · layers).
    func initial() -> LlamaModel {
        let configuration = configuration
        let source = RandomSource(seed: recipe.seed).derived("weights")
        func matrix(_ name: String, _ shape: MatrixShape, scale: Double) -> WeightMatrix {
            var random = source.derived(name)
            let elements = (0..<shape.count).map { _ in Float(random.normal() * scale) }
            return WeightMatrix(Parameter(Tensor(elements, shape: [shape.rows, shape.columns])))
        }
        func norm() -> Parameter {
            Parameter(Tensor([Float](repeating: 1, count: configuration.hidden), shape: [configuration.hidden]))
        }
        let residual = 0.02 / Double(2 * configuration.layers.count).squareRoot()
        let blocks = configuration.layers.indices.map { layer in
            LlamaModel.Block(
                attentionNorm: norm(), mlpNorm: norm(),
                projections: Projection.allCases.map { projection in
                    matrix(
                        TensorName.projection(projection, layer: layer),
                        configuration.shape(of: projection, layer: layer),
                        scale: projection == .output || projection == .down ? residual : 0.02)
                })
        }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        return LlamaModel(
            configuration: configuration, embedding: matrix(TensorName.embedding, vocabulary, scale: 0.02),
            blocks: blocks, finalNorm: norm(), untiedHead: nil)
    }
}
