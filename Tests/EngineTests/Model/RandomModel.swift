import Foundation

@testable import Engine

/// An untrained model of any configuration, made from a seed; norms and biases are random as well.
enum RandomModel {
    static func make(_ configuration: ModelConfiguration, seed: UInt64 = 1, scale: Double = 0.15) -> LlamaModel {
        let source = RandomSource(seed: seed)
        func numbers(_ name: String, _ count: Int, scale: Double) -> [Float] {
            var random = source.derived(name)
            return (0..<count).map { _ in Float(random.normal() * scale) }
        }
        func matrix(_ name: String, _ shape: MatrixShape) -> WeightMatrix {
            WeightMatrix(numbers(name, shape.count, scale: scale), rows: shape.rows, columns: shape.columns)
        }
        func vector(_ name: String, _ count: Int, around center: Float) -> Parameter {
            Parameter(
                Tensor(numbers(name, count, scale: 0.2).map { center + $0 }, shape: [count]), isTrained: false)
        }
        let blocks = configuration.layers.indices.map { layer in
            var block = LlamaModel.Block(
                attentionNorm: vector("a\(layer)", configuration.hidden, around: 1),
                mlpNorm: vector("m\(layer)", configuration.hidden, around: 1),
                projections: Projection.allCases.map {
                    matrix("\($0)\(layer)", configuration.shape(of: $0, layer: layer))
                })
            for kind in configuration.vectors.dropFirst(2) {
                let isBias = if case .bias = kind { true } else { false }
                block[kind] = vector(
                    "\(kind)\(layer)", configuration.count(of: kind, layer: layer), around: isBias ? 0 : 1)
            }
            return block
        }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        return LlamaModel(
            configuration: configuration, embedding: matrix("e", vocabulary), blocks: blocks,
            finalNorm: vector("f", configuration.hidden, around: 1),
            untiedHead: configuration.isTied ? nil : matrix("h", vocabulary))
    }

    /// Adapters with random factors for every projection.
    static func adapters(_ configuration: ModelConfiguration, rank: Int = 4, seed: UInt64 = 9) -> LoRAAdapters {
        let source = RandomSource(seed: seed)
        let layers = configuration.layers.indices.map { layer in
            var factors: [Projection: LoRAAdapters.Factors] = [:]
            for projection in Projection.allCases {
                let shape = configuration.shape(of: projection, layer: layer)
                func factor(_ part: String, _ rows: Int, _ columns: Int) -> Parameter {
                    var random = source.derived("\(part)\(projection)\(layer)")
                    let numbers = (0..<rows * columns).map { _ in Float(random.normal() * 0.1) }
                    return Parameter(Tensor(numbers, shape: [rows, columns]), isTrained: false)
                }
                factors[projection] = LoRAAdapters.Factors(
                    down: factor("A", rank, shape.columns), up: factor("B", shape.rows, rank))
            }
            return factors
        }
        return LoRAAdapters(rank: rank, alpha: 8, layers: layers)
    }
}

/// Configurations that exports are tested with; the vocabulary is that of the bundled example.
enum ExportCase: String, CaseIterable, Sendable {
    case uniform, mha, gqa, biases, llama3, qwen2, qwen2Pruned, qwen3, smollm3

    var configuration: ModelConfiguration {
        func layer(_ heads: Int, _ keyValueHeads: Int, _ width: Int) -> ModelConfiguration.Layer {
            ModelConfiguration.Layer(heads: heads, keyValueHeads: keyValueHeads, intermediate: width)
        }
        var configuration = ModelConfiguration(
            hidden: 64, headDimension: 32, vocabulary: 1024, contextLength: 128,
            layers: [layer(4, 2, 96), layer(4, 2, 96), layer(4, 2, 96)], bosTokenID: 1021, eosTokenID: 1022)
        switch self {
        case .uniform: configuration.isTied = true
        case .mha: configuration.layers = [layer(3, 3, 160), layer(4, 4, 96), layer(2, 2, 64)]
        // The pruned first block, and groups of different sizes.
        case .gqa: configuration.layers = [layer(2, 1, 100), layer(4, 2, 96), layer(3, 1, 160)]
        case .biases:
            configuration.biases = Projection.allCases
            configuration.layers[1] = layer(2, 1, 64)
        case .llama3:
            configuration.ropeScaling = .llama3(factor: 8, low: 1, high: 4, context: 32)
            configuration.layers[2] = layer(2, 1, 96)
        case .qwen2:
            configuration.architecture = "qwen2"
            configuration.biases = [.query, .key, .value]
            for index in configuration.layers.indices { configuration.layers[index] = layer(2, 1, 96) }
        case .qwen2Pruned:
            configuration.architecture = "qwen2"
            configuration.biases = [.query, .key, .value]
        case .qwen3:
            configuration.architecture = "qwen3"
            configuration.hasHeadNorms = true
        case .smollm3:
            configuration.architecture = "smollm3"
            configuration.isTied = true
            configuration.layers.append(layer(4, 2, 96))
            configuration.layers[3].isRotary = false
        }
        return configuration
    }

    var model: LlamaModel { RandomModel.make(configuration) }

    static let tokens: [Int32] = [1021, 5, 77, 400, 401, 12, 900, 33, 256, 8, 640, 71]

    /// The folder of the example's tokenizer.
    static let tokenizer = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "example/model")
}

extension LlamaModel {
    /// ln p of every token but the first, in nats.
    func logProbabilities(_ tokens: [Int32]) throws -> [Double] {
        let request = ScoringRequest(tokens: tokens, targetStart: 1)
        return try LlamaScorer(model: self, parallelism: .serial).score([request]).flatMap(\.tokenLogLikelihoods)
    }
}
