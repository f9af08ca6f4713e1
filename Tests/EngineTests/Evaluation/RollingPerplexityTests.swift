import Foundation
import Testing

@testable import Engine

@Suite("Rolling perplexity") struct RollingPerplexityTests {
    private func windows(_ text: String, limit: Int) throws -> [ScoringRequest] {
        let tokens = ContinuationTokens(encoder: CharacterEncoder(), contextLength: limit, vocabularySize: 256)
        return try RollingPerplexity(RollingDocument(name: "d", original: text), tokens: tokens).requests
    }

    private let ids = CharacterEncoder.ids

    @Test("predicts each token once, the last window with full context")
    func windows() throws {
        // Prefix, BOS, a … g: eight targets in windows of three.
        let found = try windows("abcdefg", limit: 3)
        #expect(
            found == [
                ScoringRequest(tokens: [1, 1] + ids("ab"), targetStart: 1),
                ScoringRequest(tokens: ids("bcde"), targetStart: 1),
                ScoringRequest(tokens: ids("defg"), targetStart: 2),
            ])
        #expect(try windows("ab", limit: 8) == [ScoringRequest(tokens: [1, 1] + ids("ab"), targetStart: 1)])
    }

    @Test("divides by the words and bytes of the original text")
    func byHand() throws {
        let model = BigramModel(tokens: [1] + ids("abab"), contextLength: 16)
        let documents = [
            RollingDocument(name: "one", original: "a b", scored: "ab"),
            RollingDocument(name: "two", original: " é \n"),
        ]
        #expect(documents.map(\.words) == [2, 3])
        #expect(documents.map(\.bytes) == [3, 5])
        let result = try Evaluator(model: model, encoder: CharacterEncoder())
            .rollingPerplexity(of: [documents[0], RollingDocument(name: "two", original: "b", scored: "a")])
        // BOS after the prefix was never seen: 1/257 (one successor known).
        let start = log(1.0 / 257) + log(2.0 / 257)
        let loss = -(start + log(3.0 / 258) + start)
        #expect(result.words == 3 && result.bytes == 4 && result.documents == 2)
        #expect(abs(result.wordPerplexity / exp(loss / 3) - 1) < 1e-14)
        #expect(abs(result.bytePerplexity / exp(loss / 4) - 1) < 1e-14)
        #expect(abs(result.bitsPerByte - loss / 4 / log(2)) < 1e-13)
    }

    @Test(
        "takes out what tokenization put in",
        arguments: [
            ("a @-@ b @,@ c @.@ d", "a-b,c.d"), ("x , y . z ; w : v ! u ? t", "x, y. z; w: v! u? t"),
            ("( a ) [ b ] { c } \" d \" ' e '", "(a) [b] {c} \"d\" 'e'"), ("( a ( b ) c )", "(a ( b) c )"),
            ("( a", "( a"),
            (" = = = T = = = \n \n x", " === T ===\n\nx"), ("N N x N y", "N 1 x 1 y"), ("dogs ' it", "dogs' it"),
            ("it 's", "it's"),
            ("5 \u{b0} C", "5\u{b0}C"), ("( \n )", "()"),
        ])
    func detokenizes(text: String, expected: String) {
        #expect(WikiText.detokenized(text) == expected)
    }

    @Test("finds articles by their titles")
    func articles() {
        let text = " \n = A = \n x \n = = Part = = \n = = = Sub = = = \n y\n = B ( c ) = \n z"
        let found = WikiText.articles(text, file: "f")
        let a = " = A = \n x \n = = Part = = \n = = = Sub = = = \n y"
        #expect(found.map(\.original) == [a, " = B ( c ) = \n z"])
        #expect(
            WikiText.articles("before\n" + text, file: "f").map(\.original) == ["before\n ", a, " = B ( c ) = \n z"])
        #expect(found.map(\.name) == ["f, article 1", "f, article 2"])
    }

    @Test("reads WikiText-2 as the reference", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
    func golden() throws {
        struct Page: Decodable {
            let page: String
            let scored: String
        }
        struct Golden: Decodable { let wikitext2_rolling: Rolling }
        struct Rolling: Decodable {
            let words: [Int]
            let bytes: [Int]
            let loglikelihoods: [Double]
            let word_perplexity: Double
            let byte_perplexity: Double
            let bits_per_byte: Double
        }
        let lines = try String(contentsOf: Shared.url("golden/eval-brown16-rolling-pages.jsonl"), encoding: .utf8)
        let pages = try lines.split(separator: "\n").map { try JSONDecoder().decode(Page.self, from: Data($0.utf8)) }
        let file = try TextFile.read(Shared.url("data/text/wikitext2-test.txt").path)
        let articles = Array(WikiText.articles(file, file: "wikitext2-test.txt").prefix(pages.count))
        for (article, page) in zip(articles, pages) {
            #expect(Array(article.original.utf8) == Array(page.page.utf8), "\(article.name)")
            #expect(Array(article.scored.utf8) == Array(page.scored.utf8), "\(article.name)")
        }
        let golden = try Shared.json("golden/eval-brown16.json", as: Golden.self).wikitext2_rolling
        #expect(articles.map(\.words) == golden.words)
        #expect(articles.map(\.bytes) == golden.bytes)
        let result = RollingResult(documents: articles, logLikelihoods: golden.loglikelihoods)
        #expect(abs(result.wordPerplexity / golden.word_perplexity - 1) < 1e-12)
        #expect(abs(result.bytePerplexity / golden.byte_perplexity - 1) < 1e-12)
        #expect(abs(result.bitsPerByte / golden.bits_per_byte - 1) < 1e-12)
    }
}
