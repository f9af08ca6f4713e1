import Testing

@testable import qpx

@Suite("Did you mean") struct SuggestionTests {
    @Test(
        "finds the nearest known word, and none for something else",
        arguments: [
            ("serach", "search"), ("trails", "trials"), ("tri", "trials"), ("compaer", "compare"), ("xyz", nil),
            ("", nil), ("quantise", "quantize"), ("learningrate", "learning-rate"),
        ] as [(String, String?)])
    func nearest(word: String, expected: String?) {
        let known = ["search", "searches", "trials", "compare", "quantize", "learning-rate"]
        #expect(Suggestion.nearest(to: word, in: known) == expected)
    }

    @Test("counts swaps of neighbours as one change") func distance() {
        #expect(Suggestion.distance("serach", "search") == 1)
        #expect(Suggestion.distance("abc", "") == 3)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }
}
