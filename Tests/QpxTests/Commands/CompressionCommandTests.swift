import Engine
import Foundation
import Testing

@testable import qpx

/// `qpx prune` and `qpx quantize`: what they write is what they computed.
@Suite("A compressed model on disk") struct CompressionCommandTests {
    private struct Pruned: Decodable {
        struct Kept: Decodable {
            var layer: Int
            var kv_heads: [Int]
            var channels: [Int]
        }
        var ratio: Double
        var parameters_removed: Double
        var parameters_before: Int
        var parameters: Int
        var bytes_before: Int
        var bytes: Int
        var layer_shapes: [ModelOutput.Layer]
        var kept: [Kept]
    }

    private struct Quantized: Decodable {
        var allocation: [String]
        var bits_per_weight: Double
        var bytes_before: Int
        var bytes: Int
        var relative_errors: [Double]
    }

    private func run<Value: Decodable>(_ type: Value.Type, _ arguments: [String], in folder: String) throws -> Value {
        let run = try Binary.run(arguments + ["--json", "--quiet"], in: folder)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.json(type)
    }

    /// Mean loss of a model in memory on a text, in windows of 32 tokens.
    private func loss(_ model: LlamaModel, tokenizer: String, text: String) throws -> Double {
        let tokenizer = try Tokenizer.load(directory: URL(filePath: tokenizer))
        let evaluator = Evaluator(model: LlamaScorer(model: model, parallelism: .serial), encoder: tokenizer)
        return try evaluator.evaluate(
            texts: [.init(file: text, options: .init(windowLength: 32, maximumWindows: 40))]
        ).texts[0].meanLoss
    }

    private func lossOnDisk(_ path: String, text: String, in folder: String) throws -> Double {
        try run(
            EvaluationOutput.self,
            ["eval", "--model", path, "--text", text, "--window-length", "32", "--text-limit", "40"], in: folder
        ).texts[0].mean_loss
    }

    private func inspect(_ path: String, in folder: String) throws -> ModelOutput {
        try run(ModelOutput.self, ["model", "inspect", path], in: folder)
    }

    private static let pruning = [
        "--ratio", "0.5", "--prune-layers", "1-2", "--calibration-samples", "8", "--calibration-length", "40",
    ]

    @Test("a pruned folder evaluates as the pruned model in memory", arguments: ["param_first", "vectorize", "l2"])
    func pruned(importance: String) throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyCheckpoint(in: folder)
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 150))
        let output = try run(
            Pruned.self,
            ["prune", "--model", "tiny", "--importance", importance, "--calibration", text, "--out", "less"]
                + Self.pruning, in: folder.path)
        var specification = PruningSpecification.defaults
        specification.ratio = 0.5
        specification.layers = .closed(first: 1, last: 2)
        specification.importance = importance
        specification.reduction = importance == "l2" ? .mean : .sum
        specification.calibration = text
        specification.calibrationSamples = 8
        specification.calibrationLength = 40
        let expected = try PruningStep.run(
            specification, model: LoadedModel(directory: URL(filePath: tiny.path)), seed: 42, parallelism: .serial)
        #expect(output.kept.map(\.layer) == [1, 2])
        for kept in output.kept {
            #expect(kept.kv_heads == expected.kept[kept.layer]?.keyValueHeads && kept.kv_heads.count == 1)
            #expect(kept.channels == expected.kept[kept.layer]?.channels && kept.channels.count == 20)
        }
        let onDisk = try lossOnDisk("less", text: text, in: folder.path)
        #expect(onDisk == (try loss(expected.model, tokenizer: tiny.path, text: text)))
        #expect(onDisk != (try lossOnDisk("tiny", text: text, in: folder.path)))

        // Half of the 2880 weights of each MLP and of the 1728 of each attention, in two of four layers.
        let shapes = try inspect("less", in: folder.path)
        #expect(output.parameters_before - output.parameters == 2 * (1440 + 864))
        #expect(output.ratio == 0.5)
        #expect(output.parameters_removed == Double(4608) / Double(output.parameters_before))
        #expect(output.bytes_before - output.bytes == 4 * 4608 && shapes.bytes == output.bytes)
        #expect(shapes.layer_shapes == output.layer_shapes && shapes.parameters == output.parameters)
        #expect(shapes.layer_shapes[1] == .init(heads: 2, kv_heads: 1, head_dim: 6, intermediate: 20))
        #expect(shapes.layer_shapes[3] == .init(heads: 4, kv_heads: 2, head_dim: 6, intermediate: 40))
    }

    @Test("the same seed prunes to the same bytes on any number of threads") func reproducible() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("text.txt", TinyCheckpoint.text(lines: 150))
        let arguments = ["prune", "--model", "tiny", "--calibration", "text.txt"] + Self.pruning
        _ = try run(Pruned.self, arguments + ["--out", "a", "--threads", "1"], in: folder.path)
        _ = try run(Pruned.self, arguments + ["--out", "b", "--threads", "4"], in: folder.path)
        for file in ["model.safetensors", "config.json", "tokenizer.json"] {
            let contents = ["a", "b"].map { FileManager.default.contents(atPath: folder.path + "/\($0)/\(file)") }
            #expect(contents[0] != nil && contents[0] == contents[1])
        }
    }

    @Test("the fraction of parameters asked for is removed, and hardly more") func parametersRemoved() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        let output = try run(
            Pruned.self,
            [
                "prune", "--model", "tiny", "--parameters-removed", "0.1", "--prune-layers", "all", "--importance",
                "magnitude", "--out", "less",
            ], in: folder.path)
        let atRatio = try run(
            Pruned.self,
            [
                "prune", "--model", "tiny", "--ratio", "\(output.ratio)", "--prune-layers", "all", "--importance",
                "magnitude", "--out", "same",
            ], in: folder.path)
        #expect(output.parameters_removed >= 0.1 && output.parameters_removed < 0.13)
        #expect(atRatio.parameters == output.parameters && output.ratio > output.parameters_removed)
    }

    @Test(
        "a quantized folder evaluates as the quantized model in memory",
        arguments: ["nf2", "nf3", "nf4", "fp4", "int8", "bf16"])
    func quantized(precision: String) throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyCheckpoint(in: folder)
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 150))
        let output = try run(
            Quantized.self, ["quantize", "--model", "tiny", "--precision", precision, "--out", "small"],
            in: folder.path)
        let original = TinyCheckpoint.model(seed: 1)
        let expected = try original.quantized(Allocation(uniform: precision, layers: 4))
        #expect(
            try lossOnDisk("small", text: text, in: folder.path)
                == loss(expected, tokenizer: tiny.path, text: text))
        #expect(output.allocation == [String](repeating: precision, count: 4))
        #expect(output.bytes == expected.weightBytes && output.bytes_before == original.weightBytes)
        // Per layer 4608 weights; blocks of 64 per matrix (9, 5, 5, 9, 15, 15, 15) make 73 scales of 32 bits.
        let bits = try #require(Precisions.named(precision)).bits
        let expectedBits = Double(bits) + (precision == "bf16" ? 0 : 73.0 * 32 / 4608)
        #expect(abs(output.bits_per_weight - expectedBits) < 1e-9, "\(output.bits_per_weight)")
        #expect(output.relative_errors.allSatisfy { $0 > 0 && $0 < 0.5 })

        let inspected = try inspect("small", in: folder.path)
        #expect(inspected.bytes == output.bytes && inspected.bits_per_weight == output.bits_per_weight)
        #expect(inspected.quantized == (precision != "bf16"))
        #expect(inspected.allocation == (precision == "bf16" ? nil : output.allocation))
        #expect(inspected.parameters == original.configuration.parameterCount)
    }

    @Test("fewer bits lose more") func ordered() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        let errors = try ["nf2", "nf3", "nf4", "int8", "bf16"].map { precision in
            try run(
                Quantized.self, ["quantize", "--model", "tiny", "--precision", precision, "--out", precision],
                in: folder.path
            ).relative_errors[0]
        }
        #expect(errors == errors.sorted(by: >) && Set(errors).count == 5)
    }

    @Test("an allocation file gives each layer its own precision, also of a pruned model") func mixed() throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyCheckpoint(in: folder)
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 150))
        _ = try folder.file("layers", "84 2f\n")
        _ = try run(
            Pruned.self,
            ["prune", "--model", "tiny", "--calibration", "text.txt", "--out", "less"] + Self.pruning, in: folder.path)
        let output = try run(
            Quantized.self, ["quantize", "--model", "less", "--allocation", "layers", "--out", "mixed"],
            in: folder.path)
        let names = ["int8", "nf4", "nf2", "bf16"]
        #expect(output.allocation == names)
        let pruned = try LlamaModel(checkpoint: Checkpoint.open(directory: URL(filePath: folder.path + "/less")))
        let expected = try pruned.quantized(Allocation(names))
        #expect(
            try lossOnDisk("mixed", text: text, in: folder.path) == loss(expected, tokenizer: tiny.path, text: text))
        let inspected = try inspect("mixed", in: folder.path)
        #expect(inspected.allocation == names && inspected.bytes == expected.weightBytes)
        let run = try Binary.run(["model", "inspect", "mixed"], in: folder.path)
        #expect(run.out.contains("842f (nf2, nf4, int8, bf16)"), "\(run.out)")
    }

    @Test("an allocation file gives modules their own precisions, flags those of embedding and head") func modules()
        throws
    {
        let folder = try TemporaryFolder()
        let tiny = try TinyCheckpoint(in: folder)
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 60))
        _ = try folder.file(
            "layers.json",
            #"["q4_0", {"default": "lm3@32", "down_proj": "int8_row"}, "iq4_nl", "4/4/8/4/nf3/nf3/uniform4"]"#)
        let output = try run(
            Quantized.self,
            [
                "quantize", "--model", "tiny", "--allocation", "layers.json", "--double-quantization",
                "--embedding-precision", "q8_0", "--head-precision", "nf4", "--out", "split",
            ], in: folder.path)
        let lm = "lm3@32+dq"
        let names = [
            "q4_0", [lm, lm, lm, lm, lm, lm, "int8_row"].joined(separator: "/"), "iq4_nl",
            "nf4+dq/nf4+dq/int8+dq/nf4+dq/nf3+dq/nf3+dq/uniform4",
        ]
        #expect(output.allocation == names)
        let expected = try TinyCheckpoint.model(seed: 1).quantized(EndPrecisions(embedding: "q8_0", head: "nf4"))
            .quantized(Allocation(names))
        #expect(output.bytes == expected.weightBytes)
        #expect(
            try lossOnDisk("split", text: text, in: folder.path) == loss(expected, tokenizer: tiny.path, text: text))
        let inspected = try inspect("split", in: folder.path)
        #expect(inspected.allocation == names && inspected.bytes == expected.weightBytes)
        let run = try Binary.run(["model", "inspect", "split"], in: folder.path)
        #expect(
            run.out.contains("q8_0, nf4") && run.out.contains("aaaaaa") && run.out.contains("a: lm3@32+dq, b: nf3+dq"),
            "\(run.out)")
    }

    @Test("a trained model survives both steps", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
    func trained() throws {
        let folder = try TemporaryFolder()
        let source = Shared.url("models/stories260k").path
        let text = Shared.url("data/text/brown-valid.txt").path
        _ = try run(
            Pruned.self,
            [
                "prune", "--model", source, "--ratio", "0.25", "--prune-layers", "1-3", "--calibration",
                Shared.url("data/text/brown-train.txt").path, "--calibration-samples", "16", "--out", "less",
            ], in: folder.path)
        _ = try run(
            Quantized.self, ["quantize", "--model", "less", "--precision", "int8", "--out", "small"], in: folder.path)
        let pruned = try LlamaModel(checkpoint: Checkpoint.open(directory: URL(filePath: folder.path + "/less")))
        let quantized = try pruned.quantized(Allocation(uniform: "int8", layers: 5))
        let onDisk = try lossOnDisk("small", text: text, in: folder.path)
        #expect(onDisk == (try loss(quantized, tokenizer: source, text: text)))
        let intact = try lossOnDisk(source, text: text, in: folder.path)
        let less = try lossOnDisk("less", text: text, in: folder.path)
        #expect(intact < less && abs(onDisk - less) < 0.02 && less < intact + 1.5)
    }
}
