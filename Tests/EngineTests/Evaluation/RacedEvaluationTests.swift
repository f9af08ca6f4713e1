import Foundation
import Synchronization
import Testing

@testable import Engine

@Suite("A raced evaluation") struct RacedEvaluationTests {
    /// Counts the sequences that it is asked for.
    final class Counting: LanguageModel {
        let model: BigramModel
        let count = Mutex(0)
        var vocabularySize: Int { model.vocabularySize }
        var contextLength: Int { model.contextLength }
        init(_ model: BigramModel) { self.model = model }
        func score(_ requests: [ScoringRequest]) throws -> [ScoringResult] {
            count.withLock { $0 += requests.count }
            return try model.score(requests)
        }
    }

    // A space stands between question and choice. Only `good` knows the text's pairs of letters.
    private static let good = BigramModel(tokens: [1] + CharacterEncoder.ids("abcababcaba b b b b b"))
    private static let bad = BigramModel(tokens: [1] + CharacterEncoder.ids("a c c c c c b"))

    /// Questions that `good` answers with "b" and `bad` with "c"; contexts differ, so that each is scored for itself.
    private static func task(_ name: String, count: Int, subtasks: [String] = []) throws -> MultipleChoiceTask {
        let lines = (0..<count).map { n in
            let subtask = subtasks.isEmpty ? "" : #""subtask":"\#(subtasks[n % subtasks.count])","#
            let context = String(repeating: "b", count: n % 30 + 1) + (n % 2 == 0 ? "b" : "c") + "a"
            return
                #"{"id":"\#(name)/\#(n)",\#(subtask)"context":"\#(context)","choices":["b","c"],"gold":\#(n % 8 == 7 ? 1 : 0)}"#
        }
        return try TaskFile.parse(Array(lines.joined(separator: "\n").utf8), file: name + ".jsonl")
    }

    private static func evaluator(_ model: any LanguageModel) -> Evaluator {
        Evaluator(model: model, encoder: CharacterEncoder())
    }

    private static func text(_ folder: URL) throws -> Evaluator.Text {
        let file = folder.appending(path: "text.txt").path
        try Data(String(repeating: "abcab", count: 800).utf8).write(to: URL(filePath: file))
        return .init(file: file, options: Perplexity.Options(windowLength: 8, textProtocol: .plain))
    }

    private static func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private static func correct(_ result: EvaluationResult) -> [[Double]] {
        result.tasks.map { ($0.examples ?? []).map { $0.isCorrect ? 1 : 0 } }
    }

    private static func windows(_ result: TextResult) -> [[Double]] {
        [(result.windowLogLikelihoods ?? []).map { $0 / Double(result.windowLength - 1) }]
    }

    @Test("that is won gives the result of an evaluation without a race, bit by bit") func won() throws {
        try Self.inFolder { folder in
            let tasks = try [
                Self.task("x", count: 40), Self.task("y", count: 90, subtasks: ["p", "q", "r"]),
            ]
            let texts = [try Self.text(folder)]
            let whole = try Self.evaluator(Self.good).evaluate(tasks: tasks, texts: texts)
            let other = try Self.evaluator(Self.bad).evaluate(tasks: tasks, texts: texts)
            for (objective, incumbent) in [
                (RacingPlan.Objective.accuracy, Self.correct(other)), (.loss(text: 0), Self.windows(other.texts[0])),
                (.accuracy, Self.correct(whole)),
            ] {
                let plan = RacingPlan(
                    objective: objective, incumbent: incumbent, options: Race.Options(confidence: 0.9, stages: 4),
                    seed: 1)
                let counting = Counting(Self.good)
                let raced = try Self.evaluator(counting).evaluate(tasks: tasks, texts: texts, racing: plan)
                #expect(raced.result == whole && !raced.isStopped)
                let standing = try #require(raced.standing)
                #expect(standing.scored == standing.examples && standing.standardError == 0)
                // No sequence is scored twice.
                let alone = Counting(Self.good)
                _ = try Self.evaluator(alone).evaluate(tasks: tasks, texts: texts)
                #expect(counting.count.withLock { $0 } == alone.count.withLock { $0 })
            }
        }
    }

    @Test("that is lost has a part of the questions, with the scores that they have in the whole") func lost() throws {
        try Self.inFolder { folder in
            let tasks = try [Self.task("x", count: 64), Self.task("y", count: 64, subtasks: ["p", "q"])]
            let texts = [try Self.text(folder)]
            let incumbent = try Self.evaluator(Self.good).evaluate(tasks: tasks)
            let whole = try Self.evaluator(Self.bad).evaluate(tasks: tasks, texts: texts)
            let plan = RacingPlan(
                objective: .accuracy, incumbent: Self.correct(incumbent),
                options: Race.Options(confidence: 0.95, stages: 4), seed: 1)
            let counting = Counting(Self.bad)
            let raced = try Self.evaluator(counting).evaluate(tasks: tasks, texts: texts, racing: plan)
            let standing = try #require(raced.standing)
            #expect(raced.isStopped && standing.scored < standing.examples && standing.difference < -0.5)
            #expect(raced.result.texts.isEmpty && raced.result.tasks.map(\.task) == ["x", "y"])
            #expect(counting.count.withLock { $0 } < 128)
            #expect(raced.result.tasks.map(\.n).reduce(0, +) == standing.scored)
            for (part, all) in zip(raced.result.tasks, whole.tasks) {
                let examples = try #require(part.examples)
                #expect(
                    examples == (all.examples ?? []).filter { example in examples.contains { $0.id == example.id } })
                #expect((part.accNorm == nil) == (all.accNorm == nil))
            }
            #expect(raced.result.tasks[1].subtasks?.map(\.n) == [standing.scored / 4, standing.scored / 4])
        }
    }

    @Test("for a loss keeps the numbers of the windows") func windows() throws {
        try Self.inFolder { folder in
            let tasks = [try Self.task("x", count: 8)]
            let texts = [try Self.text(folder)]
            let whole = try Self.evaluator(Self.bad).evaluate(texts: texts)
            let incumbent = Self.windows(try Self.evaluator(Self.bad).evaluate(texts: texts).texts[0])
                .map { $0.map { $0 + 0.5 } }
            let plan = RacingPlan(objective: .loss(text: 0), incumbent: incumbent, options: Race.Options(), seed: 1)
            let raced = try Self.evaluator(Self.bad).evaluate(tasks: tasks, texts: texts, racing: plan)
            #expect(raced.isStopped && raced.result.tasks.isEmpty)
            let text = try #require(raced.result.texts.first)
            let numbers = try #require(text.windowNumbers)
            #expect(numbers.count == text.windows && numbers == numbers.sorted() && numbers != Array(numbers.indices))
            let all = try #require(whole.texts[0].windowLogLikelihoods)
            #expect(text.windowLogLikelihoods == numbers.map { all[$0] })
            #expect(abs(try #require(raced.standing).difference + 0.5) < 1e-12)
        }
    }

    @Test("is none against somebody who answered something else, or without numbers") func noRace() throws {
        let tasks = [try Self.task("x", count: 40)]
        let whole = try Self.evaluator(Self.bad).evaluate(tasks: tasks)
        let ones = Array(repeating: 1.0, count: 40)
        for (objective, incumbent) in [
            (RacingPlan.Objective.accuracy, [Array(ones.dropLast())]), (.accuracy, [ones, ones]), (.accuracy, []),
            (.loss(text: 0), [ones]), (.loss(text: 7), [ones]), (.accuracy, [ones.dropLast() + [.nan]]),
        ] {
            let plan = RacingPlan(objective: objective, incumbent: incumbent, options: Race.Options(), seed: 1)
            let raced = try Self.evaluator(Self.bad).evaluate(tasks: tasks, racing: plan)
            #expect(raced.standing == nil && raced.result == whole)
        }
    }

    @Test("counts a subtask's questions as much as the objective does") func subtasks() throws {
        let lines = (0..<30).map { n in
            #"{"id":"\#(n)","subtask":"\#(n < 6 ? "small" : "large")","context":"a","choices":["b","c"],"gold":0}"#
        }
        let tasks = try [
            TaskFile.parse(Array(lines.joined(separator: "\n").utf8), file: "s.jsonl"), Self.task("x", count: 10),
        ]
        // Wrong in all six of the small subtask: half of the task, a quarter of the objective.
        let incumbent = [Array(repeating: 1.0, count: 30), Array(repeating: 1.0, count: 10)]
        let plan = RacingPlan(objective: .accuracy, incumbent: incumbent, options: Race.Options(), seed: 1)
        let race = try #require(plan.race(tasks: tasks, windows: nil))
        let standing = race.standing(after: 4) { $0 < 6 ? 0 : 1 }
        #expect(abs(standing.difference + 0.25) < 1e-15)
    }
}
