import Testing

@testable import Engine

/// Expected ids: the package tokenizers 0.23.3 on the same `tokenizer.json`.
@Suite("A byte-level tokenizer") struct ByteLevelTokenizerTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        let ids: [Int32]
        var testDescription: String { text.quoted }
        init(_ text: String, _ ids: [Int32]) {
            self.text = text
            self.ids = ids
        }
    }

    private let added =
        "[\(TokenizerFixture.added("<|eot|>", id: 277)), \(TokenizerFixture.added("<|eot|>x", id: 278))]"

    private func check(_ row: Row, _ json: String) throws {
        let tokenizer = try TokenizerFixture.load(json)
        #expect(tokenizer.encode(row.text) == row.ids)
    }

    static let gpt2Rows: [Row] = [
        Row(
            "I'm HE'LL don'T it's", [73, 39, 109, 32, 72, 69, 39, 76, 76, 32, 100, 111, 110, 39, 84, 32, 105, 116, 260]),
        Row("12345 12 3\u{663}\u{2167}\u{B2}", [263, 52, 53, 32, 262, 32, 51, 217, 163, 226, 133, 167, 194, 178]),
        Row("a\r\nb\r\n\r\n \n c\n\n", [97, 13, 10, 98, 274, 274, 32, 10, 32, 99, 266]),
        Row("  lead  the   end   ", [32, 32, 108, 101, 97, 100, 32, 258, 264, 32, 101, 110, 100, 264, 32]),
        Row("\t\thello\u{A0} the\u{2003}x\u{3000}", [9, 9, 271, 194, 160, 258, 226, 128, 131, 120, 227, 128, 128]),
        Row(
            "e\u{301} é 中文\u{FF0C}ok",
            [101, 204, 129, 32, 267, 32, 228, 184, 173, 230, 150, 135, 239, 188, 140, 111, 107]),
        Row("\u{1F600}\u{1F469}\u{200D}\u{1F469} x", [276, 128, 275, 145, 169, 226, 128, 141, 275, 145, 169, 32, 120]),
        Row("?!... -- the(hello)", [63, 33, 46, 46, 46, 32, 45, 45, 258, 40, 271, 41]),
        Row("'ſ the 'll", [39, 197, 191, 258, 32, 39, 259]),
    ]

    @Test("splits by the pattern of GPT-2", arguments: gpt2Rows) func gpt2(row: Row) throws {
        try check(row, TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.byteLevelPart(usesPattern: true)))
    }

    static let spacedRows: [Row] = [
        Row(
            "I'm HE'LL don'T it's",
            [32, 73, 39, 109, 32, 72, 69, 39, 76, 76, 32, 100, 111, 110, 39, 84, 32, 105, 116, 260]),
        Row("a\r\nb\r\n\r\n \n c\n\n", [32, 97, 13, 10, 98, 274, 274, 32, 10, 32, 99, 266]),
        Row("\t\thello\u{A0} the\u{2003}x\u{3000}", [32, 9, 9, 271, 194, 160, 258, 226, 128, 131, 120, 227, 128, 128]),
        Row(
            "e\u{301} é 中文\u{FF0C}ok",
            [32, 101, 204, 129, 32, 267, 32, 228, 184, 173, 230, 150, 135, 239, 188, 140, 111, 107]),
        Row(
            "\u{1F600}\u{1F469}\u{200D}\u{1F469} x",
            [32, 276, 128, 275, 145, 169, 226, 128, 141, 275, 145, 169, 32, 120]),
        Row("<|eot|>xthe<|eot|> the", [278, 258, 277, 258]),
        Row("'ſ the 'll", [32, 39, 197, 191, 258, 32, 39, 259]),
    ]

    @Test("puts a space before each piece if asked to", arguments: spacedRows) func gpt2Spaced(row: Row) throws {
        try check(
            row,
            TokenizerFixture.byteLevel(
                preTokenizer: TokenizerFixture.byteLevelPart(addsPrefixSpace: true, usesPattern: true),
                addedTokens: added))
    }

    static let llama3Rows: [Row] = [
        Row(
            "I'm HE'LL don'T it's", [73, 39, 109, 32, 72, 69, 39, 76, 76, 32, 100, 111, 110, 39, 84, 32, 105, 116, 260]),
        Row("12345 12 3\u{663}\u{2167}\u{B2}", [263, 52, 53, 32, 262, 32, 51, 217, 163, 226, 133, 167, 194, 178]),
        Row("a\r\nb\r\n\r\n \n c\n\n", [97, 274, 98, 274, 274, 32, 10, 32, 99, 266]),
        Row("  lead  the   end   ", [32, 32, 108, 101, 97, 100, 32, 258, 264, 32, 101, 110, 100, 264, 32]),
        Row("\t\thello\u{A0} the\u{2003}x\u{3000}", [9, 9, 271, 194, 160, 258, 226, 128, 131, 120, 227, 128, 128]),
        Row(
            "e\u{301} é 中文\u{FF0C}ok",
            [101, 204, 129, 32, 267, 32, 228, 184, 173, 230, 150, 135, 239, 188, 140, 111, 107]),
        Row("\u{1F600}\u{1F469}\u{200D}\u{1F469} x", [276, 128, 275, 145, 169, 226, 128, 141, 275, 145, 169, 32, 120]),
        Row("<|eot|>xthe<|eot|> the", [278, 116, 257, 277, 258]),
        Row("?!... -- the(hello)", [63, 33, 46, 46, 46, 32, 45, 45, 258, 40, 271, 41]),
        Row("'ſ the 'll", [39, 197, 191, 258, 32, 39, 259]),
    ]

    @Test("splits by the pattern of Llama 3", arguments: llama3Rows) func llama3(row: Row) throws {
        try check(
            row,
            TokenizerFixture.byteLevel(
                preTokenizer: TokenizerFixture.splitting(TokenizerFixture.llama3Pattern), addedTokens: added,
                ignoresMerges: true))
    }

    static let qwen2Rows: [Row] = [
        Row(
            "I'm HE'LL don'T it's", [73, 39, 109, 32, 72, 69, 39, 76, 76, 32, 100, 111, 110, 39, 84, 32, 105, 116, 260]),
        Row(
            "12345 12 3\u{663}\u{2167}\u{B2}",
            [49, 50, 51, 52, 53, 32, 49, 50, 32, 51, 217, 163, 226, 133, 167, 194, 178]),
        Row("a\r\nb\r\n\r\n \n c\n\n", [97, 274, 98, 274, 274, 32, 10, 32, 99, 266]),
        Row("  lead  the   end   ", [32, 32, 108, 101, 97, 100, 32, 258, 264, 32, 101, 110, 100, 264, 32]),
        Row("\t\thello\u{A0} the\u{2003}x\u{3000}", [9, 9, 271, 194, 160, 258, 226, 128, 131, 120, 227, 128, 128]),
        Row("e\u{301} é 中文\u{FF0C}ok", [267, 32, 267, 32, 228, 184, 173, 230, 150, 135, 239, 188, 140, 111, 107]),
        Row("\u{1F600}\u{1F469}\u{200D}\u{1F469} x", [276, 128, 275, 145, 169, 226, 128, 141, 275, 145, 169, 32, 120]),
        Row("?!... -- the(hello)", [63, 33, 46, 46, 46, 32, 45, 45, 258, 40, 271, 41]),
        Row("'ſ the 'll", [39, 197, 191, 258, 32, 39, 259]),
    ]

    @Test("splits by the pattern of Qwen 2 after composing", arguments: qwen2Rows) func qwen2(row: Row) throws {
        try check(
            row,
            TokenizerFixture.byteLevel(
                preTokenizer: TokenizerFixture.splitting(TokenizerFixture.qwen2Pattern), normalizer: #"{"type": "NFC"}"#
            ))
    }

    static let possessiveRows: [Row] = [
        Row(
            "I'm HE'LL don'T it's", [73, 39, 109, 32, 72, 69, 39, 76, 76, 32, 100, 111, 110, 39, 84, 32, 105, 116, 260]),
        Row("a\r\nb\r\n\r\n \n c\n\n", [97, 274, 98, 274, 274, 32, 10, 32, 99, 266]),
        Row("  lead  the   end   ", [32, 32, 108, 101, 97, 100, 32, 258, 264, 32, 101, 110, 100, 264, 32]),
        Row("\t\thello\u{A0} the\u{2003}x\u{3000}", [9, 9, 271, 194, 160, 258, 226, 128, 131, 120, 227, 128, 128]),
        Row(
            "e\u{301} é 中文\u{FF0C}ok",
            [101, 204, 129, 32, 267, 32, 228, 184, 173, 230, 150, 135, 239, 188, 140, 111, 107]),
        Row("\u{1F600}\u{1F469}\u{200D}\u{1F469} x", [276, 128, 275, 145, 169, 226, 128, 141, 275, 145, 169, 32, 120]),
        Row("?!... -- the(hello)", [63, 33, 46, 46, 46, 32, 45, 45, 258, 40, 271, 41]),
        Row("'ſ the 'll", [39, 197, 191, 258, 32, 39, 259]),
    ]

    @Test("understands possessive quantifiers", arguments: possessiveRows) func possessive(row: Row) throws {
        try check(
            row,
            TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.splitting(TokenizerFixture.possessivePattern)))
    }

    @Test("gives back every text, byte by byte", arguments: llama3Rows) func roundTrip(row: Row) throws {
        let tokenizer = try TokenizerFixture.load(
            TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.byteLevelPart(usesPattern: true)))
        #expect(tokenizer.decode(tokenizer.encode(row.text)).utf8.elementsEqual(row.text.utf8))
    }

    @Test("gives U+FFFD for bytes that are no text, and leaves out ids that it does not know") func badIDs() throws {
        let tokenizer = try TokenizerFixture.load(
            TokenizerFixture.byteLevel(preTokenizer: TokenizerFixture.byteLevelPart()))
        #expect(tokenizer.decode([0xE4, 0xB8, 0x41, -1, 99_999, 0xFF, .max, .min]) == "\u{FFFD}A\u{FFFD}")
        #expect(tokenizer.tokens(for: [0x41, -1, 277]) == ["A", nil, nil])
    }
}
