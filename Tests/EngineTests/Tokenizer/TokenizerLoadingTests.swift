import Foundation
import Testing

@testable import Engine

@Suite("Loading a tokenizer") struct TokenizerLoadingTests {
    static let plain = TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.byteLevelPart())

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let json: String
        let message: String
        init(_ label: String, _ json: String, _ message: String) {
            testDescription = label
            self.json = json
            self.message = message
        }
        init(_ label: String, replacing old: String, with new: String, _ message: String) {
            self.init(label, plain.replacing(old, with: new), message)
        }
        init(_ label: String, part: String, _ json: String, _ message: String) {
            self.init(label, plain.replacing("\"\(part)\": null", with: "\"\(part)\": \(json)"), message)
        }
    }

    static let split = #"{"type": "Split", "pattern": {"Regex": "(?<=a)b"}, "behavior": "Isolated"}"#

    static let damages: [Damage] = [
        Damage("no bytes", "", "the file is empty"), Damage("not JSON", "{\"model\":", "not valid JSON"),
        Damage("a list", "[]", "it is not an object"), Damage("no model", "{}", "'model' is missing"),
        Damage("WordPiece", replacing: "\"BPE\"", with: "\"WordPiece\"", "model 'WordPiece' is not supported"),
        Damage("no vocabulary", #"{"model": {"type": "BPE", "merges": []}}"#, "'vocab' is missing"),
        Damage("no merges", #"{"model": {"type": "BPE", "vocab": {}}}"#, "'merges' is missing"),
        Damage("negative id", #"{"model": {"vocab": {"a": -1}, "merges": []}}"#, "token 'a' has id -1"),
        Damage("huge id", #"{"model": {"vocab": {"a": 99999999999}, "merges": []}}"#, "token 'a' has id 99999999999"),
        Damage(
            "merge of an unknown token", #"{"model": {"vocab": {"a": 0, "b": 1}, "merges": ["a c"]}}"#,
            "token 'c', needed by merge 0, is not in the vocabulary"),
        Damage(
            "merge into an unknown token", #"{"model": {"vocab": {"a": 0, "b": 1}, "merges": [["a", "b"]]}}"#,
            "token 'ab', needed by merge 0"),
        Damage("merge of three", #"{"model": {"vocab": {}, "merges": ["a b c"]}}"#, "merge 0 is not a pair"),
        Damage("merge of one", #"{"model": {"vocab": {}, "merges": [["a"]]}}"#, "merge 0 is not a pair"),
        Damage(
            "unknown token that is unknown", #"{"model": {"vocab": {}, "merges": [], "unk_token": "?"}}"#,
            "token '?', needed by model.unk_token"),
        Damage(
            "subword prefix", #"{"model": {"vocab": {}, "merges": [], "continuing_subword_prefix": "@@"}}"#,
            "continuing_subword_prefix '@@' is not supported"),
        Damage("dropout", #"{"model": {"vocab": {}, "merges": [], "dropout": 0.1}}"#, "dropout 0.1 is not supported"),
        Damage(
            "normalizer", part: "normalizer", #"{"type": "Precompiled"}"#, "normalizer 'Precompiled' is not supported"),
        Damage(
            "normalizer in a sequence", part: "normalizer",
            #"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Nmt"}]}"#,
            "normalizer.normalizers[1] 'Nmt' is not supported"),
        Damage("normalizer without type", part: "normalizer", "{}", "normalizer: 'type' is missing"),
        Damage(
            "pre-tokenizer", TokenizerFixture.byteLevel(preTokenizer: #"{"type": "BertPreTokenizer"}"#),
            "pre_tokenizer 'BertPreTokenizer' is not supported"),
        Damage("pattern", TokenizerFixture.byteLevel(preTokenizer: split), "the pattern '(?<=a)b' cannot be used"),
        Damage(
            "behavior",
            TokenizerFixture.byteLevel(
                preTokenizer: split.replacing("Isolated", with: "Sometimes")
                    .replacing("(?<=a)b", with: "b")), "behavior 'Sometimes' is not supported"),
        Damage(
            "post-processor", part: "post_processor", #"{"type": "Bert"}"#, "post_processor 'Bert' is not supported"),
        Damage(
            "template with an unknown token", part: "post_processor",
            #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}]}"#,
            "token '<s>', needed by post_processor"),
        Damage(
            "template without text", part: "post_processor", #"{"type": "TemplateProcessing", "single": []}"#,
            "'single' needs exactly one Sequence"),
        Damage(
            "decoder", replacing: "\"decoder\": {\"type\": \"ByteLevel\"", with: "\"decoder\": {\"type\": \"CTC\"",
            "decoder 'CTC' is not supported"),
        Damage(
            "added token without id", replacing: "\"added_tokens\": []",
            with: "\"added_tokens\": [{\"content\": \"x\"}]",
            "the document.added_tokens[0]: 'id' is not a token id"),
    ]

    @Test("refuses what it cannot use, in one line with the part's name", arguments: damages)
    func refuses(_ damage: Damage) throws {
        let error = try #require(throws: TokenizerError.self) { try TokenizerFixture.load(damage.json) }
        #expect(error.description.contains(damage.message), "\(error)")
        #expect(error.description.contains("tokenizer.json: "))
        #expect(!error.description.contains("\n"))
    }

    @Test("says which file is missing") func missing() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "tokenizer.json").path
        #expect(throws: TokenizerError.file(.missingFile(file: path))) { try Tokenizer.load(directory: folder.url) }
    }

    @Test(
        "finds the tokens that start and end a text where the files name them",
        arguments: [
            (["tokenizer_config.json": #"{"bos_token": "a", "eos_token": {"content": "b"}}"#], 97, 98),
            (
                [
                    "tokenizer_config.json": #"{"bos_token": null, "eos_token": "b"}"#,
                    "config.json": #"{"bos_token_id": 1}"#,
                ], nil, 98
            ),
            (
                ["special_tokens_map.json": #"{"bos_token": "a"}"#, "config.json": #"{"eos_token_id": [98, 3]}"#], 97,
                98
            ),
            (["config.json": #"{"bos_token_id": 97, "eos_token_id": 99999}"#], 97, nil), ([:], nil, nil),
        ] as [([String: String], Int32?, Int32?)])
    func specialTokens(files: [String: String], bos: Int32?, eos: Int32?) throws {
        let tokenizer = try TokenizerFixture.load(Self.plain, files: files)
        #expect(tokenizer.bosTokenID == bos)
        #expect(tokenizer.eosTokenID == eos)
        #expect(tokenizer.prefixTokenID == bos ?? eos)
        #expect(tokenizer.startsWithBOS("ab") == (bos == 97))
        #expect(!tokenizer.startsWithBOS("ba"))
    }

    @Test("refuses a start token that is not in the vocabulary") func unknownStart() throws {
        let error = try #require(throws: TokenizerError.self) {
            try TokenizerFixture.load(Self.plain, files: ["tokenizer_config.json": #"{"bos_token": "<s>"}"#])
        }
        #expect(error.description.contains("tokenizer_config.json: token '<s>', needed by bos_token"))
    }

    @Test("gives the same ids from several threads at once") func threads() async throws {
        let tokenizer = try TokenizerFixture.load(
            TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.byteLevelPart(usesPattern: true)))
        let texts = (0..<64).map { "the hello \($0) ing'll \($0 % 7) word" }
        let expected = texts.map { tokenizer.encode($0) }
        let found = await withTaskGroup(of: (Int, [Int32]).self) { group in
            for (index, text) in texts.enumerated() { group.addTask { (index, tokenizer.encode(text)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for index in texts.indices { #expect(found[index] == expected[index]) }
    }
}
