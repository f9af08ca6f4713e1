import Foundation
import Testing

@testable import Engine

private struct PruneGolden: Decodable {
    struct Layer: Decodable {
        let kv_heads_kept: [Int]
        let mlp_channels_kept: [Int]
    }
    struct Result: Decodable {
        let ratio: Double
        let mode: String
        let reduction: String
        let alignment: String
        let layers: [Layer]
        let parameters: Int
        let loss_grad_batch: Double
    }
    let parameters: Int
    let results: [Result]
}

private struct GradientBatch: Decodable { let ids: [[Int32]] }

@Suite("Pruning agrees with LLM-Pruner", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct PruningGoldenTests {
    /// LLM-Pruner's names of the importances that qpx has so far.
    static let importances = ["param_first": "taylor", "vectorize": "vectorize"]

    @Test(
        "in every score, for each reduction, with the model's own grouping of heads",
        arguments: ForwardGoldenTests.models, ["param_first", "vectorize"])
    func scores(name: String, mode: String) throws {
        let model = try ForwardGoldenTests.model(name)
        let ids = try Shared.json("golden/grad-\(name).json", as: GradientBatch.self).ids
        let tensors = try GoldenTensors("golden/grad-\(name)-importance.safetensors")
        for reduction in GroupReduction.allCases {
            let pruner = try Pruner(
                PruningOptions(
                    ratio: 0.25, layers: 0..<model.blocks.count,
                    importance: try #require(Self.importances[mode]), reduction: reduction))
            let scores = try pruner.structureScores(model, calibration: TokenBatch(ids))
            for (layer, found) in scores {
                for (key, values) in [("attn", found.keyValueHeads), ("mlp", found.channels)] {
                    let expected = try tensors.floats("\(layer).\(key).\(mode).\(reduction.rawValue)")
                    let largest = Double(expected.max() ?? 0)
                    // A product of four small factors multiplies their errors.
                    let tolerance = reduction == .prod ? 1e-3 : 1e-4
                    for (a, b) in zip(values, expected) {
                        #expect(abs(a - Double(b)) <= tolerance * largest, "\(layer) \(key) \(reduction)")
                    }
                }
            }
        }
    }

    @Test("in what is kept, parameter counts and the pruned model's loss", arguments: ForwardGoldenTests.models)
    func kept(name: String) throws {
        let model = try ForwardGoldenTests.model(name)
        let batch = TokenBatch(try Shared.json("golden/grad-\(name).json", as: GradientBatch.self).ids)
        let golden = try Shared.json("golden/prune-\(name).json", as: PruneGolden.self)
        #expect(model.configuration.parameterCount == golden.parameters)
        var compared = 0
        for result in golden.results where result.alignment == "attn" {
            guard let importance = Self.importances[result.mode] else { continue }
            let reduction = try #require(GroupReduction(rawValue: result.reduction))
            let pruner = try Pruner(
                PruningOptions(
                    ratio: result.ratio, layers: 0..<model.blocks.count, importance: importance, reduction: reduction))
            let (pruned, kept) = try pruner.prune(model, calibration: batch)
            for (layer, expected) in result.layers.enumerated() {
                #expect(kept[layer]?.keyValueHeads == expected.kv_heads_kept, "heads of layer \(layer)")
                #expect(kept[layer]?.channels == expected.mlp_channels_kept, "channels of layer \(layer)")
            }
            #expect(pruned.configuration.parameterCount == result.parameters)
            let loss = try LossGradient(model: pruned).loss(batch)
            #expect(abs(loss - result.loss_grad_batch) <= 1e-5 * result.loss_grad_batch)
            compared += 1
        }
        #expect(compared == 6)
    }
}
