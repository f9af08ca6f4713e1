import Foundation
import Testing

@testable import Engine

/// What Transformers makes of `Fixtures/tokenizer.model`; both by `scripts/golden/tokenizer_model.py`.
private struct Case: Decodable {
    let text: String
    let ids: [Int32]
    let decoded: String
}

@Suite("A SentencePiece model without tokenizer.json")
struct SentencePieceModelTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    @Test("encodes and decodes as Transformers does with it") func golden() throws {
        let tokenizer = try Tokenizer.load(directory: Self.folder)
        let cases = try JSONDecoder().decode(
            [Case].self, from: Data(contentsOf: Self.folder.appending(path: "golden.json")))
        #expect(cases.count > 15)
        for test in cases {
            #expect(tokenizer.encode(test.text) == test.ids, "\(test.text)")
            #expect(tokenizer.decode(test.ids) == test.decoded, "\(test.text)")
        }
        #expect(tokenizer.bosTokenID == 1)
        #expect(tokenizer.eosTokenID == 2)
    }

    @Test("follows tokenizer_config.json in what stands around a text") func configuration() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: Self.folder.appending(path: "tokenizer.model"), to: folder.url.appending(path: "tokenizer.model"))
        _ = try folder.write(
            "tokenizer_config.json",
            """
            {"add_bos_token": false, "add_eos_token": true,
             "added_tokens_decoder": {"420": {"content": "<|end|>", "special": true}}}
            """)
        let tokenizer = try Tokenizer.load(directory: folder.url)
        let plain = tokenizer.encode("the model", addSpecialTokens: false)
        #expect(tokenizer.encode("the model") == plain + [2])
        #expect(tokenizer.encode("<|end|>", addSpecialTokens: false) == [420])
    }

    @Test("is refused by name when it is another kind, and in one line when it is damaged", arguments: 0..<4)
    func refused(case number: Int) throws {
        let folder = try TemporaryFolder()
        var bytes = try Data(contentsOf: Self.folder.appending(path: "tokenizer.model"))
        let unigram = Data([0x0a, 0x03, 0x0a, 0x01, 0x61, 0x12, 0x02, 0x18, 0x01])
        let message: String
        switch number {
        case 0: (bytes, message) = (unigram, "model_type unigram is not supported; supported: bpe")
        case 1: (bytes, message) = (bytes.prefix(bytes.count - 3), "it is no SentencePiece model")
        case 2: (bytes, message) = (Data("just text".utf8), "it is no SentencePiece model")
        default: (bytes, message) = (Data([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]), "it is no SentencePiece model")
        }
        try bytes.write(to: folder.url.appending(path: "tokenizer.model"))
        let error = try #require(throws: TokenizerError.self) { try Tokenizer.load(directory: folder.url) }
        #expect(error.description.contains(message), "\(error)")
        #expect(!error.description.contains("\n"))
    }
}
