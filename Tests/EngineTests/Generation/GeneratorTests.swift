import Foundation
import Testing

@testable import Engine

@Suite("Writing on from a prompt")
struct GeneratorTests {
    private let model = ExportCase.gqa.model

    private func ids(_ sampler: Sampler, tokens: Int = 20, ends: Set<Int32> = [], prompt: [Int32] = [1021, 4, 5])
        throws -> Generator.Result
    {
        try Generator(model: model, maximumTokens: tokens, endTokens: ends).generate(prompt, sampler: sampler)
    }

    @Test("greedily takes the most probable token of the whole text, each time") func greedy() throws {
        let result = try ids(Sampler())
        var text: [Int32] = [1021, 4, 5]
        for token in result.tokens {
            let row = Array(try model.logits(TokenBatch([text])).elements.suffix(1024))
            #expect(row.firstIndex(of: row.max() ?? 0) == Int(token.id))
            text.append(token.id)
        }
        let expected = try model.logProbabilities(text).suffix(result.tokens.count)
        for (token, value) in zip(result.tokens, expected) { #expect(abs(token.logProbability - value) < 1e-5) }
        #expect(result.ending == .length)
    }

    @Test("draws the same from the same seed, and something else from another") func seeds() throws {
        func drawn(_ seed: UInt64) throws -> [Int32] {
            try ids(Sampler(temperature: 1.2, topP: 0.9, seed: seed)).tokens.map(\.id)
        }
        #expect(try drawn(3) == drawn(3))
        #expect(try drawn(3) != drawn(4))
    }

    @Test("stops at a token that ends the text, at the end of the context, and when told") func endings() throws {
        let third = try #require(ids(Sampler()).tokens.dropFirst(2).first).id
        let ended = try ids(Sampler(), ends: [third])
        #expect(ended.ending == .endToken)
        #expect(!ended.tokens.map(\.id).contains(third))
        let full = try ids(Sampler(), tokens: 1000)
        #expect(full.ending == .context)
        #expect(full.tokens.count == 128 - 3 + 1)
        let stopped = try Generator(model: model, maximumTokens: 9, endTokens: [])
            .generate([1021], sampler: Sampler()) { _ in false }
        #expect(stopped.ending == .stopped && stopped.tokens.count == 1)
    }

    @Test("draws tokens as often as they are probable, and none beyond top-p") func frequencies() throws {
        let logits: [Float] = [1, 2, 0, -1, 2]
        let weights = logits.map { exp(Double($0) / 0.7) }
        var sampler = try Sampler(temperature: 0.7, seed: 5)
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<20_000 { counts[Int(try sampler.next(logits).token)] += 1 }
        for (count, weight) in zip(counts, weights) {
            #expect(abs(Double(count) / 20_000 - weight / weights.reduce(0, +)) < 0.012)
        }
        var narrow = try Sampler(temperature: 0.7, topP: 0.8, seed: 5)
        for _ in 0..<500 { #expect([1, 4].contains(try narrow.next(logits).token)) }
    }

    @Test("refuses what makes no sense") func refused() throws {
        #expect(throws: GenerationError.self) { try Sampler(temperature: -1) }
        #expect(throws: GenerationError.self) { try Sampler(topP: 0) }
        #expect(throws: GenerationError.self) { try ids(Sampler(), prompt: []) }
        #expect(throws: GenerationError.self) {
            try ids(Sampler(), prompt: [Int32](repeating: 3, count: 128))
        }
        #expect(throws: ModelError.self) { try ids(Sampler(), prompt: [4000]) }
    }

    @Test("shows characters whole, and all of the text") func streaming() throws {
        let tokenizer = try Tokenizer.load(directory: ExportCase.tokenizer)
        let prompt = tokenizer.encode("The")
        let behind = tokenizer.encode(" naïve 🙂 bird", addSpecialTokens: false)
        var text = WrittenText(tokenizer: tokenizer, prompt: prompt)
        var pieces = behind.map { text.add($0) }
        pieces.append(text.finish())
        #expect(pieces.joined() == " naïve 🙂 bird")
        #expect(pieces.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
    }
}
