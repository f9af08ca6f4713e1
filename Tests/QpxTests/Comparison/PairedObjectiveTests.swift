import Store
import Testing

@testable import qpx

@Suite("The paired difference of an objective") struct PairedObjectiveTests {
    private typealias Answers = PairedObjective.Answers

    /// Accuracy over tasks, the mean of their accuracies.
    private func answers(_ tasks: [(name: String, correct: [Bool])], items: [String]? = nil) -> Answers? {
        let metrics = tasks.map { task in
            MetricRecord(
                name: "acc", task: task.name, value: Double(task.correct.count { $0 }) / Double(task.correct.count),
                count: task.correct.count)
        }
        let examples = tasks.map { task in
            ExampleResultRecord(
                task: task.name, items: items ?? task.correct.indices.map(String.init),
                choices: task.correct.map { _ in 1 }, logLikelihoods: task.correct.map { _ in -1 },
                correct: task.correct)
        }
        let value = metrics.reduce(0) { $0 + ($1.value ?? 0) } / Double(metrics.count)
        return Answers(objective: "accuracy", value: value, metrics: metrics, examples: examples)
    }

    private func answers(losses: [Double], tokens: Int, value: Double? = nil) -> Answers? {
        let loss = value ?? losses.reduce(0, +) / Double(tokens)
        return Answers(
            objective: "loss", value: loss,
            metrics: [MetricRecord(name: "loss", task: "held", value: loss, count: tokens)],
            examples: [
                ExampleResultRecord(
                    task: "held", items: losses.indices.map(String.init), choices: losses.map { _ in 1 },
                    logLikelihoods: losses.map { -$0 })
            ])
    }

    private func known(_ answers: Answers?) throws -> Answers { try #require(answers) }

    @Test("over one task is that of its accuracy") func accuracy() throws {
        let (a, b) = ([true, true, false, false, false], [true, false, true, true, false])
        let pair = try #require(
            try PairedObjective(of: [known(answers([("t", a)]))], [known(answers([("t", b)]))]))
        // Differences 0, -1, 1, 1, 0: mean 0.2, sum of squares 2.8, variance 0.7, over 5 questions 0.14.
        #expect(abs(pair.difference - 0.2) < 1e-15 && abs(pair.standardError - 0.14.squareRoot()) < 1e-15)
    }

    @Test("over two tasks weighs each by a half, however many questions it has") func tasks() throws {
        let first = try #require(answers([("t", [true, false]), ("u", [true, false, false, false])]))
        let second = try #require(answers([("t", [true, true]), ("u", [true, false, true, false])]))
        let pair = try #require(PairedObjective(of: [first], [second]))
        #expect(abs(pair.difference - (0.5 + 0.25) / 2) < 1e-15)
        // Differences 0, 1: error 0.5; 0, 0, 1, 0: error 0.25.
        #expect(abs(pair.standardError - (0.25 * 0.25 + 0.25 * 0.0625).squareRoot()) < 1e-15)
    }

    @Test("of a loss is per token, as that of two trials' losses is") func loss() throws {
        let first = try #require(answers(losses: [100, 120], tokens: 200))
        let second = try #require(answers(losses: [110, 124], tokens: 200))
        let pair = try #require(PairedObjective(of: [first], [second]))
        #expect(abs(pair.difference - 0.07) < 1e-15 && abs(pair.standardError - 0.03) < 1e-14)
    }

    @Test("of several trials on a side is that of their means, question by question") func means() throws {
        let first = try #require(answers(losses: [100, 120], tokens: 200))
        // Their means are 110 and 124.
        let pair = try #require(
            try PairedObjective(
                of: [first],
                [
                    known(answers(losses: [90, 130], tokens: 200)),
                    known(answers(losses: [130, 118], tokens: 200)),
                ]
            ))
        #expect(abs(pair.difference - 0.07) < 1e-15 && abs(pair.standardError - 0.03) < 1e-14)
    }

    @Test("does not exist between answers to other questions, or to one alone") func others() throws {
        let first = try #require(answers([("t", [true, false])]))
        #expect(
            try PairedObjective(of: [first], [known(answers([("t", [true, false])], items: ["0", "2"]))]) == nil)
        #expect(try PairedObjective(of: [first], [known(answers([("u", [true, false])]))]) == nil)
        #expect(try PairedObjective(of: [first], [known(answers(losses: [1, 2], tokens: 2))]) == nil)
        #expect(PairedObjective(of: [first], []) == nil && PairedObjective(of: [], [first]) == nil)
        let one = try #require(answers([("t", [true])]))
        #expect(PairedObjective(of: [one], [one]) == nil)
    }

    @Test("rests on answers that add up to the objective's value and on no others") func sum() {
        #expect(answers(losses: [100, 120], tokens: 200, value: 1.1) != nil)
        #expect(answers(losses: [100, 120], tokens: 200, value: 1.2) == nil)
        #expect(answers([]) == nil)
        #expect(Answers(objective: "accuracy", value: nil, metrics: [], examples: []) == nil)
        #expect(
            Answers(
                objective: "accuracy", value: 0.5, metrics: [MetricRecord(name: "acc", task: "t", value: 0.5)],
                examples: []) == nil)
        #expect(Answers(objective: "latency", value: 0.5, metrics: [], examples: []) == nil)
    }
}
