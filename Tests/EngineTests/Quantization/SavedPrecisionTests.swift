import Foundation
import Testing

@testable import Engine

@Suite("Quantized checkpoints") struct SavedPrecisionTests {
    static let names =
        Precisions.all.map(\.name) + ["nf4@32", "nf4+dq", "lm2@128+dq", "nf3@16+dq", "int8+dq", "dynamic8@256"]

    private func saved(_ model: LlamaModel) throws -> (folder: TemporaryFolder, url: URL) {
        let folder = try TemporaryFolder()
        let url = folder.url.appending(path: "model")
        try model.save(to: url, source: nil)
        return (folder, url)
    }

    @Test("come back to the same bits, sizes and names", arguments: names)
    func roundTrip(name: String) throws {
        let model = try TinyModel.make().quantized(Allocation(uniform: name, layers: 3))
        let (folder, url) = try saved(model)
        defer { withExtendedLifetime(folder) {} }
        let checkpoint = try Checkpoint.open(directory: url)
        let loaded = try LlamaModel(checkpoint: checkpoint)
        for layer in model.blocks.indices {
            for projection in Projection.allCases {
                let (a, b) = (model.blocks[layer][projection], loaded.blocks[layer][projection])
                if case .packed(let packed) = a.storage, case .packed(let other) = b.storage {
                    #expect(packed == other)
                } else {
                    #expect(a.floats() == b.floats() && name == "bf16")
                }
                #expect(a.byteCount == b.byteCount)
            }
        }
        #expect(loaded.allocation == Allocation(uniform: name, layers: 3))
        #expect(loaded.weightBytes == model.weightBytes)
        let description = try CheckpointDescription(checkpoint)
        #expect(description.weightBytes == model.weightBytes && description.bitsPerWeight == model.bitsPerWeight)
    }

    @Test("say which precision each module of a layer has")
    func modules() throws {
        let allocation = Allocation(["nf4/nf4/int8/nf4/lm3/lm3/q4_0", "nf4", "bf16/nf2/nf2/nf2/nf2/nf2/nf2"])
        let model = try TinyModel.make().rounded().quantized(allocation)
        #expect(model.allocation == allocation)
        let (folder, url) = try saved(model)
        defer { withExtendedLifetime(folder) {} }
        let checkpoint = try Checkpoint.open(directory: url)
        #expect(try LlamaModel(checkpoint: checkpoint).allocation == allocation)
        #expect(try CheckpointDescription(checkpoint).allocation == allocation)
    }

    @Test("keep embedding and head in their precisions", arguments: [false, true])
    func ends(isTied: Bool) throws {
        let ends = EndPrecisions(embedding: "q8_0", head: isTied ? nil : "nf4+dq")
        let model = try TinyModel.make(isTied: isTied).quantized(ends).quantized(Allocation(uniform: "lm4", layers: 3))
        let (folder, url) = try saved(model)
        defer { withExtendedLifetime(folder) {} }
        let checkpoint = try Checkpoint.open(directory: url)
        let loaded = try LlamaModel(checkpoint: checkpoint)
        #expect(loaded.embedding.floats() == model.embedding.floats() && loaded.head.floats() == model.head.floats())
        #expect(loaded.weightBytes == model.weightBytes)
        let description = try CheckpointDescription(checkpoint)
        #expect(description.weightBytes == model.weightBytes)
        #expect(description.embeddingPrecision == "q8_0" && description.headPrecision == (isTied ? "q8_0" : "nf4+dq"))
    }

    @Test("of the precisions that version 1 knew are written as version 1", arguments: ["nf4", "nf3", "int8", "fp4"])
    func version1(name: String) throws {
        let (folder, url) = try saved(try TinyModel.make().quantized(Allocation(uniform: name, layers: 3)))
        defer { withExtendedLifetime(folder) {} }
        let text = try String(contentsOf: url.appending(path: "quantization.json"), encoding: .utf8)
        #expect(text.contains(#""version" : 1"#) && !text.contains("coding") && !text.contains("scales"))
    }

    @Test("have a digest that covers quantization.json")
    func digest() throws {
        let (folder, url) = try saved(try TinyModel.make().quantized(Allocation(uniform: "nf4", layers: 3)))
        defer { withExtendedLifetime(folder) {} }
        let before = try Checkpoint.open(directory: url).digest
        let file = url.appending(path: "quantization.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("nf4", with: "NF4").utf8).write(to: file)
        #expect(try Checkpoint.open(directory: url).digest != before)
        try Data(text.utf8).write(to: file)
        #expect(try Checkpoint.open(directory: url).digest == before)
    }

    @Test(
        "that say something else than their tensors are refused",
        arguments: [
            ("lm3", #""bits" : 3"#, #""bits" : 2"#, "don't fit"),
            ("lm3", #""bits" : 3"#, #""bits" : 5"#, "don't fit"),
            ("lm3", #""block_size" : 64"#, #""block_size" : 0"#, "don't fit"),
            ("lm3", #""block_size" : 64"#, #""block_size" : 128"#, "scales"),
            ("lm3", #""precision" : "lm3""#, #""precision" : "a,b""#, "no name of a precision"),
            ("uniform4", #""coding" : "uniform""#, #""coding" : "linear8""#, "don't fit"),
            ("q8_0", #""coding" : "integer8""#, #""coding" : "integer9""#, "not JSON of the expected form"),
            ("q8_0", #""scales" : "float16""#, #""scales" : "float32""#, "scales of type F16"),
            ("nf4", #""block_size" : 64"#, #""block_size" : 64, "scales" : "float16""#, "scales of type F32"),
            ("nf4+dq", #""scales" : "double_quantized""#, #""scales" : "float32""#, "U8"),
            ("nf4", #""block_size" : 64"#, #""block_size" : 64, "scales" : "double_quantized""#, "quantized scales"),
            ("nf4+dq", #""version" : 2"#, #""version" : 3"#, "qpx 3"),
        ])
    func refused(name: String, found: String, replacement: String, reason: String) throws {
        let (folder, url) = try saved(try TinyModel.make().quantized(Allocation(uniform: name, layers: 3)))
        defer { withExtendedLifetime(folder) {} }
        let file = url.appending(path: "quantization.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains(found))
        try Data(text.replacing(found, with: replacement).utf8).write(to: file)
        let checkpoint = try Checkpoint.open(directory: url)
        let error = #expect(throws: CheckpointError.self) { try LlamaModel(checkpoint: checkpoint) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(throws: CheckpointError.self) { try CheckpointDescription(checkpoint) }
    }
}
