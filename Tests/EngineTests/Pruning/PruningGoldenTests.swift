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
        let loss_text: Double
    }
    let parameters: Int
    let results: [Result]
}

private struct GradientBatch: Decodable { let ids: [[Int32]] }

@Suite("Pruning agrees with LLM-Pruner", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct PruningGoldenTests {
    private static let pairings: [(key: String, pairing: HeadPairing)] = [
        ("attn", .model), ("attn_refalign", .llmPruner),
    ]

    private func options(
        _ model: LlamaModel, ratio: Double, _ importance: String, _ reduction: GroupReduction, _ pairing: HeadPairing
    ) -> PruningOptions {
        var options = PruningOptions(
            ratio: ratio, layers: model.blocks.indices, importance: importance, reduction: reduction)
        options.pairing = pairing
        options.fisherScale = .one
        return options
    }

    @Test(
        "in every score, for each reduction, with the model's own grouping of heads and with LLM-Pruner's",
        arguments: ForwardGoldenTests.models, ["param_first", "param_second", "param_mix", "vectorize"])
    func scores(name: String, mode: String) throws {
        let model = try ForwardGoldenTests.model(name)
        let ids = try Shared.json("golden/grad-\(name).json", as: GradientBatch.self).ids
        let tensors = try GoldenTensors("golden/grad-\(name)-importance.safetensors")
        var compared = 0
        for reduction in GroupReduction.allCases where reduction != .second {
            for (attention, pairing) in Self.pairings {
                let scores = try Pruner(options(model, ratio: 0.25, mode, reduction, pairing))
                    .structureScores(model, calibration: TokenBatch(ids))
                for (layer, found) in scores {
                    for (key, values) in [(attention, found.keyValueHeads), ("mlp", found.channels)] {
                        let expected = try tensors.floats("\(layer).\(key).\(mode).\(reduction.rawValue)")
                        let largest = Double(expected.max() ?? 0)
                        // A product of four small factors multiplies their errors.
                        let tolerance = reduction == .prod ? 1e-3 : 1e-4
                        for (a, b) in zip(values, expected) {
                            #expect(abs(a - Double(b)) <= tolerance * largest, "\(layer) \(key) \(reduction)")
                        }
                        #expect(values.count == expected.count)
                        compared += 1
                    }
                }
            }
        }
        #expect(compared == 5 * 2 * 2 * model.blocks.count)
    }

    @Test("in the scores of every single matrix", arguments: ForwardGoldenTests.models)
    func members(name: String) throws {
        let model = try ForwardGoldenTests.model(name)
        let ids = try Shared.json("golden/grad-\(name).json", as: GradientBatch.self).ids
        let tensors = try GoldenTensors("golden/grad-\(name)-importance.safetensors")
        let members: [(key: String, projection: Projection, axis: ChannelAxis)] = [
            ("attn.*.member.k_out", .key, .rows), ("attn.*.member.q_out", .query, .rows),
            ("attn.*.member.v_out", .value, .rows), ("attn.*.member.o_in", .output, .columns),
            ("mlp.*.member.gate_out", .gate, .rows), ("mlp.*.member.up_out", .up, .rows),
            ("mlp.*.member.down_in", .down, .columns),
        ]
        var compared = 0
        for mode in ["param_first", "param_second", "param_mix", "vectorize"] {
            let scorer = StructureScorer(
                model: model, importance: try #require(Importances.named(mode)), reduction: .sum, pairing: .model,
                fisherScale: .one, seed: 0, calibration: TokenBatch(ids), parallelism: .serial)
            try scorer.visit(model.blocks.indices) { block in
                for member in members {
                    let key = "\(block.layer)." + member.key.replacingOccurrences(of: "*", with: mode)
                    let expected = try tensors.floats(key)
                    let found = block.scores(member.projection, along: member.axis)
                    let largest = Double(expected.max() ?? 0)
                    #expect(zip(found, expected).allSatisfy { abs($0 - Double($1)) <= 1e-4 * largest }, "\(key)")
                    #expect(found.count == expected.count)
                    compared += 1
                }
            }
        }
        #expect(compared == 4 * 7 * model.blocks.count)
    }

    @Test("in what is kept, parameter counts and the pruned model's losses", arguments: ForwardGoldenTests.models)
    func kept(name: String) throws {
        let model = try ForwardGoldenTests.model(name)
        let batch = TokenBatch(try Shared.json("golden/grad-\(name).json", as: GradientBatch.self).ids)
        let golden = try Shared.json("golden/prune-\(name).json", as: PruneGolden.self)
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(name)"))
        let text = try String(contentsOf: Shared.url("data/text/brown-train.txt"), encoding: .utf8)
        let ids = tokenizer.encode(String(text.prefix(40_000)), addSpecialTokens: false)
        let windows = TokenBatch((0..<32).map { Array(ids[$0 * 128..<($0 + 1) * 128]) })
        #expect(model.configuration.parameterCount == golden.parameters)
        for result in golden.results {
            let pairing = try #require(Self.pairings.first { $0.key == result.alignment }?.pairing)
            let reduction = try #require(GroupReduction(rawValue: result.reduction))
            let pruned = try Pruner(options(model, ratio: result.ratio, result.mode, reduction, pairing))
                .prune(model, calibration: batch)
            for (layer, expected) in result.layers.enumerated() {
                #expect(pruned.kept[layer]?.keyValueHeads == expected.kv_heads_kept, "heads of layer \(layer)")
                #expect(pruned.kept[layer]?.channels == expected.mlp_channels_kept, "channels of layer \(layer)")
            }
            #expect(pruned.model.configuration.parameterCount == result.parameters)
            let loss = try LossGradient(model: pruned.model).loss(batch)
            #expect(abs(loss - result.loss_grad_batch) <= 1e-5 * result.loss_grad_batch)
            let textLoss = try LossGradient(model: pruned.model).loss(windows)
            #expect(abs(textLoss - result.loss_text) <= 1e-5 * result.loss_text, "\(textLoss) \(result.loss_text)")
        }
        #expect(golden.results.count == 18)
    }
}
