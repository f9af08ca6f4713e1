import Foundation
import Testing

@testable import Engine

@Suite("Adapters on disk") struct AdapterFolderTests {
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
    }

    private static func adapted(targets: [Projection] = Projection.allCases, alpha: Double = 6) -> LlamaModel {
        var model = TinyModel.make()
        let adapters = LoRAAdapters.standard(
            for: model.configuration, targets: targets, rank: 3, alpha: alpha, seed: 9)
        var random = RandomSource(seed: 5)
        for entry in adapters.parameters {
            entry.parameter.set(
                Tensor(
                    (0..<entry.parameter.count).map { _ in Float(random.normal() * 0.3) }, shape: entry.parameter.shape)
            )
        }
        model.adapters = adapters
        return model
    }

    private func changeConfiguration(_ folder: URL, _ old: String, _ new: String) throws {
        let url = folder.appending(path: "adapter_config.json")
        let text = try String(contentsOf: url, encoding: .utf8)
        try #require(text.contains(old), "\(text)")
        try Data(text.replacing(old, with: new).utf8).write(to: url)
    }

    @Test("come back to the same bits", arguments: [Projection.allCases, [.query, .down]])
    func roundTrip(targets: [Projection]) throws {
        let folder = try Folder()
        let model = Self.adapted(targets: targets, alpha: 4.5)
        let adapters = try #require(model.adapters)
        let target = folder.url.appending(path: "a")
        try AdapterFolder.write(adapters, dropout: 0.05, baseModel: "models/tiny", to: target)
        let read = try AdapterFolder.read(target, for: model.configuration)
        #expect(read.rank == 3 && read.alpha == 4.5 && read.matrixCount == 3 * targets.count)
        #expect(read.parameters.map(\.parameter.tensor) == adapters.parameters.map(\.parameter.tensor))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: target.path).sorted()
                == ["adapter_config.json", "adapter_model.safetensors"])
        #expect(throws: CheckpointError.targetExists(path: target.path)) {
            try AdapterFolder.write(adapters, baseModel: "m", to: target)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a"])
        try changeConfiguration(target, "\"use_rslora\": false", "\"use_rslora\": true")
        #expect(
            abs(try AdapterFolder.read(target, for: model.configuration).scaling - 4.5 / Float(3).squareRoot()) < 1e-6)
    }

    @Test(
        "that ask for something else than plain LoRA are refused",
        arguments: [
            ("\"LORA\"", "\"IA3\"", "peft_type"), ("\"bias\": \"none\"", "\"bias\": \"all\"", "bias"),
            ("\"use_dora\": false", "\"use_dora\": true", "use_dora"),
            ("\"rank_pattern\": {}", "\"rank_pattern\": {\"q_proj\": 2}", "rank_pattern"),
            ("\"r\": 3", "\"r\": 0", "r is 0"), ("\"r\": 3", "\"r\": 4", "has shape [3, 29], expected [4, 29]"),
            ("\"lora_alpha\": 6", "\"lora_alpha\": \"x\"", "lora_alpha"),
            ("\"lora_alpha\": 6,", "", "'lora_alpha' is missing"),
            ("\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]", "modules_to_save"),
        ])
    func refused(old: String, new: String, message: String) throws {
        let folder = try Folder()
        let model = Self.adapted()
        let target = folder.url.appending(path: "a")
        try AdapterFolder.write(try #require(model.adapters), baseModel: "m", to: target)
        try changeConfiguration(target, old, new)
        let error = try #require(throws: CheckpointError.self) {
            try AdapterFolder.read(target, for: model.configuration)
        }
        #expect(error.description.contains(message), "\(error.description)")
    }

    @Test("that belong to another model are refused") func otherModel() throws {
        let folder = try Folder()
        let target = folder.url.appending(path: "a")
        try AdapterFolder.write(try #require(Self.adapted().adapters), baseModel: "m", to: target)
        let short = TinyModel.make(layers: [.init(heads: 4, keyValueHeads: 2, intermediate: 37)])
        #expect(throws: CheckpointError.self) { try AdapterFolder.read(target, for: short.configuration) }
        let wide = TinyModel.make(hidden: 30)
        #expect(throws: CheckpointError.self) { try AdapterFolder.read(target, for: wide.configuration) }
    }

    @Test("merged into the weights do the same, packed or not", arguments: [nil, "nf4", "int8"])
    func merged(precision: String?) throws {
        var model = Self.adapted(targets: [.query, .value, .gate, .down])
        if let precision { model = try model.quantized(Allocation(uniform: precision, layers: 3)) }
        let batch = TokenBatch(TinyModel.tokens([30, 7]))
        let expected = try model.logits(batch).elements
        let merged = model.merged(parallelism: Parallelism(threads: 2))
        #expect(merged.adapters == nil && !merged.isQuantized)
        let largest = expected.map(abs).max() ?? 0
        #expect(zip(try merged.logits(batch).elements, expected).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
        let half = model.merged(elementType: .bfloat16)
        #expect(half.embedding.elementType == .bfloat16 && half.blocks[1][.key].elementType == .bfloat16)
        #expect(zip(try half.logits(batch).elements, expected).allSatisfy { abs($0 - $1) <= 0.1 * largest })
    }
}
