import Foundation
import Testing

@testable import qpx

/// `qpx memory`: from a configuration alone.
@Suite("Memory on the command line") struct MemoryCommandTests {
    private struct Output: Decodable {
        struct Estimate: Decodable {
            var total: Int
            var parts: [String: Int]
        }
        struct Pair: Decodable {
            var inference: Estimate
            var recovery: Estimate
        }
        struct Method: Decodable {
            var method: String
            var parameters: Int
            var weights: Int
            var inference: Int
            var recovery: Int
        }
        struct Weights: Decodable {
            var total: Int
            var bits_per_weight: Double
        }
        struct Measured: Decodable {
            var inference: Int
            var recovery: Int
        }
        var parameters: Int
        var adapter_parameters: Int
        var weights: Weights
        var loaded_16_bit: Int
        var gpu: Pair
        var qpx: Pair
        var methods: [Method]
        var measured: Measured?
    }

    private static let llama7B = """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008,
         "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32000,
         "max_position_embeddings": 2048, "rms_norm_eps": 1e-06, "hidden_act": "silu", "tie_word_embeddings": false}
        """

    private func run(_ arguments: [String]) throws -> Output {
        let folder = try TemporaryFolder()
        _ = try folder.file("config.json", Self.llama7B)
        let run = try Binary.run(
            ["memory", "--config", "config.json", "--json", "--quiet"] + arguments, in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(Output.self)
    }

    @Test(
        "the published memory of LLaMA-7B comes out of its configuration",
        arguments: [
            ([], 6_738_415_616, "12884.52"),
            (["--ratio", "0.25", "--prune-layers", "4-29"], 5_422_977_024, "10375.52"),
            (["--ratio", "0.6", "--prune-layers", "3-30"], 3_350_188_032, "6533.99"),
        ] as [([String], Int, String)])
    func published(arguments: [String], parameters: Int, mebibytes: String) throws {
        let output = try run(arguments)
        #expect(output.parameters == parameters)
        #expect(NumberText.fixed(Double(output.loaded_16_bit) / 1_048_576, 2) == mebibytes)
    }

    @Test("every method needs less than the one before, and parts add up") func methods() throws {
        let output = try run(["--ratio", "0.25", "--prune-layers", "4-29", "--precision", "nf4"])
        #expect(output.weights.bits_per_weight == 4.5)
        for pair in [output.gpu, output.qpx] {
            for estimate in [pair.inference, pair.recovery] {
                #expect(estimate.total == estimate.parts.values.reduce(0, +))
            }
        }
        #expect(output.methods.map(\.recovery).sorted(by: >).first == output.methods[0].recovery)
        #expect(output.methods[2].weights == output.weights.total)
        #expect(output.methods[1].recovery > output.methods[2].recovery)
        #expect(output.gpu.recovery.parts["adapters_and_optimizer"] == 16 * output.adapter_parameters)
    }

    @Test(
        "the formula is near the measured peak", .enabled(if: FilePath.exists("/proc/self/clear_refs")),
        arguments: ["nf4", "16"])
    func measured(precision: String) throws {
        let folder = try TemporaryFolder()
        let small = Self.llama7B.replacing("4096", by: "512").replacing("11008", by: "1376")
            .replacing("\"num_attention_heads\": 32", by: "\"num_attention_heads\": 8")
            .replacing("\"num_key_value_heads\": 32", by: "\"num_key_value_heads\": 4")
            .replacing("\"num_hidden_layers\": 32", by: "\"num_hidden_layers\": 4")
        _ = try folder.file("config.json", small)
        let run = try Binary.run(
            [
                "memory", "--config", "config.json", "--precision", precision, "--batch", "2", "--sequence-length",
                "128", "--measure", "--threads", "1", "--json", "--quiet",
            ], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        let output = try run.json(Output.self)
        let measured = try #require(output.measured)
        #expect(abs(Double(output.qpx.inference.total) / Double(measured.inference) - 1) < 0.25)
        #expect(abs(Double(output.qpx.recovery.total) / Double(measured.recovery) - 1) < 0.25)
    }

    @Test(
        "says in one line what does not fit",
        arguments: [
            ([], "say the shapes with --config FILE", 64), (["--config", "none.json"], "--config:", 3),
            (["--config", "config.json", "--model", "x"], "only one can be given", 64),
            (["--config", "config.json", "--rank", "5000"], "--rank: 5000 is larger", 64),
            (["--config", "config.json", "--sequence-length", "4096"], "the model reads 2048 tokens", 64),
            (["--config", "config.json", "--precision", "nf5"], "--precision: unknown precision 'nf5'", 64),
        ] as [([String], String, Int32)])
    func refused(arguments: [String], says: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("config.json", Self.llama7B)
        let run = try Binary.run(["memory"] + arguments, in: folder.path)
        #expect(run.status == status && run.error.contains(says), "\(run.error)")
    }
}

extension String {
    fileprivate func replacing(_ text: String, by other: String) -> String {
        components(separatedBy: text).joined(separator: other)
    }
}
