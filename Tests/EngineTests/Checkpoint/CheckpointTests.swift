import Foundation
import Testing

@testable import Engine

@Suite("A checkpoint") struct CheckpointTests {
    @Test(
        "of the shared models has every tensor in its shape",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)),
        arguments: [
            ("brown16", 16, 4, 6_856_960), ("stories260k", 5, 4, 1_040_128),
        ])
    func shared(name: String, layers: Int, keyValueHeads: Int, bytes: Int) throws {
        let checkpoint = try Checkpoint.open(directory: Shared.url("models/\(name)"))
        try checkpoint.check()
        #expect(checkpoint.configuration.layers.count == layers)
        #expect(checkpoint.configuration.layers.allSatisfy { $0.keyValueHeads == keyValueHeads })
        #expect(checkpoint.byteCount == bytes)
        let golden = try GoldenTensors("models/\(name)/model.safetensors")
        #expect(checkpoint.tensorNames.sorted() == golden.names)
        if name == "stories260k" {
            let shape = [checkpoint.configuration.vocabulary, checkpoint.configuration.hidden]
            let embedding = try checkpoint.tensor(TensorName.embedding, shape: shape)
            #expect(try embedding.floats() == golden.floats(TensorName.embedding))
        }
    }

    private func smallTensors(without absent: Set<String> = []) -> [(name: String, shape: [Int])] {
        Checkpoint.expectedTensors(smallConfiguration).filter { !absent.contains($0.name) }
    }

    @Test("with other widths in each layer is read") func pruned() throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", smallConfigurationText)
        try folder.write("model.safetensors", safetensors(smallTensors()))
        let checkpoint = try Checkpoint.open(directory: folder.url)
        try checkpoint.check()
        #expect(checkpoint.configuration.layers == smallConfiguration.layers)
        #expect(checkpoint.byteCount == 4 * smallConfiguration.parameterCount)
    }

    @Test("in shards is read, and a missing shard is named") func shards() throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", smallConfigurationText)
        let tensors = smallTensors()
        try folder.write("one.safetensors", safetensors(Array(tensors[..<7])) { _ in 1 })
        try folder.write("two.safetensors", safetensors(Array(tensors[7...])) { _ in 2 })
        let map = tensors.enumerated().map { "\"\($1.name)\": \"\($0 < 7 ? "one" : "two").safetensors\"" }
        let index = try folder.write(
            "model.safetensors.index.json", "{\"metadata\": {}, \"weight_map\": {\(map.joined(separator: ","))}}")
        let checkpoint = try Checkpoint.open(directory: folder.url)
        try checkpoint.check()
        #expect(try checkpoint.tensor(TensorName.finalNorm, shape: [8]).floats().first == 2)
        #expect(try checkpoint.tensor(TensorName.embedding, shape: [11, 8]).floats().first == 1)

        try FileManager.default.removeItem(at: folder.url.appending(path: "two.safetensors"))
        #expect(throws: CheckpointError.missingShard(shard: "two.safetensors", index: index.path)) {
            try Checkpoint.open(directory: folder.url)
        }
        try folder.write("two.safetensors", safetensors([("other", [1])]))
        #expect(throws: CheckpointError.self) { try Checkpoint.open(directory: folder.url) }
    }

    @Test(
        "whose index leads out of its folder is refused",
        arguments: ["\"../model.safetensors\"", "\"\"", "3", "\"a\\u0000b\""])
    func escapingIndex(shard: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", smallConfigurationText)
        try folder.write("model.safetensors.index.json", "{\"weight_map\": {\"w\": \(shard)}}")
        let error = try #require(throws: CheckpointError.self) { try Checkpoint.open(directory: folder.url) }
        #expect(error.description.contains("expected the name of a file beside the index"))
    }

    @Test("without weights or configuration is refused by the file's name") func missingFiles() throws {
        let folder = try TemporaryFolder()
        let configuration = folder.url.appending(path: "config.json").path
        #expect(throws: CheckpointError.missingFile(file: configuration)) {
            try Checkpoint.open(directory: folder.url)
        }
        try folder.write("config.json", smallConfigurationText)
        let weights = folder.url.appending(path: "model.safetensors").path
        #expect(throws: CheckpointError.missingFile(file: weights)) { try Checkpoint.open(directory: folder.url) }
    }

    @Test("that lacks a tensor, has a wrong shape or one too many is refused by the tensor's name")
    func checks() throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", smallConfigurationText)
        let path = folder.url.appending(path: "model.safetensors").path
        let query = TensorName.projection(.query, layer: 1)

        try folder.write("model.safetensors", safetensors(smallTensors(without: [query])))
        #expect(throws: CheckpointError.missingTensor(name: query, file: path)) {
            try Checkpoint.open(directory: folder.url).check()
        }
        try folder.write("model.safetensors", safetensors(smallTensors(without: [query]) + [(query, [4, 8])]))
        #expect(throws: CheckpointError.wrongShape(name: query, expected: [8, 8], found: [4, 8], file: path)) {
            try Checkpoint.open(directory: folder.url).check()
        }
        let bias = "model.layers.0.self_attn.q_proj.bias"
        try folder.write("model.safetensors", safetensors(smallTensors() + [(bias, [8])]))
        #expect(throws: CheckpointError.unexpectedTensor(name: bias, file: path)) {
            try Checkpoint.open(directory: folder.url).check()
        }
        let frequencies = "model.layers.0.self_attn.rotary_emb.inv_freq"
        try folder.write("model.safetensors", safetensors(smallTensors() + [(frequencies, [2])]))
        try Checkpoint.open(directory: folder.url).check()
    }

    @Test("that is tied needs no output head, but a head must equal the embedding") func tied() throws {
        let folder = try TemporaryFolder()
        let text = smallConfigurationText.replacing(
            "\"hidden_size\"", with: "\"tie_word_embeddings\": true, \"hidden_size\"")
        try folder.write("config.json", text)
        try folder.write("model.safetensors", safetensors(smallTensors(without: [TensorName.head])))
        try Checkpoint.open(directory: folder.url).check()
        try folder.write("model.safetensors", safetensors(smallTensors()))
        try Checkpoint.open(directory: folder.url).check()
        try folder.write("model.safetensors", safetensors(smallTensors()) { $0 == TensorName.head ? 2 : 1 })
        let path = folder.url.appending(path: "model.safetensors").path
        #expect(throws: CheckpointError.untiedHead(file: path)) { try Checkpoint.open(directory: folder.url).check() }
    }

    @Test("has a digest that changes with a weight and with the configuration") func digest() throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", smallConfigurationText)
        try folder.write("model.safetensors", safetensors(smallTensors()))
        func digest() throws -> String { try Checkpoint.open(directory: folder.url).digest }
        let first = try digest()
        #expect(first.count == 64)
        #expect(try digest() == first)
        try folder.write("model.safetensors", safetensors(smallTensors()) { $0 == TensorName.finalNorm ? 1 : 0.5 })
        let second = try digest()
        #expect(second != first)
        try folder.write("config.json", smallConfigurationText + "\n")
        #expect(try digest() != second)
    }
}
