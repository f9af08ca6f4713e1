import Testing

@testable import Engine

/// Expected ids and texts: the package tokenizers 0.23.3 on the same `tokenizer.json`.
@Suite("A tokenizer in SentencePiece style") struct SentencePieceTokenizerTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        let ids: [Int32]
        let decoded: String
        var testDescription: String { text.quoted }
        init(_ text: String, _ ids: [Int32], _ decoded: String) {
            self.text = text
            self.ids = ids
            self.decoded = decoded
        }
    }

    private let added = """
        [\(TokenizerFixture.added("<s>", id: 1)), \(TokenizerFixture.added("</s>", id: 2)),
         \(TokenizerFixture.added("[M]", id: 314, #""special": true, "lstrip": true"#)),
         \(TokenizerFixture.added("[R]", id: 315, #""special": true, "rstrip": true"#)),
         \(TokenizerFixture.added("wrd", id: 316, #""single_word": true"#)),
         \(TokenizerFixture.added("Norm", id: 317, #""normalized": true"#))]
        """
    private let fewAdded = "[\(TokenizerFixture.added("<s>", id: 1)), \(TokenizerFixture.added("</s>", id: 2))]"
    private let metaspaceDecoder = """
        {"type": "Sequence", "decoders": [
         {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}, {"type": "Fuse"}]}
        """

    private func check(_ row: Row, _ json: String) throws {
        let tokenizer = try TokenizerFixture.load(json)
        let ids = tokenizer.encode(row.text)
        #expect(ids == row.ids)
        #expect(tokenizer.decode(ids).utf8.elementsEqual(row.decoded.utf8))
    }

    static let legacyRows: [Row] = [
        Row("the world", [1, 302, 313, 271, 263, 2], "the world"),
        Row("  the  ing", [1, 303, 302, 303, 309, 2], "  the  ing"),
        Row("<s>the</s> a", [1, 1, 302, 2, 303, 260, 2], "the  a"),
        Row("a [M] b [R]  the", [1, 307, 314, 303, 261, 259, 315, 302, 2], "a  b  the"),
        Row("wrd xwrd wrd.", [1, 316, 303, 283, 282, 277, 263, 259, 316, 259, 290, 2], "wrd  xwrd wrd ."),
        Row("Norm xNorm", [1, 317, 259, 283, 81, 312, 272, 2], "Norm xNorm"),
        Row(
            "é日本\u{1F600}x\n", [1, 259, 299, 233, 154, 168, 233, 159, 175, 243, 162, 155, 131, 283, 13, 2],
            "é日本\u{1F600}x\n"),
        Row("\u{2581}the", [1, 259, 302, 2], " the"),
        Row("", [1, 2], ""),
    ]

    @Test(
        "as of the first Llama models: prepends, replaces, falls back to bytes, adds tokens around",
        arguments: legacyRows) func legacy(row: Row) throws
    {
        try check(
            row,
            TokenizerFixture.sentencePiece(
                normalizer: TokenizerFixture.legacyNormalizer, addedTokens: added,
                postProcessor: TokenizerFixture.template, decoder: TokenizerFixture.legacyDecoder))
    }

    static let firstRows: [Row] = [
        Row("the world", [1, 302, 313, 271, 263, 2], "the world"),
        Row("  the  ing", [1, 259, 302, 259, 259, 309, 2], " the  ing"),
        Row("<s>the</s> a", [1, 1, 279, 301, 2, 307, 2], "the a"),
        Row("a [M] b [R]  the", [1, 307, 314, 259, 261, 259, 315, 279, 301, 2], "a b the"),
        Row("wrd xwrd wrd.", [1, 316, 259, 283, 282, 277, 263, 259, 316, 290, 2], "wrd xwrd wrd."),
        Row("Norm xNorm", [1, 317, 259, 283, 317, 2], "Norm xNorm"),
        Row(
            "é日本\u{1F600}x\n", [1, 259, 299, 233, 154, 168, 233, 159, 175, 243, 162, 155, 131, 283, 13, 2],
            "é<0xE6><0x97><0xA5><0xE6><0x9C><0xAC><0xF0><0x9F><0x98><0x80>x<0x0A>"),
        Row("\u{2581}the", [1, 302, 2], "the"),
        Row("", [1, 2], ""),
    ]

    @Test("with Metaspace prepends before the first piece only", arguments: firstRows) func first(row: Row) throws {
        try check(
            row,
            TokenizerFixture.sentencePiece(
                preTokenizer: TokenizerFixture.metaspace("first"), addedTokens: added,
                postProcessor: TokenizerFixture.template, decoder: metaspaceDecoder))
    }

    static let alwaysRows: [Row] = [
        Row("the world", [302, 313, 271, 263], "\u{2581}the \u{2581}wor l d"),
        Row("  the  ing", [259, 302, 259, 259, 309], "\u{2581} \u{2581}the \u{2581} \u{2581} ing"),
        Row("<s>the</s> a", [1, 302, 2, 307], "\u{2581}the \u{2581}a"),
        Row("Norm xNorm", [259, 81, 312, 272, 259, 283, 81, 312, 272], "\u{2581} <0x4E> or m \u{2581} x <0x4E> or m"),
        Row(
            "é日本\u{1F600}x\n", [259, 299, 233, 154, 168, 233, 159, 175, 243, 162, 155, 131, 283, 13],
            "\u{2581} é <0xE6> <0x97> <0xA5> <0xE6> <0x9C> <0xAC> <0xF0> <0x9F> <0x98> <0x80> x <0x0A>"),
        Row("\u{2581}the", [302], "\u{2581}the"),
        Row("", [], ""),
    ]

    @Test("with Metaspace prepends before every piece", arguments: alwaysRows) func always(row: Row) throws {
        try check(
            row,
            TokenizerFixture.sentencePiece(preTokenizer: TokenizerFixture.metaspace("always"), addedTokens: fewAdded))
    }

    static let neverRows: [Row] = [
        Row("the world", [279, 301, 313, 271, 263], "the world"),
        Row("  the  ing", [259, 302, 303, 309], " the  ing"),
        Row("<s>the</s> a", [1, 279, 301, 2, 307], "the a"),
        Row("Norm xNorm", [81, 312, 272, 259, 283, 81, 312, 272], "<0x4E>orm x<0x4E>orm"),
        Row(
            "é日本\u{1F600}x\n", [299, 233, 154, 168, 233, 159, 175, 243, 162, 155, 131, 283, 13],
            "é<0xE6><0x97><0xA5><0xE6><0x9C><0xAC><0xF0><0x9F><0x98><0x80>x<0x0A>"),
        Row("\u{2581}the", [302], "the"),
        Row("", [], ""),
    ]

    @Test("with Metaspace prepends nowhere and does not cut", arguments: neverRows) func never(row: Row) throws {
        try check(
            row,
            TokenizerFixture.sentencePiece(
                preTokenizer: TokenizerFixture.metaspace("never", cuts: false), addedTokens: fewAdded,
                decoder: metaspaceDecoder))
    }

    static let notFusedRows: [Row] = [
        Row("the world", [46, 57, 15, 7], "\u{2581}the \u{2581}wor l d"),
        Row("  the  ing", [47, 46, 47, 53], "\u{2581}\u{2581} \u{2581}the \u{2581}\u{2581} ing"),
        Row("<s>the</s> a", [1, 46, 2, 47, 4], "\u{2581}the \u{2581}\u{2581} a"),
        Row(
            "a [M] b [R]  the", [51, 3, 0, 0, 0, 3, 5, 3, 0, 0, 0, 3, 46],
            "\u{2581}a \u{2581} <unk> <unk> <unk> \u{2581} b \u{2581} <unk> <unk> <unk> \u{2581} \u{2581}the"),
        Row("Norm xNorm", [3, 0, 56, 16, 3, 27, 0, 56, 16], "\u{2581} <unk> or m \u{2581} x <unk> or m"),
        Row("é日本\u{1F600}x\n", [3, 43, 0, 0, 0, 27, 0], "\u{2581} é <unk> <unk> <unk> x <unk>"),
        Row("\u{2581}the", [3, 46], "\u{2581} \u{2581}the"),
        Row("", [], ""),
    ]

    @Test("without byte fallback has an unknown token for each character", arguments: notFusedRows) func notFused(
        row: Row
    ) throws {
        try check(
            row,
            TokenizerFixture.sentencePiece(
                normalizer: TokenizerFixture.legacyNormalizer, addedTokens: fewAdded, hasByteFallback: false,
                fusesUnknown: false))
    }

    static let fusedRows: [Row] = [
        Row("Norm xNorm", [3, 0, 56, 16, 3, 27, 0, 56, 16], "\u{2581} <unk> or m \u{2581} x <unk> or m"),
        Row("é日本\u{1F600}x\n", [3, 43, 0, 27, 0], "\u{2581} é <unk> x <unk>"),
        Row("", [], ""),
    ]

    @Test("fuses unknown characters in a row if asked to", arguments: fusedRows) func fused(row: Row) throws {
        try check(
            row,
            TokenizerFixture.sentencePiece(
                normalizer: TokenizerFixture.legacyNormalizer, addedTokens: fewAdded, hasByteFallback: false))
    }

    @Test("takes the older add_prefix_space for a prepend scheme", arguments: [("true", "always"), ("false", "never")])
    func olderSetting(flag: String, scheme: String) throws {
        let older = try TokenizerFixture.load(
            TokenizerFixture.sentencePiece(
                preTokenizer: #"{"type": "Metaspace", "replacement": "▁", "add_prefix_space": \#(flag)}"#))
        let newer = try TokenizerFixture.load(
            TokenizerFixture.sentencePiece(preTokenizer: TokenizerFixture.metaspace(scheme)))
        for text in ["the world", " the", "x"] { #expect(older.encode(text) == newer.encode(text)) }
    }
}
