import Foundation
import Synchronization
import Testing

@testable import Engine

@Suite("Evaluator") struct EvaluatorTests {
    /// Counts how often it is asked.
    final class Counting: LanguageModel {
        let model: BigramModel
        let calls = Mutex<[Int]>([])
        var vocabularySize: Int { model.vocabularySize }
        var contextLength: Int { model.contextLength }
        init(_ model: BigramModel) { self.model = model }
        func score(_ requests: [ScoringRequest]) throws -> [ScoringResult] {
            calls.withLock { $0.append(requests.count) }
            return try model.score(requests)
        }
    }

    private func task(_ name: String) throws -> MultipleChoiceTask {
        let lines = [
            #"{"id":"1","context":"a","choices":["b","c"],"gold":0}"#,
            #"{"id":"2","context":"b","choices":["a","c"],"gold":1}"#,
        ]
        return try TaskFile.parse(Array(lines.joined(separator: "\n").utf8), file: name + ".jsonl")
    }

    private func temporaryFile(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString).txt")
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test("scores a task in one call, texts in parts, and reports progress")
    func progress() throws {
        let model = Counting(BigramModel(tokens: [1] + CharacterEncoder.ids("abab")))
        let file = try temporaryFile(String(repeating: "ab", count: 300))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let options = Perplexity.Options(windowLength: 2, textProtocol: .plain)
        var seen: [[Int]] = []
        var names: [String] = []
        let result = try Evaluator(model: model, encoder: CharacterEncoder()).evaluate(
            tasks: [task("x"), task("y")], texts: [.init(file: file, options: options)]
        ) { done, total, what in
            seen.append([done, total])
            names.append(what)
        }
        #expect(result.tasks.map(\.task) == ["x", "y"])
        #expect(result.tasks.map(\.acc) == [0.5, 0.5])
        #expect(result.texts.map(\.windows) == [300])
        #expect(model.calls.withLock { $0 } == [4, 4, 256, 44])
        #expect(seen == [[0, 308], [4, 308], [8, 308], [264, 308], [308, 308]])
        #expect(names == ["x", "y", file, file, "done"])
    }

    @Test("finds a fault in the last file before it scores the first")
    func failsEarly() throws {
        let model = Counting(BigramModel(tokens: [1, 97, 98]))
        #expect(throws: TextFileError.missing(file: "/no/such.txt")) {
            try Evaluator(model: model, encoder: CharacterEncoder())
                .evaluate(tasks: [task("x")], texts: [.init(file: "/no/such.txt")])
        }
        #expect(model.calls.withLock { $0 }.isEmpty)
    }

    @Test("does nothing when asked for nothing")
    func nothing() throws {
        let evaluator = Evaluator(model: BigramModel(tokens: [1, 97]), encoder: CharacterEncoder())
        let result = try evaluator.evaluate { _, _, _ in Issue.record("no progress to report") }
        #expect(result == EvaluationResult(tasks: [], texts: []))
    }

    @Test("gives texts in JSON under fixed keys")
    func json() throws {
        let text = TextResult(
            file: "f.txt", perplexity: 2, meanLoss: 0.5, meanLossStandardError: nil, tokens: 9, windows: 1,
            windowLength: 8, textProtocol: .rows)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(EvaluationResult(tasks: [], texts: [text]))
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"tasks":[],"texts":[{"file":"f.txt","mean_loss":0.5,"mean_loss_stderr":null,"perplexity":2,"#
                + #""text_protocol":"rows","tokens":9,"window_length":8,"windows":1}]}"#)
        #expect(try JSONDecoder().decode(EvaluationResult.self, from: data).texts == [text])
    }

    @Test(
        "says what is wrong in one line",
        arguments: [
            EvaluationError.noPrefixToken(source: "t"), .noTokens(source: "t", id: "e", choice: 0),
            .continuationTooLong(source: "t", id: "e", choice: 0, tokens: 9, contextLength: 4),
            .tokenOutsideVocabulary(source: "t", token: 9, vocabularySize: 4), .notFinite(source: "t", id: "e"),
            .windowLength(1, contextLength: 4), .maximumWindows(0),
        ])
    func oneLine(_ error: EvaluationError) {
        #expect(!error.description.contains("\n") && error.description.count > 30)
    }
}

@Suite("Standard errors") struct StandardErrorTests {
    @Test("of accuracies are √(p (1 − p) / (n − 1))", arguments: [(1, 2), (3, 10), (0, 5), (7, 7), (600, 1000)])
    func accuracy(right: Int, count: Int) throws {
        let error = try #require(StandardError.ofAccuracy((0..<count).map { $0 < right }))
        let p = Double(right) / Double(count)
        #expect(abs(error - (p * (1 - p) / Double(count - 1)).squareRoot()) < 1e-12)
    }

    @Test("of means use the sample's deviation")
    func mean() {
        // Squares about 5: 9, 1, 1, 9; 20 / 3 / 4.
        #expect(abs((StandardError.ofMean([2, 4, 6, 8]) ?? 0) - (20.0 / 12).squareRoot()) < 1e-15)
    }

    @Test("are unknown for single values")
    func unknown() {
        #expect(StandardError.ofMean([]) == nil && StandardError.ofMean([1]) == nil)
        #expect(StandardError.ofAccuracy([true]) == nil)
        #expect(StandardError.ofAverage([]) == nil && StandardError.ofAverage([0.1, nil]) == nil)
    }

    @Test("of averages add in squares")
    func average() { #expect(abs((StandardError.ofAverage([0.3, 0.4]) ?? 0) - 0.25) < 1e-15) }

    @Test("of paired differences see what the pairs share")
    func paired() {
        #expect(StandardError.ofPairedDifference([1, 2, 3], [0, 1, 2]) == 0)
        #expect(abs((StandardError.ofPairedDifference([1, 0], [0, 1]) ?? 0) - 1) < 1e-15)
    }
}
