import Testing

@testable import Engine

@Suite("Windows of a training text") struct TextWindowsTests {
    @Test(
        "documents are what stands between blank lines",
        arguments: [
            ("a\nb\n\nc\n", ["a\nb", "c"]), ("\n\n  \n a \n\t\nb", [" a ", "b"]),
            ("a\r\nb\r\n\r\nc\r\n", ["a\r\nb", "c"]),
            ("", []), ("\n \n", []), ("é\n\n日本", ["é", "日本"]),
        ])
    func documents(text: String, expected: [String]) { #expect(TextWindows.documents(of: text) == expected) }

    @Test("cover the text once per epoch, in an order that the seed fixes")
    func epochs() throws {
        let windows = try TextWindows(tokens: Array(0..<103), length: 10, seed: 4)
        let epoch = (0..<5).flatMap { step -> [[Int32]] in
            let batch = windows.batch(step: step, size: 2)
            return batch.sequences.map { Array(batch.tokens[$0]) }
        }
        let all = epoch.flatMap { $0 }
        #expect(Set(all).count == 100)
        #expect(epoch.allSatisfy { $0.count == 10 && $0.last == $0[0] + 9 })
        #expect(windows.batch(step: 3, size: 4) == windows.batch(step: 3, size: 4))
        #expect(
            try TextWindows(tokens: Array(0..<103), length: 10, seed: 5).batch(step: 0, size: 10)
                != windows.batch(step: 0, size: 10))
    }

    @Test("need at least one window of text")
    func tooShort() {
        #expect(throws: TrainingError.textTooShort(tokens: 9, needed: 10)) {
            try TextWindows(tokens: Array(0..<9), length: 10, seed: 0)
        }
    }
}
