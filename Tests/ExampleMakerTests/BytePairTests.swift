import Foundation
import Testing

@testable import ExampleMaker

@Suite("Byte-pair encoding") struct BytePairTests {
    private let text = "low low low low low lower lower newest newest newest newest newest newest widest widest widest"

    @Test("merges the most frequent pair first, and at a tie the one whose bytes come first") func merges() throws {
        let encoding = try BytePairTrainer(vocabularySize: 259 + 6).train(on: [text])
        let merges = encoding.merges.map { String(decoding: encoding.tokens[$0.result], as: UTF8.self) }
        // Counts: e-s and s-t 9 each, l-o 7 and o-w 7 each; then "we" and "wi" less.
        #expect(merges.prefix(4) == ["es", "est", "lo", "low"])
    }

    @Test("gives the text back, and fewer tokens than bytes") func roundTrips() throws {
        let encoding = try BytePairTrainer(vocabularySize: 272).train(on: [text])
        let unseen = "slowest new lows, 7 weird\n\nwinters' ends"
        #expect(encoding.decode(encoding.encode(text)) == text)
        #expect(encoding.decode(encoding.encode(unseen)) == unseen)
        #expect(encoding.encode(text).count < text.utf8.count / 3)
    }

    @Test("has exactly the size asked for, whatever the order of the text") func hasSize() throws {
        let trainer = BytePairTrainer(vocabularySize: 270)
        let encoding = try trainer.train(on: [text])
        #expect(encoding.tokens.count == 270 - SpecialToken.allCases.count)
        #expect(Set(encoding.tokens).count == encoding.tokens.count)
        let words = ["low newest", "wide lowest", "newer lower"]
        let small = BytePairTrainer(vocabularySize: 264)
        #expect(try small.train(on: words) == small.train(on: words.reversed()))
    }

    @Test("refuses a size that cannot be had") func refusesSize() {
        #expect(throws: ExampleError.vocabularyTooSmall(wanted: 200, least: 259)) {
            try BytePairTrainer(vocabularySize: 200).train(on: [text])
        }
        #expect(throws: ExampleError.vocabularyTooLarge(wanted: 300, reachable: 263)) {
            try BytePairTrainer(vocabularySize: 300).train(on: ["aaa bb"])
        }
    }

    @Test("writes bytes in GPT-2's alphabet") func writesAlphabet() {
        #expect(ByteAlphabet.text(" a\n~".utf8) == "\u{120}a\u{10a}~")
        #expect(ByteAlphabet.text([0x00, 0x7f, 0xad, 0xff]) == "\u{100}\u{121}\u{143}\u{ff}")
        #expect(Set(ByteAlphabet.characters).count == 256)
        #expect(ByteAlphabet.bytesInOrder.first == UInt8(ascii: "!"))
    }
}

@Suite("tokenizer.json") struct TokenizerFileTests {
    private struct File: Decodable {
        struct Added: Decodable {
            let id: Int
            let content: String
            let special: Bool
        }
        struct Model: Decodable {
            let type: String
            let vocab: [String: Int]
            let merges: [String]
        }
        struct PreTokenizer: Decodable {
            let type: String
            let add_prefix_space: Bool
            let use_regex: Bool
        }
        let added_tokens: [Added]
        let pre_tokenizer: PreTokenizer
        let model: Model
    }

    @Test("lists every token once, merges made of tokens, special tokens last") func isComplete() throws {
        let encoding = try BytePairTrainer(vocabularySize: 270).train(on: ["the cat \"sat\" on the\n\nmat \\ there"])
        let file = TokenizerFile(encoding: encoding, contextLength: 128)
        let decoded = try JSONDecoder().decode(File.self, from: Data(file.tokenizer.utf8))
        #expect(decoded.model.type == "BPE" && decoded.pre_tokenizer.type == "ByteLevel")
        #expect(decoded.pre_tokenizer.use_regex && !decoded.pre_tokenizer.add_prefix_space)
        #expect(decoded.model.vocab.values.sorted() == Array(0..<270))
        #expect(decoded.added_tokens.map(\.id) == [267, 268, 269] && decoded.added_tokens.allSatisfy(\.special))
        #expect(decoded.added_tokens.map(\.content) == SpecialToken.allCases.map(\.rawValue))
        #expect(decoded.model.merges.count == encoding.merges.count)
        for (line, merge) in zip(decoded.model.merges, encoding.merges) {
            let parts = line.split(separator: " ").map(String.init)
            #expect(parts.map { decoded.model.vocab[$0] } == [merge.left, merge.right])
            #expect(decoded.model.vocab[parts.joined()] == merge.result)
        }
    }
}
