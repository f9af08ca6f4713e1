import Engine
import Testing

@testable import ExampleMaker

@Suite("Splitting into words") struct WordSplitTests {
    @Test(
        "follows GPT-2's pattern",
        arguments: [
            ("", []),
            ("Anna lives in Ashby.", ["Anna", " lives", " in", " Ashby", "."]),
            ("one, two", ["one", ",", " two"]),
            ("a  b", ["a", " ", " b"]),
            ("a   b", ["a", "  ", " b"]),
            ("end \n\nNext", ["end", " \n", "\n", "Next"]),
            ("x.\n\nThe", ["x", ".", "\n", "\n", "The"]),
            ("x\ny", ["x", "\n", "y"]),
            ("blank at end  ", ["blank", " at", " end", "  "]),
            ("it's we'll they've", ["it", "'s", " we", "'ll", " they", "'ve"]),
            ("it 's 'tis", ["it", " '", "s", " '", "tis"]),
            ("'tis 'x", ["'t", "is", " '", "x"]),
            ("room 101b?!", ["room", " 101", "b", "?!"]),
            ("tab\tx \ty", ["tab", "\t", "x", " ", "\t", "y"]),
        ])
    func splits(text: String, pieces: [String]) {
        #expect(WordSplit.pieces(of: text).map { String(decoding: $0, as: UTF8.self) } == pieces)
    }

    @Test("loses nothing") func losesNothing() {
        var random = RandomSource(seed: 4)
        for _ in 0..<500 {
            let bytes = (0..<random.integer(below: 30)).map { _ in random.pick(Array(" \n\t'sat1.,lvre".utf8)) }
            #expect(WordSplit.pieces(of: String(decoding: bytes, as: UTF8.self)).flatMap(Array.init) == bytes)
        }
    }
}
