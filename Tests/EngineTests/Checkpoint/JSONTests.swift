import Testing

@testable import Engine

@Suite("JSON") struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue {
        try Array(text.utf8).withUnsafeBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
    }

    @Test(
        "comes back as it was read: order, digits, text",
        arguments: [
            #"{"b":1e-05,"a":[1,-0.50,true,false,null],"":{}}"#, #"["\"\\\n\t\r\u0001é😀",[],"end"]"#, "0", #""x""#,
        ])
    func roundTrip(text: String) throws {
        #expect(try parse(text).compactText == text)
        #expect(try parse(parse(text).prettyText) == parse(text))
    }

    @Test("escapes name scalars") func escapes() throws {
        #expect(try parse(#""\u0041\ud83d\ude00\/\b\f\u00e9""#) == .string("A😀/\u{8}\u{c}é"))
    }

    @Test("keeps names apart that are canonically equal") func canonicalEquivalence() throws {
        let members = try #require(try parse("{\"é\":1,\"e\u{301}\":2}").members)
        #expect(members.map { Array($0.name.utf8) } == [[0xC3, 0xA9], [0x65, 0xCC, 0x81]])
    }

    @Test(
        "that breaks the grammar is refused",
        arguments: [
            "", " ", "{", "[1,", "[1 2]", "{\"a\" 1}", "{\"a\":1,}", "[1,]", "{a:1}", "tru", "nul", "01", "1.", ".5",
            "1e",
            "+1", "-", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
            "\"\\udc00\"", "\"\u{1}\"", "1 2", "NaN", "Infinity",
        ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "that is not UTF-8 is refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) {
            try bytes.withUnsafeBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
        }
    }
}
