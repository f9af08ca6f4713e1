import Engine
import Foundation

/// A model folder made from a seed: an untrained model and a tokenizer of bytes, small enough for every test.
struct TinyCheckpoint {
    /// The folder.
    let path: String

    static let configuration = ModelConfiguration(
        hidden: 24, headDimension: 6, vocabulary: 259, contextLength: 96,
        layers: [ModelConfiguration.Layer](repeating: .init(heads: 4, keyValueHeads: 2, intermediate: 40), count: 4),
        bosTokenID: 1, eosTokenID: 2)

    /// Makes the model's folder `name` in `folder`.
    init(in folder: TemporaryFolder, name: String = "tiny", seed: UInt64 = 1) throws {
        path = folder.path + "/" + name
        try Self.model(seed: seed).save(to: URL(filePath: path), source: nil)
        try Data(Self.tokenizer.utf8).write(to: URL(filePath: path + "/tokenizer.json"))
    }

    /// The model, in memory.
    static func model(seed: UInt64) -> LlamaModel {
        let source = RandomSource(seed: seed)
        func numbers(_ name: String, _ count: Int, scale: Double) -> [Float] {
            var random = source.derived(name)
            return (0..<count).map { _ in Float(random.normal() * scale) }
        }
        func matrix(_ name: String, _ shape: MatrixShape, scale: Double) -> WeightMatrix {
            WeightMatrix(numbers(name, shape.count, scale: scale), rows: shape.rows, columns: shape.columns)
        }
        func norm(_ name: String) -> Parameter {
            let hidden = configuration.hidden
            return Parameter(
                Tensor(numbers(name, hidden, scale: 0.1).map { 1 + $0 }, shape: [hidden]), isTrained: false)
        }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        return LlamaModel(
            configuration: configuration, embedding: matrix("embedding", vocabulary, scale: 1),
            blocks: configuration.layers.indices.map { layer in
                LlamaModel.Block(
                    attentionNorm: norm("attention \(layer)"), mlpNorm: norm("mlp \(layer)"),
                    projections: Projection.allCases.map {
                        matrix("\($0) \(layer)", configuration.shape(of: $0, layer: layer), scale: 0.3)
                    })
            }, finalNorm: norm("final"), untiedHead: matrix("head", vocabulary, scale: 0.5))
    }

    /// Three special tokens and one token per byte.
    static let tokenizer: String = {
        let bytes = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "\"<0x\(digits.count == 1 ? "0" : "")\(digits)>\": \(byte + 3)"
        }
        let special = ["<unk>", "<s>", "</s>"]
        let added = special.enumerated().map { id, content in
            "{\"id\": \(id), \"content\": \"\(content)\", \"special\": true}"
        }
        let entries = special.enumerated().map { "\"\($1)\": \($0)" } + bytes
        return """
            {
              "added_tokens": [\(added.joined(separator: ", "))],
              "normalizer": null, "pre_tokenizer": null,
              "post_processor": {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
              "decoder": {"type": "ByteFallback"},
              "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<unk>", "merges": [],
                "vocab": {\(entries.joined(separator: ", "))}}
            }
            """
    }()

    /// Text to measure on, of that many lines.
    static func text(lines: Int) -> String {
        (0..<lines).map { "Line \($0) counts \($0 * $0) sheep.\n\($0 % 3 == 2 ? "\n" : "")" }.joined()
    }

    /// A task file of that many questions.
    static func task(examples: Int) -> String {
        (0..<examples).map { n in
            """
            {"id": "t/\(n)", "context": "\(n) and \(n)", "choices": ["\(2 * n)", "\(2 * n + 1)\u{e9}"], "gold": \(n % 2)}
            """ + "\n"
        }.joined()
    }
}

/// What `qpx eval --json` prints.
struct EvaluationOutput: Decodable, Equatable {
    struct Task: Decodable, Equatable {
        struct Subtask: Decodable, Equatable {
            var subtask: String
            var n: Int
            var acc: Double
        }
        struct Example: Decodable, Equatable {
            var id: String
            var log_likelihoods: [Double]
            var is_greedy: [Bool]
            var correct: Bool
            var correct_norm: Bool?
            var correct_bytes: Bool?
        }
        var task: String
        var n: Int
        var acc: Double
        var acc_stderr: Double?
        var acc_norm: Double?
        var acc_norm_stderr: Double?
        var subtasks: [Subtask]?
        var examples: [Example]?
    }
    struct Text: Decodable, Equatable {
        var file: String
        var perplexity: Double
        var mean_loss: Double
        var mean_loss_stderr: Double?
        var tokens: Int
        var windows: Int
    }
    var model: String
    var tasks: [Task]
    var texts: [Text]
}

/// What `qpx model inspect --json` prints.
struct ModelOutput: Decodable, Equatable {
    struct Layer: Decodable, Equatable {
        var heads: Int
        var kv_heads: Int
        var head_dim: Int
        var intermediate: Int
    }
    var architecture: String
    var layers: Int
    var parameters: Int
    var bytes: Int
    var hidden: Int
    var vocabulary: Int
    var context_length: Int
    var tied: Bool
    var element_types: [String]
    var quantized: Bool
    var allocation: [String]?
    var bits_per_weight: Double
    var sha256: String?
    var layer_shapes: [Layer]
}
