import Engine
import Foundation
import Testing

@testable import qpx

@Suite("qpx model inspect") struct ModelCommandTests {
    private func inspect(_ path: String, _ arguments: [String] = []) throws -> ModelOutput {
        let run = try Binary.run(["model", "inspect", path, "--json"] + arguments)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.json(ModelOutput.self)
    }

    @Test("counts parameters and bytes, and knows the shapes") func tiny() throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let output = try inspect(model.path)
        #expect(output.architecture == "llama" && output.layers == 4 && output.vocabulary == 259 && !output.tied)
        // Per layer: q, o 24 × 24; k, v 12 × 24; gate, up, down 40 × 24; two norms of 24. Embedding and head 259 × 24.
        let parameters = 4 * (2 * 576 + 2 * 288 + 3 * 960 + 48) + 2 * 259 * 24 + 24
        #expect(output.parameters == parameters && output.bytes == 4 * parameters)
        #expect(output.element_types == ["F32"] && !output.quantized && output.allocation == nil)
        #expect(output.bits_per_weight == 32 && output.sha256 == nil)
        #expect(
            output.layer_shapes
                == [ModelOutput.Layer](repeating: .init(heads: 4, kv_heads: 2, head_dim: 6, intermediate: 40), count: 4)
        )
        let digest = try #require(inspect(model.path, ["--digest"]).sha256)
        #expect(digest == (try Checkpoint.open(directory: URL(filePath: model.path)).digest) && digest.count == 64)
    }

    @Test("a bfloat16 checkpoint", .enabled(if: Shared.isPresent, "\(Shared.reason)")) func shared() throws {
        let output = try inspect(Shared.url("models/brown16").path)
        #expect(output.layers == 16 && output.parameters == 3_428_480 && output.element_types == ["BF16"])
        // Two bytes per weight; the 33 norms of 128 are held in four.
        #expect(output.bytes == 2 * 3_428_480 + 2 * 33 * 128)
    }

    @Test("people get the widths, equal layers in one row") func table() throws {
        let folder = try TemporaryFolder()
        let run = try Binary.run(["model", "inspect", try TinyCheckpoint(in: folder).path])
        #expect(run.status == 0)
        #expect(run.out.contains("0-3         4         2         6            40"), "\(run.out)")
        #expect(!run.out.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }
}
