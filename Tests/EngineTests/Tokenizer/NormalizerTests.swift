import Testing

@testable import Engine

@Suite("A normalizer") struct NormalizerTests {
    @Test(
        "changes a text as its name says",
        arguments: [
            (#"{"type": "NFC"}"#, "e\u{301}\u{1109}\u{1161}", "é사"), (#"{"type": "NFD"}"#, "é", "e\u{301}"),
            (#"{"type": "NFKC"}"#, "ﬁ²\u{FF8A}\u{FF9E}", "fi2バ"), (#"{"type": "NFKD"}"#, "ﬁé", "fie\u{301}"),
            (#"{"type": "NFC"}"#, "\u{10041}\u{323}\u{301}", "\u{10041}\u{323}\u{301}"),
            (#"{"type": "Lowercase"}"#, "ÀΣİ", "àσi\u{307}"), (#"{"type": "StripAccents"}"#, "e\u{301}é", "eé"),
            (#"{"type": "Strip", "strip_left": true, "strip_right": false}"#, "\u{3000} a ", "a "),
            (#"{"type": "Strip"}"#, " \n", ""), (#"{"type": "Prepend", "prepend": "_"}"#, "a", "_a"),
            (#"{"type": "Prepend", "prepend": "_"}"#, "", ""),
            (#"{"type": "Replace", "pattern": {"String": "aa"}, "content": "b"}"#, "aaaxa", "baxa"),
            (#"{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}"#, "a \n b", "a b"),
            (
                #"{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]}"#,
                "ÉÄ", "ea"
            ),
        ])
    func changes(json: String, text: String, expected: String) throws {
        let value = try Array(json.utf8).withUnsafeBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
        let normalizer = try Normalizers.read(TokenizerPart(json: value, name: "normalizer", file: ""))
        #expect(normalizer.normalize(Array(text.utf8)) == Array(expected.utf8))
    }
}
