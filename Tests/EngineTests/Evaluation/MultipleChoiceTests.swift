import Foundation
import Testing

@testable import Engine

@Suite("Multiple choice") struct MultipleChoiceTests {
    /// Learns "abab" after the beginning of text.
    static let model = BigramModel(tokens: [1] + CharacterEncoder.ids("abab"))

    private func task(_ examples: [MultipleChoiceExample], name: String = "t") -> MultipleChoiceTask {
        MultipleChoiceTask(name: name, examples: examples)
    }

    private func example(
        _ id: String, _ context: String, _ choices: [String], gold: Int, subtask: String? = nil
    ) -> MultipleChoiceExample {
        MultipleChoiceExample(
            id: id, subtask: subtask, choices: choices, gold: gold,
            requests: choices.map { ContinuationRequest(context: context, continuation: $0) })
    }

    private func scores(_ values: [[Double]]) -> [[MultipleChoice.ChoiceScore]] {
        values.map { $0.map { MultipleChoice.ChoiceScore(logLikelihood: $0, isGreedy: false) } }
    }

    @Test("is limited to the first examples of the task, or of each subtask where it has some") func limited() {
        let plain = task(["one", "two", "three"].map { example($0, "a", ["b", "c"], gold: 0) })
        #expect(plain.limited(to: 2).examples.map(\.id) == ["one", "two"])
        #expect(plain.limited(to: nil) == plain && plain.limited(to: 3) == plain && plain.limited(to: 9) == plain)
        let parted = task(
            [("one", "x"), ("two", "y"), ("three", "x"), ("four", "x"), ("five", "y")].map { id, subtask in
                example(id, "a", ["b", "c"], gold: 0, subtask: subtask)
            })
        #expect(parted.limited(to: 1).examples.map(\.id) == ["one", "two"])
        #expect(parted.limited(to: 2).examples.map(\.id) == ["one", "two", "three", "five"])
    }

    @Test("scores choices with a model of counts as worked out by hand")
    func byHand() throws {
        let task = task([
            example("one", "a", ["b", "c"], gold: 0), example("two", "ab", ["ab", "b"], gold: 0),
            example("three", "b", ["c", "a"], gold: 0),
        ])
        let result = try Evaluator(model: Self.model, encoder: CharacterEncoder()).evaluate(tasks: [task])
        let scored = try #require(result.tasks.first)
        let examples = try #require(scored.examples)
        // Counts: a→b 2 of 2, b→a 1 of 1; V = 256.
        let ab = log(3.0 / 258), ac = log(1.0 / 258), ba = log(2.0 / 257), bb = log(1.0 / 257)
        #expect(examples.map(\.logLikelihoods) == [[ab, ac], [ba + ab, bb], [bb, ba]])
        #expect(examples.map(\.isGreedy) == [[true, false], [true, false], [false, true]])
        // Two tokens lose against one by sum, win by sum per character.
        #expect(examples.map(\.isCorrect) == [true, false, false])
        #expect(examples.map(\.isCorrectNorm) == [true, true, false])
        #expect(scored.n == 3)
        #expect(abs(scored.acc - 1.0 / 3) < 1e-15)
        #expect(abs((scored.accNorm ?? 0) - 2.0 / 3) < 1e-15)
        // √(p (1 − p) / (n − 1)) = √(2/9 / 2) = 1/3 for both.
        #expect(abs((scored.accStandardError ?? 0) - 1.0 / 3) < 1e-15)
        #expect(abs((scored.accNormStandardError ?? 0) - 1.0 / 3) < 1e-15)
        #expect(scored.subtasks == nil)
    }

    @Test("scores equal sequences once")
    func scoresOnce() throws {
        let tokens = ContinuationTokens(encoder: CharacterEncoder(), contextLength: 64, vocabularySize: 256)
        let examples = [
            example("one", "a", ["b", "c", "b"], gold: 1), example("two", "a", ["c", "d"], gold: 0),
            // The same tokens, but another number of them is scored.
            example("three", "<s>", ["ab", "ac"], gold: 0),
        ]
        let choice = try MultipleChoice(task(examples), tokens: tokens)
        #expect(choice.requests.count == 5)
        let result = try choice.result(
            (0..<5).map { ScoringResult(tokenLogLikelihoods: [-Double($0) - 1], isGreedy: false) })
        #expect(result.examples?.map(\.logLikelihoods) == [[-1, -2, -1], [-2, -3], [-4, -5]])
    }

    @Test("gives a tie to the first choice")
    func tie() throws {
        let examples = [example("one", "q", ["x", "y"], gold: 0), example("two", "q", ["x", "y"], gold: 1)]
        let result = try MultipleChoice.result(of: task(examples), scores: scores([[-2, -2], [-2, -2]]))
        #expect(result.examples?.map(\.isCorrect) == [true, false])
        #expect(result.examples?.map(\.isCorrectNorm) == [true, false])
    }

    @Test("counts characters as code points, and bytes apart")
    func lengths() throws {
        // Two code points of five bytes against three of three.
        let examples = [example("one", "q", ["é€", "abc"], gold: 0)]
        let byCharacters = try MultipleChoice.result(of: task(examples), scores: scores([[-5, -6]]))
        #expect(byCharacters.examples?.first?.isCorrect == true)
        #expect(byCharacters.examples?.first?.isCorrectNorm == false)
        #expect(byCharacters.examples?.first?.isCorrectBytes == true)
        // A letter and its accent are one character on paper and two code points.
        let combined = [example("one", "q", ["e\u{301}", "ab"], gold: 1)]
        let result = try MultipleChoice.result(of: task(combined), scores: scores([[-4, -3.9]]))
        #expect(result.examples?.first?.isCorrectNorm == true)
    }

    @Test("averages subtasks without weights")
    func subtasks() throws {
        let examples = [
            example("1", "", ["x", "y"], gold: 0, subtask: "b"), example("2", "", ["x", "y"], gold: 0, subtask: "a"),
            example("3", "", ["x", "y"], gold: 0, subtask: "b"), example("4", "", ["x", "y"], gold: 0, subtask: "a"),
            example("5", "", ["x", "y"], gold: 0, subtask: "a"), example("6", "", ["x", "y"], gold: 0, subtask: "a"),
        ]
        let values: [[Double]] = [[-1, -2], [-1, -2], [-2, -1], [-2, -1], [-2, -1], [-2, -1]]
        let result = try MultipleChoice.result(of: task(examples), scores: scores(values))
        #expect(result.subtasks?.map(\.subtask) == ["b", "a"])
        #expect(result.subtasks?.map(\.n) == [2, 4])
        #expect(result.subtasks?.map(\.acc) == [0.5, 0.25])
        #expect(result.acc == 0.375)
        #expect(result.n == 6)
        // √(¼ / 1) and √(3/16 / 3) are ½ and ¼; √(¼ + 1/16) / 2.
        #expect(abs((result.accStandardError ?? 0) - (0.3125).squareRoot() / 2) < 1e-15)
        #expect(result.accNorm == nil && result.accBytes == nil && result.accNormStandardError == nil)
    }

    @Test("refuses log-likelihoods that are no numbers", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ value: Double) {
        let examples = [example("one", "q", ["x", "y"], gold: 0)]
        #expect(throws: EvaluationError.notFinite(source: "t", id: "one")) {
            try MultipleChoice.result(of: task(examples), scores: scores([[-1, value]]))
        }
    }

    @Test("writes what is undefined as null, and leaves examples out when asked")
    func json() throws {
        let examples = [example("one", "", ["x", "y"], gold: 0)]
        let result = try MultipleChoice.result(of: task(examples), scores: scores([[-1, -2]]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let head = #"{"acc":1,"acc_bytes":null,"acc_bytes_stderr":null,"acc_norm":null,"acc_norm_stderr":null,"#
        let body =
            #""acc_stderr":null,"examples":[{"correct":true,"correct_bytes":null,"correct_norm":null,"id":"one","#
            + #""is_greedy":[false,false],"log_likelihoods":[-1,-2]}],"n":1,"task":"t"}"#
        #expect(String(decoding: try encoder.encode(result), as: UTF8.self) == head + body)
        #expect(
            String(decoding: try encoder.encode(result.withoutExamples), as: UTF8.self)
                == head + #""acc_stderr":null,"n":1,"task":"t"}"#)
        #expect(try JSONDecoder().decode(TaskResult.self, from: encoder.encode(result)) == result)
    }
}

/// eval-<m>-lls.jsonl and eval-<m>.json: log-likelihoods that lm-evaluation-harness 0.4.13 got, and its metrics. From the
/// same log-likelihoods the metrics must come out equal, but for the order of a sum.
@Suite("Metrics against lm-evaluation-harness", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct GoldenMetricTests {
    struct Line: Decodable {
        let id: String
        let lls: [Double]
        let greedy: [Bool]
        let acc: Int
        let acc_norm: Int?
        let acc_bytes: Int?
    }
    struct Metrics: Decodable {
        let n: Int
        let acc: Double
        let acc_norm: Double?
        let acc_bytes: Double?
        let subtasks: [String: Double]?
        let mean_of_subtasks: Double?
    }
    struct Golden: Decodable { let tasks: [String: Metrics] }

    @Test("are equal for every example and task", arguments: ["brown16", "stories260k"])
    func equal(model: String) throws {
        let golden = try Shared.json("golden/eval-\(model).json", as: Golden.self)
        let text = try String(contentsOf: Shared.url("golden/eval-\(model)-lls.jsonl"), encoding: .utf8)
        let decoder = JSONDecoder()
        let lines = try text.split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
        let byID = Dictionary(uniqueKeysWithValues: lines.map { ($0.id, $0) })
        for (name, metrics) in golden.tasks.sorted(by: { $0.key < $1.key }) {
            let task = try TaskFile.read(Shared.url("data/tasks/\(name).jsonl").path)
            let references = try task.examples.map { try #require(byID[$0.id]) }
            let result = try MultipleChoice.result(
                of: task,
                scores: references.map {
                    zip($0.lls, $0.greedy).map { MultipleChoice.ChoiceScore(logLikelihood: $0, isGreedy: $1) }
                })
            let examples = try #require(result.examples)
            #expect(examples.map(\.isGreedy) == references.map(\.greedy), "\(name)")
            #expect(examples.map(\.isCorrect) == references.map { $0.acc == 1 }, "\(name)")
            #expect(examples.map(\.isCorrectNorm) == references.map { $0.acc_norm.map { $0 == 1 } }, "\(name)")
            #expect(examples.map(\.isCorrectBytes) == references.map { $0.acc_bytes.map { $0 == 1 } }, "\(name)")
            #expect(result.n == metrics.n)
            #expect(abs(result.acc - (metrics.mean_of_subtasks ?? metrics.acc)) < 1e-12, "\(name)")
            #expect(result.accNorm == metrics.acc_norm, "\(name)")
            #expect(result.accBytes == metrics.acc_bytes, "\(name)")
            let subtasks = result.subtasks.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.subtask, $0.acc) }) }
            #expect(subtasks == metrics.subtasks, "\(name)")
        }
    }
}
