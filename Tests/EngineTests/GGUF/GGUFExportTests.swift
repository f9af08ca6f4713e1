import Foundation
import Testing

@testable import Engine

@Suite("A model in a GGUF file")
struct GGUFExportTests {
    static let batch = TokenBatch([ExportCase.tokens])

    private func written(_ model: LlamaModel, _ options: GGUFOptions, in folder: TemporaryFolder) throws -> GGUFFile {
        let url = folder.url.appending(path: "model.gguf")
        try GGUFExport(model, tokenizer: ExportCase.tokenizer, options: options)
            .write(to: url, adapter: folder.url.appending(path: "lora.gguf"))
        return try GGUFFile(url)
    }

    @Test("comes back as it was", arguments: ExportCase.allCases)
    func roundTrip(test: ExportCase) throws {
        let folder = try TemporaryFolder()
        var options = GGUFOptions(.faithful)
        options.plain = GGUFFloat.f32
        let file = try written(test.model, options, in: folder)
        let read = try LlamaModel(gguf: file)
        let expected = try test.model.logits(Self.batch).elements
        let difference = relativeDifference(try read.logits(Self.batch).elements, expected)
        // Llama 3's frequencies come back through their divisors, which are rounded.
        #expect(difference <= (test == .llama3 ? 1e-5 : 0))
        #expect(read.configuration.layers == test.configuration.layers)
        #expect(read.configuration.biases == test.configuration.biases)
        let tokenizer = try Tokenizer.load(gguf: file)
        let original = try Tokenizer.load(directory: ExportCase.tokenizer)
        #expect(tokenizer.encode("The red bird sings.") == original.encode("The red bird sings."))
        #expect(tokenizer.bosTokenID == 1021)
        #expect(tokenizer.eosTokenID == 1022)
    }

    @Test("has the architecture that computes it", arguments: ExportCase.allCases)
    func architecture(test: ExportCase) throws {
        let folder = try TemporaryFolder()
        let file = try written(test.model, GGUFOptions(.faithful), in: folder)
        let expected: [ExportCase: String] = [
            .uniform: "llama", .qwen2: "qwen2", .qwen2Pruned: "llama", .qwen3: "qwen3",
            .smollm3: "smollm3",
        ]
        #expect(file["general.architecture"]?.text == expected[test] ?? "deci")
    }

    @Test("has adapters merged, or beside it where it is exact") func adapters() throws {
        let folder = try TemporaryFolder()
        var model = ExportCase.mha.model
        model.adapters = RandomModel.adapters(model.configuration)
        let expected = try model.merged().logits(Self.batch).elements
        var options = GGUFOptions(.faithful)
        options.plain = GGUFFloat.f32
        let merged = try LlamaModel(gguf: written(model, options, in: folder))
        #expect(relativeDifference(try merged.logits(Self.batch).elements, expected) == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "lora.gguf").path))
        let exact = try TemporaryFolder()
        let base = try LlamaModel(gguf: written(model, GGUFOptions(.exact), in: exact))
        model.adapters = nil
        #expect(try base.logits(Self.batch) == model.logits(Self.batch))
        let lora = try GGUFFile(exact.url.appending(path: "lora.gguf"))
        #expect(lora.entries.count == 2 * 7 * 3)
        #expect(lora["adapter.lora.alpha"]?.real == 8)
    }

    @Test("has the codes that were trained, to the bit", arguments: ["q4_0", "iq4_nl", "q8_0"])
    func exact(precision: String) throws {
        let folder = try TemporaryFolder()
        let model = try RandomModel.make(ExportCase.mha.configuration).quantized(
            Allocation([String](repeating: precision, count: 3)))
        let read = try LlamaModel(gguf: written(model, GGUFOptions(.exact), in: folder))
        for (block, other) in zip(model.blocks, read.blocks) {
            for projection in Projection.allCases {
                guard case .packed(let a) = block[projection].storage, case .packed(let b) = other[projection].storage
                else {
                    Issue.record("\(projection) is not packed")
                    continue
                }
                #expect(a == b, "\(projection)")
            }
        }
        #expect(try read.logits(Self.batch) == model.logits(Self.batch))
    }

    @Test("refuses codes that the format does not have, by the tensor's name") func refused() throws {
        let model = try ExportCase.mha.model.quantized(Allocation(["q8_0", "nf4", "q8_0"]))
        let error = try #require(throws: GGUFError.self) {
            try GGUFExport(model, tokenizer: nil, options: GGUFOptions(.exact))
        }
        #expect(error.description.contains("nf4, the precision of blk.1.attn_q.weight"))
        #expect(!error.description.contains("\n"))
    }

    @Test("has the same numbers where a row is no whole blocks, and says so", arguments: ["q4_0", "iq4_nl", "q8_0"])
    func wideRows(precision: String) throws {
        let folder = try TemporaryFolder()
        let model = try ExportCase.gqa.model.quantized(Allocation([precision, precision, precision]))
        let export = try GGUFExport(model, tokenizer: ExportCase.tokenizer, options: GGUFOptions(.exact))
        #expect(export.notes.contains { $0.contains("1 matrices") && $0.contains("blk.0.ffn_down.weight") })
        let read = try LlamaModel(gguf: written(model, GGUFOptions(.exact), in: folder))
        #expect(read.blocks[0][.down].floats() == model.blocks[0][.down].floats())
        #expect(try read.logits(Self.batch) == model.logits(Self.batch))
    }

    @Test("deploys in blocks of about the same bits, filled up where no block fits") func deployable() throws {
        let folder = try TemporaryFolder()
        let model = try ExportCase.gqa.model.quantized(Allocation(["nf4", "int8", "nf2"]))
        let export = try GGUFExport(model, tokenizer: ExportCase.tokenizer, options: GGUFOptions(.deployable))
        let encodings = export.matrices.filter { $0.name.contains("attn_q") }.map(\.encoding.name)
        #expect(encodings == ["iq4_nl", "q8_0", "q4_0"])
        #expect(export.notes.contains { $0.contains("filled up") })
        let read = try LlamaModel(gguf: written(model, GGUFOptions(.deployable), in: folder))
        #expect(read.configuration.layers.map(\.intermediate) == [128, 96, 160])
        let difference = relativeDifference(
            try read.logits(Self.batch).elements, try model.logits(Self.batch).elements)
        #expect(difference < 0.5 && difference > 0)
    }

    @Test("says when a sliding window limits its context") func window() throws {
        var configuration = ExportCase.uniform.configuration
        configuration.architecture = "mistral"
        for layer in configuration.layers.indices { configuration.layers[layer].window = 24 }
        let folder = try TemporaryFolder()
        let model = RandomModel.make(configuration)
        #expect(try GGUFExport(model, tokenizer: nil, options: GGUFOptions(.faithful)).notes.count == 2)
        #expect(try written(model, GGUFOptions(.faithful), in: folder)["llama.context_length"]?.integer == 24)
    }

    @Test("is refused where it would compute something else") func otherComputation() throws {
        let folder = try TemporaryFolder()
        let file = try written(ExportCase.uniform.model, GGUFOptions(.faithful), in: folder)
        let tensors = file.entries.map { entry in
            GGUFTensor(name: entry.name, extents: entry.extents, encoding: entry.encoding) { file.bytes(of: entry) }
        }
        let bias = GGUFTensor(
            name: "blk.1.attn_q.bias", extents: [128], encoding: GGUFFloat.f32,
            floats: { [Float](repeating: 1, count: 128) })
        let url = folder.url.appending(path: "other.gguf")
        try GGUFWriter.write(metadata: file.metadata, tensors: tensors + [bias], to: url)
        let extra = try #require(throws: GGUFError.self) { try LlamaModel(gguf: GGUFFile(url)) }
        #expect(extra.description.contains("'blk.1.attn_q.bias' has no place in the model"))
        let partial = file.metadata.map { key, value in
            (key: key, value: key == "llama.rope.dimension_count" ? GGUFValue.uint32(16) : value)
        }
        try GGUFWriter.write(metadata: partial, tensors: tensors, to: url)
        let rotary = try #require(throws: GGUFError.self) { try LlamaModel(gguf: GGUFFile(url)) }
        #expect(rotary.description.contains("'llama.rope.dimension_count' is 16"))
    }

    @Test("is read or refused in one line, however it is damaged") func damaged() throws {
        let folder = try TemporaryFolder()
        let file = try written(ExportCase.uniform.model, GGUFOptions(.faithful), in: folder)
        let whole = try Data(contentsOf: file.url)
        let header = try #require(file.entries.first).offset
        var random = RandomSource(seed: 3)
        let url = folder.url.appending(path: "damaged.gguf")
        for round in 0..<400 {
            var bytes = whole
            if round % 4 == 0 {
                bytes = bytes.prefix(random.integer(below: bytes.count))
            } else {
                for _ in 0..<1 + round % 3 {
                    bytes[random.integer(below: round % 2 == 0 ? 600 : header)] = UInt8(random.integer(below: 256))
                }
            }
            try bytes.write(to: url)
            do {
                let read = try GGUFFile(url)
                _ = try LlamaModel(gguf: read)
                _ = try Tokenizer.load(gguf: read)
            } catch {
                #expect(!"\(error)".contains("\n"))
            }
        }
    }
}
