import Testing

@testable import Engine

@Suite("A regular expression") struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: String) throws -> [String] {
        let expression = try RegularExpression(pattern)
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { expression.matches(in: $0) }
            .map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let pattern: String
        let text: String
        let found: [String]
        var testDescription: String { "\(pattern.quoted) in \(text.quoted)" }
        init(_ pattern: String, _ text: String, _ found: [String]) {
            self.pattern = pattern
            self.text = text
            self.found = found
        }
    }

    static let cases: [Case] = [
        Case("a|ab", "abab", ["a", "a"]), Case("(?:ab|a)(?:c|bcd)?", "abcd", ["abc"]),
        Case("a*b", "aaab b", ["aaab", "b"]),
        Case("a{2}", "aaaaa", ["aa", "aa"]), Case("a{2,}", "a aa aaa", ["aa", "aaa"]), Case("a{,2}b", "aaab", ["aab"]),
        Case("a{1,2}", "aaa", ["aa", "a"]), Case("a{x}", "a{x}", ["a{x}"]),
        Case("(ab){1,2}c", "ababc abc", ["ababc", "abc"]),
        Case("a+?b?", "aab", ["a", "ab"]), Case("(?:ab)+?", "abab", ["ab", "ab"]), Case("a?+a", "aa a", ["aa"]),
        Case("a++b", "aab", ["aab"]), Case("[a-c]+", "abcd", ["abc"]), Case("[^a-c]", "abcd", ["d"]),
        Case("[]a]+", "]a", ["]a"]), Case("[a-]+", "-a", ["-a"]), Case("[\\]\\-x]+", "x]-", ["x]-"]),
        Case("[[a-c][x-z]]+", "axdz", ["ax", "z"]), Case("[^[a-c]x]+", "axdz", ["dz"]),
        Case("\\p{Lu}", "aBcÄ", ["B", "Ä"]),
        Case("\\P{L}+", "a1-b", ["1-"]), Case("\\p{^L}+", "a1-b", ["1-"]),
        Case("[\\p{L}\\p{M}]+", "e\u{301}1", ["e\u{301}"]),
        Case("\\s+(?!\\S)", "a   b", ["  "]), Case("\\s+(?!\\S)", "a   ", ["   "]), Case("a(?=b)", "ab ac", ["a"]),
        Case("(?=(?!b)\\w)\\w", "abc", ["a", "c"]), Case("(?i:'s|ß)", "'S's'ſ", ["'S", "'s", "'ſ"]),
        Case("(?i)he(?-i:LL)", "HELL hell", ["HELL"]), Case("(?i:[k-l]+)", "KLk\u{212A}", ["KLk\u{212A}"]),
        Case("(?i:[^k])", "Kka", ["a"]), Case("^a|b$", "a\nab\nb", ["a", "a", "b", "b"]),
        Case(".+", "a\nb", ["a", "b"]),
        Case("\\d+", "12٣x", ["12٣"]), Case("\\w+", "a_1é²-Ⅷ", ["a_1é²", "Ⅷ"]),
        Case("\\x41\\u0042\\x{43}", "ABC", ["ABC"]),
        Case("\\.\\*", ".*", [".*"]), Case("\\r\\n|\\t", "\r\n\t", ["\r\n", "\t"]), Case("x*", "axb", ["", "x", ""]),
        Case("\u{1F600}+", "\u{1F600}\u{1F600}", ["\u{1F600}\u{1F600}"]),
        Case("\\s", "\u{A0}\u{85}\u{2028}\u{200B}\u{1C}", ["\u{A0}", "\u{85}", "\u{2028}"]),
        Case("", "ab", ["", "", ""]), Case("a", "", []),
    ]

    @Test("finds what Oniguruma finds", arguments: cases) func finds(_ item: Case) throws {
        #expect(try matches(item.pattern, item.text) == item.found)
    }

    @Test(
        "outside the notation is refused, saying where",
        arguments: [
            ("(a", 2, "missing ')'"), ("a)", 1, "unmatched ')'"), ("[a", 2, "missing ']'"),
            ("*a", 0, "nothing to repeat"),
            ("(?<=a)b", 0, "a group of this kind"), ("(?<n>a)", 0, "a group of this kind"),
            ("(?>a)", 0, "a group of this kind"),
            ("\\1", 2, "the escape"), ("\\b", 2, "the escape"), ("\\p{Han}", 3, "the property 'Han'"),
            ("\\p{L", 4, "missing '}'"),
            ("\\pL", 2, "expected '{'"), ("[z-a]", 4, "a range"), ("[a-\\s]", 5, "a range"),
            ("[a&&b]", 4, "an intersection"),
            ("[[:alpha:]]", 1, "a POSIX"), ("(a*)*", 4, "an endless repetition"),
            ("(a?){2,}", 4, "an endless repetition"),
            ("a{9999}", 1, "a repetition count"), ("a{3,2}", 1, "a repetition count"), ("(ab)++", 4, "a possessive"),
            ("\\", 1, "the pattern ends"), ("\\xZZ", 2, "a hexadecimal"), ("\\x{110000}", 9, "a hexadecimal"),
            ("((a{1000}b){1000}c){1000}", 0, "its repetitions make it too large"),
            (String(repeating: "(", count: 9999), 50, "too many nested"),
            (String(repeating: "[", count: 9999), 51, "too many nested"),
        ])
    func refuses(pattern: String, offset: Int, reason: String) throws {
        let error = try #require(throws: PatternError.self) { try RegularExpression(pattern) }
        #expect(error.reason.hasPrefix(reason), "\(error)")
        #expect(error.offset == offset)
    }

    @Test(
        "that backtracks without end elsewhere finishes here",
        arguments: ["(a|aa)+$x", "(a|a)*b", "(?:a+)+b", "(?=(a+)+b)a"])
    func catastrophic(pattern: String) throws {
        #expect(try matches(pattern, String(repeating: "a", count: 300)) == [])
    }

    @Test("goes through long runs without recursion") func longRuns() throws {
        let spaces = String(repeating: " ", count: 300_000)
        #expect(try matches(TokenizerFixture.llama3Pattern, spaces) == [spaces])
        #expect(try matches("(?:ab?)+", String(repeating: "a", count: 300_000)).count == 1)
    }
}
