import Foundation
import Testing

@testable import Engine

@Suite("llama.cpp opens what is exported", .enabled(if: LlamaCpp.isPresent, "\(LlamaCpp.reason)"))
struct LlamaCppTests {
    private func largestDifference(_ found: [Double], _ expected: [Double]) -> Double {
        guard found.count == expected.count else { return .infinity }
        return zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test(
        "with the same log-likelihoods, layers that differ and a pruned first block included",
        arguments: ExportCase.allCases, ["f32", "f16"])
    func faithful(test: ExportCase, format: String) throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appending(path: "model.gguf")
        var options = GGUFOptions(.faithful)
        options.plain = try #require(GGUFEncodings.named(format))
        try GGUFExport(test.model, tokenizer: ExportCase.tokenizer, options: options).write(to: url)
        let found = try LlamaCpp.logProbabilities(url, tokens: ExportCase.tokens, vocabulary: 1024)
        let difference = largestDifference(found, try test.model.logProbabilities(ExportCase.tokens))
        // It looks up exponentials in half precision, and with half-precision weights rounds its activations as well.
        #expect(difference < (format == "f32" ? 0.005 : 0.02), "\(difference)")
    }

    @Test("on the grid that was trained, adapters from their own file", arguments: ["q4_0", "iq4_nl", "q8_0"])
    func exact(precision: String) throws {
        let folder = try TemporaryFolder()
        let (url, lora) = (folder.url.appending(path: "m.gguf"), folder.url.appending(path: "m-lora.gguf"))
        var model = try ExportCase.mha.model.quantized(Allocation([precision, "q8_0", precision]))
        model.adapters = RandomModel.adapters(model.configuration)
        try GGUFExport(model, tokenizer: ExportCase.tokenizer, options: GGUFOptions(.exact))
            .write(to: url, adapter: lora)
        let found = try LlamaCpp.logProbabilities(url, lora: lora, tokens: ExportCase.tokens, vocabulary: 1024)
        // It rounds activations to 8 bits for products with blocks of codes.
        let difference = largestDifference(found, try model.logProbabilities(ExportCase.tokens))
        #expect(difference < 0.25, "\(difference)")
        let without = try LlamaCpp.logProbabilities(url, tokens: ExportCase.tokens, vocabulary: 1024)
        #expect(largestDifference(without, found) > 2 * difference)
        let name = GGUFName.projection(.down, layer: 1)
        #expect(try LlamaCpp.floats(url, tensor: name) == model.blocks[1][.down].floats())
    }

    @Test("in blocks of 256 as in plain numbers of the same values")
    func superBlocks() throws {
        let folder = try TemporaryFolder()
        var configuration = ExportCase.uniform.configuration
        configuration.hidden = 256
        for layer in configuration.layers.indices { configuration.layers[layer].intermediate = 256 }
        let model = RandomModel.make(configuration, scale: 0.08)
        for name in ["q2_k", "q3_k", "q4_k", "q6_k"] {
            let url = folder.url.appending(path: "\(name).gguf")
            var options = GGUFOptions(.faithful)
            options.plain = try #require(GGUFEncodings.named(name))
            try GGUFExport(model, tokenizer: ExportCase.tokenizer, options: options).write(to: url)
            let read = try LlamaModel(gguf: GGUFFile(url))
            let found = try LlamaCpp.logProbabilities(url, tokens: ExportCase.tokens, vocabulary: 1024)
            let difference = largestDifference(found, try read.logProbabilities(ExportCase.tokens))
            #expect(difference < 0.25, "\(name): \(difference)")
            let tensor = GGUFName.projection(.gate, layer: 0)
            #expect(
                relativeDifference(read.blocks[0][.gate].floats(), try LlamaCpp.floats(url, tensor: tensor)) < 3e-7)
        }
    }
}
