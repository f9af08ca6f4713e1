import Foundation
import Testing

@testable import Engine

/// What `forward-<model>.json` holds: prompts with their losses and next tokens, computed with PyTorch in float32.
private struct ForwardGolden: Decodable {
    struct Prompt: Decodable {
        let name: String
        let ids: [Int32]
        let loss: Double
        let argmax_last: Int32
        let hidden_frobenius: [Double]
        let greedy_40: [Int32]?
    }
    let prompts: [Prompt]
}

@Suite("The forward pass agrees with PyTorch", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct ForwardGoldenTests {
    static let models = ["stories260k", "brown16"]

    static func model(_ name: String) throws -> LlamaModel {
        try LlamaModel(checkpoint: Checkpoint.open(directory: Shared.url("models/\(name)")))
    }

    @Test("in logits, losses and hidden states of every prompt", arguments: models)
    func logits(name: String) throws {
        let model = try Self.model(name)
        let golden = try Shared.json("golden/forward-\(name).json", as: ForwardGolden.self)
        let tensors = try GoldenTensors("golden/forward-\(name).safetensors")
        for prompt in golden.prompts {
            let batch = TokenBatch([prompt.ids])
            let loss = try LossGradient(model: model).loss(batch)
            #expect(abs(loss - prompt.loss) <= 1e-5 * prompt.loss, "\(prompt.name): \(loss) against \(prompt.loss)")
            let logits = try model.logits(batch)
            if tensors.names.contains("\(prompt.name).logits") {
                let expected = try tensors.floats("\(prompt.name).logits")
                let largest = expected.map(abs).max() ?? 0
                let difference = zip(logits.elements, expected).map { abs($0 - $1) }.max() ?? .infinity
                #expect(difference <= max(2e-4, 1e-4 * largest), "\(prompt.name): logits differ by \(difference)")
            }
            let last = logits.elements.suffix(logits.columns)
            #expect(last.firstIndex(of: last.max() ?? 0).map { $0 - last.startIndex } == Int(prompt.argmax_last))
            for (k, state) in try model.hiddenStates(batch).dropLast().enumerated() {
                let norm = state.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                #expect(abs(norm - prompt.hidden_frobenius[k]) <= 1e-4 * prompt.hidden_frobenius[k], "hidden \(k)")
            }
        }
    }

    @Test("in each token's negative log-likelihood", arguments: models)
    func tokenLosses(name: String) throws {
        let model = try Self.model(name)
        let golden = try Shared.json("golden/forward-\(name).json", as: ForwardGolden.self)
        let tensors = try GoldenTensors("golden/forward-\(name).safetensors")
        let scorer = LlamaScorer(model: model, parallelism: .serial)
        let results = try scorer.score(golden.prompts.map { ScoringRequest(tokens: $0.ids, targetStart: 1) })
        for (prompt, result) in zip(golden.prompts, results) {
            let expected = try tensors.floats("\(prompt.name).nll")
            #expect(expected.count == result.tokenLogLikelihoods.count)
            for (a, b) in zip(expected, result.tokenLogLikelihoods) { #expect(abs(Double(a) + b) <= 2e-4) }
        }
    }

    @Test("in forty greedy tokens", arguments: models)
    func greedy(name: String) throws {
        let model = try Self.model(name)
        let golden = try Shared.json("golden/forward-\(name).json", as: ForwardGolden.self)
        let prompt = try #require(golden.prompts.first)
        let expected = try #require(prompt.greedy_40)
        var tokens = prompt.ids
        while tokens.count < expected.count {
            let row = try model.logits(TokenBatch([tokens])).elements.suffix(model.configuration.vocabulary)
            let best = try #require(row.firstIndex(of: row.max() ?? 0))
            tokens.append(Int32(best - row.startIndex))
        }
        #expect(tokens == expected)
    }
}
