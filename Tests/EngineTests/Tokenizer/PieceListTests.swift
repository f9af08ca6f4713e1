import Testing

@testable import Engine

@Suite("Cutting a text") struct PieceListTests {
    private func pieces(_ list: PieceList) -> [String] {
        list.ranges.map { String(decoding: list.bytes[$0], as: UTF8.self) }
    }

    /// Expected pieces: the package tokenizers 0.23.3.
    @Test(
        "at a pattern treats the matches as asked",
        arguments: [
            ("Isolated", false, ["-", "-", "a", "-", "bc", ",", ",", "-", "d", "-"]),
            ("Removed", false, ["a", "bc", "d"]),
            ("MergedWithPrevious", false, ["-", "-", "a-", "bc,", ",", "-", "d-"]),
            ("MergedWithNext", false, ["-", "-a", "-bc", ",", ",", "-d", "-"]),
            ("Contiguous", false, ["--", "a", "-", "bc", ",,-", "d", "-"]),
            ("Removed", true, ["-", "-", "-", ",", ",", "-", "-"]),
            ("MergedWithNext", true, ["-", "-", "a-", "bc,", ",", "-", "d-"]),
        ])
    func behaviors(name: String, isInverted: Bool, expected: [String]) throws {
        let behavior = try #require(SplitBehavior(rawValue: name))
        var list = PieceList(Array("--a-bc,,-d-".utf8), startsText: true)
        list.split(.expression(try RegularExpression("-|,")), behavior, inverted: isInverted)
        #expect(pieces(list) == expected)
    }

    @Test("remembers whether the first piece starts the text") func start() {
        for (text, startsText) in [("ab c", true), (" b", false)] {
            var list = PieceList(Array(text.utf8), startsText: true)
            list.split(.scalars(.whitespace), .removed)
            #expect(list.startsText == startsText)
        }
    }

    /// Expected pieces: the package tokenizers 0.23.3.
    @Test(
        "by kind of character",
        arguments: [
            (#"{"type": "Digits", "individual_digits": true}"#, "a12 ٣Ⅷ", ["a", "1", "2", " ", "٣", "Ⅷ"]),
            (#"{"type": "Digits"}"#, "a12 ٣Ⅷ", ["a", "12", " ", "٣Ⅷ"]),
            (#"{"type": "Punctuation"}"#, "a,,$b—c", ["a", ",", ",", "$", "b", "—", "c"]),
            (#"{"type": "Punctuation", "behavior": "Contiguous"}"#, "a,,$b", ["a", ",,$", "b"]),
            (#"{"type": "Whitespace"}"#, " it's 5€\u{200D}x\n", ["it", "'", "s", "5", "€", "\u{200D}x"]),
            (#"{"type": "WhitespaceSplit"}"#, " it's 5€\u{3000}x\n", ["it's", "5€", "x"]),
            (
                #"{"type": "Split", "pattern": {"String": "ab"}, "behavior": "MergedWithPrevious"}"#, "abxababy",
                ["ab", "xab", "ab", "y"]
            ),
        ])
    func kinds(json: String, text: String, expected: [String]) throws {
        let value = try Array(json.utf8).withUnsafeBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
        var list = PieceList(Array(text.utf8), startsText: true)
        try PreTokenizers.read(TokenizerPart(json: value, name: "pre_tokenizer", file: "")).split(&list)
        #expect(pieces(list) == expected)
    }
}
