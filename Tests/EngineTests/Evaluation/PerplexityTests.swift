import Foundation
import Testing

@testable import Engine

@Suite("Perplexity") struct PerplexityTests {
    static let model = BigramModel(tokens: [1] + CharacterEncoder.ids("abab"), contextLength: 16)
    static let tokens = ContinuationTokens(
        encoder: CharacterEncoder(), contextLength: model.contextLength, vocabularySize: model.vocabularySize)

    private func result(_ text: String, _ options: Perplexity.Options) throws -> TextResult {
        let part = try Perplexity(text: text, file: "f.txt", options: options, tokens: Self.tokens)
        return try part.result(Self.model.score(part.requests))
    }

    @Test("is the exponential of the mean loss in windows, as worked out by hand")
    func byHand() throws {
        // BOS a b | a b a | b x: two windows of three, two tokens left over.
        let result = try result("abababx", .init(windowLength: 3, textProtocol: .plain))
        let first = -(log(2.0 / 257) + log(3.0 / 258)) / 2
        let second = -(log(3.0 / 258) + log(2.0 / 257)) / 2
        #expect(result.windows == 2 && result.tokens == 8 && result.windowLength == 3)
        #expect(abs(result.meanLoss - (first + second) / 2) < 1e-14)
        #expect(abs(result.perplexity / exp((first + second) / 2) - 1) < 1e-14)
        #expect(abs(result.meanLossStandardError ?? 1) < 1e-14)
        #expect(result.file == "f.txt" && result.textProtocol == .plain)
    }

    @Test("has the standard error of the windows' means")
    func standardError() throws {
        // BOS a | b x: losses −log 2/257 and −log 1/257, their half difference log 2 / 2.
        let result = try result("abx", .init(windowLength: 2, textProtocol: .plain))
        #expect(abs((result.meanLossStandardError ?? 0) - log(2.0) / 2) < 1e-14)
    }

    @Test("takes the first windows when told how many")
    func maximum() throws {
        let options = Perplexity.Options(windowLength: 3, maximumWindows: 1, textProtocol: .plain)
        let result = try result("abxxxxx", options)
        #expect(result.windows == 1 && result.tokens == 8)
        #expect(abs(result.meanLoss + (log(2.0 / 257) + log(3.0 / 258)) / 2) < 1e-14)
        #expect(result.meanLossStandardError == nil)
        let more = try self.result("abxxxxx", .init(windowLength: 3, maximumWindows: 99, textProtocol: .plain))
        #expect(more.windows == 2)
    }

    @Test("follows rows by default, in windows of 128")
    func defaults() {
        #expect(Perplexity.Options() == .init(windowLength: 128, maximumWindows: nil, textProtocol: .rows))
    }

    @Test("has no second beginning of text")
    func beginning() throws {
        let part = try Perplexity(
            text: "<s>ab", file: "f", options: .init(windowLength: 3, textProtocol: .plain), tokens: Self.tokens)
        #expect(part.requests == [ScoringRequest(tokens: [1] + CharacterEncoder.ids("ab"), targetStart: 1)])
    }

    @Test("refuses windows that the model cannot read", arguments: [-1, 0, 1, 17])
    func windowLength(_ length: Int) {
        #expect(throws: EvaluationError.windowLength(length, contextLength: 16)) {
            try result("abab", .init(windowLength: length))
        }
    }

    @Test("refuses a text shorter than a window, and no windows at all")
    func tooShort() {
        #expect(throws: TextFileError.tooShort(file: "f.txt", tokens: 3, windowLength: 4)) {
            try result("ab", .init(windowLength: 4, textProtocol: .plain))
        }
        #expect(throws: EvaluationError.maximumWindows(0)) {
            try result("abab", .init(windowLength: 4, maximumWindows: 0))
        }
    }

    @Test("refuses losses that are no numbers")
    func notFinite() throws {
        let part = try Perplexity(
            text: "abab", file: "f", options: .init(windowLength: 2, textProtocol: .plain), tokens: Self.tokens)
        let scores = [-1, .nan].map { ScoringResult(tokenLogLikelihoods: [$0], isGreedy: false) }
        #expect(throws: EvaluationError.notFinite(source: "f", id: "window 1")) { try part.result(scores) }
    }

    @Test(
        "joins rows by empty lines",
        arguments: [
            ("a\nb\n", "a\n\n\nb\n"), ("a\nb", "a\n\n\nb\n"), (" \na\n", "\n\na\n"),
            ("a\n\nb \n \n", "a\n\n\n\n\nb \n\n\n"),
            ("a\r\nb", "a\r\n\n\nb\n"),
        ])
    func rows(file: String, text: String) {
        #expect(Array(TextProtocol.rows.text(of: file).utf8) == Array(text.utf8))
        #expect(TextProtocol.plain.text(of: file) == file)
    }

    @Test("needs a file with text in UTF-8")
    func files() throws {
        #expect(throws: TextFileError.missing(file: "/no/such.txt")) { try TextFile.read("/no/such.txt") }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: TextFileError.unreadable(file: folder)) { try TextFile.read(folder) }
        #expect(throws: TextFileError.empty(file: "f")) { try TextFile.text([], file: "f") }
        #expect(throws: TextFileError.empty(file: "f")) { try TextFile.text(Array(" \n".utf8), file: "f") }
        #expect(throws: TextFileError.invalidUTF8(file: "f", line: 2)) {
            try TextFile.text([0x61, 0x0a, 0xc3, 0x0a, 0x62], file: "f")
        }
        #expect(try TextFile.text(Array("\u{feff}ab".utf8), file: "f") == "ab")
    }

    @Test("makes of WikiText-2 the text that the reference scores", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
    func wikiText() throws {
        let file = try TextFile.read(Shared.url("data/text/wikitext2-test.txt").path)
        let text = TextProtocol.rows.text(of: file)
        // 4,358 rows, of which 1,467 hold a single blank.
        let rows = file.utf8.count { $0 == 10 }
        #expect(text.utf8.count == file.utf8.count - Self.blankRows(file) + 2 * (rows - 1))
        #expect(text.hasPrefix("\n\n = Robert <unk> = \n\n\n\n\n Robert <unk> is an English film"))
    }

    /// Bytes that rows of white space lose: the blank and the newline.
    private static func blankRows(_ file: String) -> Int {
        file.utf8.split(separator: 10).reduce(0) { $0 + ($1.elementsEqual([32]) ? 2 : 0) }
    }
}
