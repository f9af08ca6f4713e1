import Foundation
import Testing

@testable import Engine

@Suite("A description of a checkpoint") struct CheckpointDescriptionTests {
    private static let models: [(name: String, model: LlamaModel)] = {
        let plain = TinyModel.make()
        let mixed = try? plain.rounded().quantized(Allocation(["nf3", "int8", "bf16"]))
        return [
            ("float32", plain), ("bfloat16", plain.rounded()), ("tied", TinyModel.make(isTied: true)),
            ("quantized", mixed ?? plain),
        ]
    }()

    @Test("has the numbers of the model that is loaded from it", arguments: models.indices) func sameNumbers(index: Int)
        throws
    {
        let model = Self.models[index].model
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-description-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try model.save(to: folder, source: nil)
        let checkpoint = try Checkpoint.open(directory: folder)
        let loaded = try LlamaModel(checkpoint: checkpoint)
        let description = try CheckpointDescription(checkpoint)
        #expect(description.configuration == loaded.configuration)
        #expect(description.weightBytes == loaded.weightBytes && loaded.weightBytes == model.weightBytes)
        #expect(description.allocation == loaded.allocation && description.isQuantized == loaded.isQuantized)
        #expect(description.bitsPerWeight == loaded.bitsPerWeight)
        #expect(loaded.isQuantized == (Self.models[index].name == "quantized"))
    }

    @Test("bits per weight are those that an allocation space counts") func allocationSpace() throws {
        let model = TinyModel.make()
        let allocation = Allocation(["nf4", "int8", "nf2"])
        let space = try model.allocationSpace(allocation.precisions.compactMap(Precisions.named))
        let quantized = try model.quantized(allocation)
        #expect(try quantized.bitsPerWeight == space.bitsPerWeight(totalBytes: space.bytes(of: allocation)))
        #expect(try quantized.weightBytes == space.bytes(of: allocation))
    }

    @Test("a context of two thousand million tokens costs nothing until it is used") func hugeContext() throws {
        let small = TinyModel.make()
        var configuration = small.configuration
        configuration.contextLength = 1 << 31
        let huge = LlamaModel(
            configuration: configuration, embedding: small.embedding, blocks: small.blocks,
            finalNorm: small.finalNorm, untiedHead: small.untiedHead)
        // A long batch first, then a short one: the angles of a position never depend on what was asked before.
        for lengths in [[40], [64, 3], [5]] {
            let batch = TokenBatch(TinyModel.tokens(lengths))
            #expect(try LossGradient(model: huge).loss(batch) == LossGradient(model: TinyModel.make()).loss(batch))
        }
    }

    @Test("errors of layers are zero for an unchanged model and grow as bits fall") func relativeErrors() throws {
        let model = TinyModel.make()
        #expect(model.relativeErrors(of: model) == [0, 0, 0])
        let errors = model.relativeErrors(of: try model.quantized(Allocation(["int8", "nf4", "nf2"])))
        #expect(errors == errors.sorted() && errors[0] > 0 && errors[2] < 0.5)
        // Against the definition for the first layer.
        let quantized = try model.quantized(Allocation(["int8", "nf4", "nf2"]))
        var lost = 0.0
        var total = 0.0
        for projection in Projection.allCases {
            for (a, b) in zip(model.blocks[0][projection].floats(), quantized.blocks[0][projection].floats()) {
                lost += (Double(a) - Double(b)) * (Double(a) - Double(b))
                total += Double(a) * Double(a)
            }
        }
        #expect(abs(errors[0] - lost / total) < 1e-12)
    }
}
