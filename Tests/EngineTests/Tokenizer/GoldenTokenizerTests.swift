import Foundation
import Testing

@testable import Engine

@Suite("The shared tokenizers") struct GoldenTokenizerTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
            let ids_no_special: [Int32]
            let tokens: [String]
            let decoded_skip_special: String
            let decoded_keep_special: String
        }
        struct Random: Decodable {
            let ids: [Int32]
            let skip_special: String
            let keep_special: String
        }
        let vocab_size: Int
        let cases: [Case]
        let decode_random: [Random]
    }

    /// Compares bytes: Swift's `==` would hold canonically equal texts equal.
    private func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    @Test(
        "give exactly the ids, tokens and texts of the reference",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)), arguments: ["brown16", "stories260k"])
    func golden(name: String) throws {
        let golden = try Shared.json("golden/tokenizer-\(name).json", as: Golden.self)
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(name)"))
        #expect(tokenizer.vocabularySize == golden.vocab_size)
        #expect(golden.cases.count == 96 && golden.decode_random.count == 20)
        for item in golden.cases {
            let label = Comment(rawValue: item.text.quoted)
            #expect(tokenizer.encode(item.text) == item.ids, label)
            #expect(tokenizer.encode(item.text, addSpecialTokens: false) == item.ids_no_special, label)
            #expect(tokenizer.tokens(for: item.ids) == item.tokens, label)
            #expect(isSame(tokenizer.decode(item.ids), item.decoded_skip_special), label)
            #expect(isSame(tokenizer.decode(item.ids, skipSpecialTokens: false), item.decoded_keep_special), label)
        }
        for item in golden.decode_random {
            #expect(isSame(tokenizer.decode(item.ids), item.skip_special), "\(item.ids)")
            #expect(isSame(tokenizer.decode(item.ids, skipSpecialTokens: false), item.keep_special), "\(item.ids)")
        }
    }

    @Test(
        "know the tokens that start and end a text",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)),
        arguments: [("brown16", 2045, 2046, "<|begin_of_text|>"), ("stories260k", 1, 2, "<s>")])
    func specialTokens(name: String, bos: Int32, eos: Int32, text: String) throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(name)"))
        #expect(tokenizer.bosTokenID == bos)
        #expect(tokenizer.eosTokenID == eos)
        #expect(tokenizer.prefixTokenID == bos)
        #expect(tokenizer.startsWithBOS(text + "x"))
        #expect(!tokenizer.startsWithBOS("x" + text))
    }

    @Test(
        "decode what they encode, over a whole book",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)), arguments: ["brown16", "stories260k"])
    func wholeText(name: String) throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(name)"))
        let text = try String(contentsOf: Shared.url("data/text/brown-valid.txt"), encoding: .utf8)
        let ids = tokenizer.encode(text)
        #expect(isSame(tokenizer.decode(ids), text))
        // Words from the cache must be those that are computed.
        #expect(tokenizer.encode(text) == ids)
    }

    /// Hashes of the little-endian 32-bit ids that the package tokenizers 0.23.3 gives the whole file at once.
    @Test(
        "give exactly the ids of the reference for a whole test set",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)),
        arguments: [
            ("brown16", 500_769, "afb21699cf06136e71f8257bc937d6a774c039bcd0a03b842a7ae3ef3271e1e0"),
            ("stories260k", 762_364, "eb0bddc4547811ec1c15874986e99b8ccee219e43747d6985fb0b90e2b58d22b"),
        ])
    func wholeTestSet(name: String, count: Int, hash: String) throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(name)"))
        let text = try String(contentsOf: Shared.url("data/text/wikitext2-test.txt"), encoding: .utf8)
        let ids = tokenizer.encode(text)
        #expect(ids.count == count)
        #expect(ids.map(\.littleEndian).withUnsafeBytes { SHA256.hex(of: Data($0)) } == hash)
    }
}
