import Foundation
import Testing

@testable import Engine

@Suite("A plain folder for Transformers")
struct TransformersExportTests {
    static let batch = TokenBatch([ExportCase.tokens])

    private func source(in folder: TemporaryFolder, _ model: LlamaModel) throws -> Checkpoint {
        let url = folder.url.appending(path: "source")
        try model.save(to: url, source: nil)
        return try Checkpoint.open(directory: url)
    }

    @Test("computes what the compressed model computes, adapters merged") func merged() throws {
        let folder = try TemporaryFolder()
        var model = try ExportCase.uniform.model.quantized(Allocation(["nf4", "int8", "nf3"]))
        let checkpoint = try source(in: folder, ExportCase.uniform.model)
        model.adapters = RandomModel.adapters(model.configuration)
        let export = try TransformersExport(model, elementType: .float32, keepsAdapters: false, fillsUp: false)
        let out = folder.url.appending(path: "plain")
        try export.write(to: out, source: checkpoint)
        let read = try LlamaModel(checkpoint: Checkpoint.open(directory: out))
        #expect(!read.isQuantized)
        #expect(relativeDifference(try read.logits(Self.batch).elements, try model.logits(Self.batch).elements) < 1e-5)
    }

    @Test("is refused where layers differ, unless zeros fill them up, which change nothing") func filledUp() throws {
        let model = ExportCase.mha.model
        let error = try #require(throws: ExportError.self) {
            try TransformersExport(model, elementType: nil, keepsAdapters: false, fillsUp: false)
        }
        #expect(error.description.contains("layers 0 and 1 differ in heads (3, 4)"))
        let export = try TransformersExport(model, elementType: nil, keepsAdapters: false, fillsUp: true)
        #expect(export.model.configuration.hasUniformWidths)
        #expect(export.model.configuration.layers[0].heads == 4)
        #expect(try export.model.logits(Self.batch) == model.logits(Self.batch))
        let groups = try #require(throws: ExportError.self) {
            try TransformersExport(
                ExportCase.gqa.model, elementType: nil, keepsAdapters: false, fillsUp: true)
        }
        #expect(groups.description.contains("--format gguf"))
    }

    @Test("is a Mistral model where heads do not divide the hidden size, and reads back as that") func odd() throws {
        let folder = try TemporaryFolder()
        var configuration = ExportCase.uniform.configuration
        for layer in configuration.layers.indices {
            configuration.layers[layer].heads = 3
            configuration.layers[layer].keyValueHeads = 3
        }
        let model = RandomModel.make(configuration)
        let checkpoint = try source(in: folder, model)
        let export = try TransformersExport(model, elementType: nil, keepsAdapters: false, fillsUp: false)
        let out = folder.url.appending(path: "plain")
        try export.write(to: out, source: checkpoint)
        let read = try LlamaModel(checkpoint: Checkpoint.open(directory: out))
        #expect(read.configuration.architecture == "mistral")
        #expect(read.configuration.layers.allSatisfy { $0.window == nil })
        #expect(try read.logits(Self.batch) == model.logits(Self.batch))
        let filled = try TransformersExport(model, elementType: nil, keepsAdapters: false, fillsUp: true)
        #expect(filled.model.configuration.architecture == "llama")
        #expect(filled.model.configuration.layers[0].heads == 4)
    }

    @Test("has adapters beside it for PEFT, filled up with it") func adapters() throws {
        let folder = try TemporaryFolder()
        var model = ExportCase.mha.model
        let checkpoint = try source(in: folder, model)
        #expect(throws: ExportError.self) {
            try TransformersExport(model, elementType: nil, keepsAdapters: true, fillsUp: true)
        }
        model.adapters = RandomModel.adapters(model.configuration)
        let export = try TransformersExport(model, elementType: .float32, keepsAdapters: true, fillsUp: true)
        let out = folder.url.appending(path: "tuned")
        try export.write(to: out, source: checkpoint)
        var read = try LlamaModel(checkpoint: Checkpoint.open(directory: out.appending(path: "base")))
        read.adapters = try AdapterFolder.read(out, for: read.configuration)
        #expect(relativeDifference(try read.logits(Self.batch).elements, try model.logits(Self.batch).elements) < 1e-6)
    }

    @Test("is refused where a weight is too large for half precision") func tooLarge() throws {
        var model = ExportCase.uniform.model
        var elements = model.blocks[1][.up].floats()
        elements[7] = 1e6
        model.blocks[1][.up] = WeightMatrix(elements, rows: 96, columns: 64)
        let error = try #require(throws: ExportError.self) {
            try TransformersExport(model, elementType: .float16, keepsAdapters: false, fillsUp: false)
        }
        #expect(error.description.contains("model.layers.1.mlp.up_proj.weight"))
    }
}
