import Foundation
import Testing

@testable import qpx

/// Against lm-evaluation-harness 0.4.13 with transformers in float32. Log-likelihoods may differ by 2e-3, a hundred times
/// the largest difference seen: float32 sums in another order.
@Suite("qpx eval against reference values", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct GoldenEvaluationTests {
    private struct Reference: Decodable {
        struct Task: Decodable {
            var acc: Double
            var acc_norm: Double?
            var mean_of_subtasks: Double?
        }
        struct Windows: Decodable {
            var tokens: Int
            var first_16_window_mean_nll: [Double]
        }
        var tasks: [String: Task]
        var wikitext2_windows: Windows
    }

    private struct Item: Decodable {
        var id: String
        var lls: [Double]
        var greedy: [Bool]
        var acc: Int
        var acc_norm: Int?
        var acc_bytes: Int?
    }

    private func reference(_ model: String) throws -> Reference {
        try Shared.json("golden/eval-\(model).json", as: Reference.self)
    }

    private func items(_ model: String) throws -> [String: Item] {
        let text = try String(contentsOf: Shared.url("golden/eval-\(model)-lls.jsonl"), encoding: .utf8)
        let decoder = JSONDecoder()
        let items = try text.split(separator: "\n").map { try decoder.decode(Item.self, from: Data($0.utf8)) }
        return Dictionary(items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func evaluate(_ model: String, _ arguments: [String]) throws -> EvaluationOutput {
        let run = try Binary.run(
            ["eval", "--json", "--quiet", "--per-example", "--model", Shared.url("models/\(model)").path] + arguments)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(EvaluationOutput.self)
    }

    private static let names = [
        "arc_challenge", "arc_easy", "blimp", "hellaswag", "openbookqa", "piqa", "social_iqa", "winogrande",
    ]

    @Test("log-likelihoods and verdicts of every task", arguments: [("stories260k", 300), ("brown16", 40)])
    func logLikelihoods(model: String, limit: Int) throws {
        let items = try items(model)
        // A limit counts for each of BLiMP's 67 paradigms.
        let (names, paradigms, perParadigm) = (Self.names.filter { $0 != "blimp" }, 67, 4)
        func path(_ name: String) -> String { Shared.url("data/tasks/\(name).jsonl").path }
        let output = try evaluate(model, ["--task"] + names.map(path) + ["--task-limit", String(limit)])
        let blimp = try evaluate(model, ["--task", path("blimp"), "--task-limit", String(perParadigm)])
        #expect(output.tasks.map(\.task) == names && blimp.tasks.map(\.task) == ["blimp"])
        for task in output.tasks + blimp.tasks {
            let examples = task.examples ?? []
            let expected = task.task == "blimp" ? paradigms * perParadigm : limit
            #expect(examples.count == expected && task.n == expected)
            for example in examples {
                let item = try #require(items[example.id])
                let difference = zip(example.log_likelihoods, item.lls).map { abs($0 - $1) }.max() ?? .infinity
                #expect(example.log_likelihoods.count == item.lls.count && difference < 2e-3, "\(example.id)")
                #expect(example.is_greedy == item.greedy, "\(example.id)")
                #expect(example.correct == (item.acc == 1), "\(example.id)")
                #expect(example.correct_norm == item.acc_norm.map { $0 == 1 }, "\(example.id)")
                #expect(example.correct_bytes == item.acc_bytes.map { $0 == 1 }, "\(example.id)")
            }
        }
    }

    @Test("accuracies of whole tasks", arguments: ["openbookqa", "winogrande", "piqa", "social_iqa"])
    func accuracies(task: String) throws {
        let reference = try #require(reference("stories260k").tasks[task])
        let output = try evaluate("stories260k", ["--task", Shared.url("data/tasks/\(task).jsonl").path]).tasks[0]
        #expect(abs(output.acc - reference.acc) < 1e-12)
        #expect(output.acc_norm == nil && reference.acc_norm == nil || output.acc_norm == reference.acc_norm)
        // Bernoulli with n - 1, as lm-evaluation-harness has it.
        #expect(
            abs((output.acc_stderr ?? 0) - (output.acc * (1 - output.acc) / Double(output.n - 1)).squareRoot()) < 1e-12)
    }

    @Test("the loss of the first 16 windows of WikiText-2", arguments: ["stories260k", "brown16"])
    func perplexity(model: String) throws {
        let reference = try reference(model).wikitext2_windows
        let output = try evaluate(
            model, ["--text", Shared.url("data/text/wikitext2-test.txt").path, "--text-limit", "16"]
        ).texts[0]
        let mean = reference.first_16_window_mean_nll.reduce(0, +) / 16
        #expect(reference.first_16_window_mean_nll.count == 16 && output.windows == 16)
        #expect(output.tokens == reference.tokens)
        #expect(abs(output.mean_loss - mean) < 1e-5 * mean, "\(output.mean_loss), expected \(mean)")
        #expect(abs(output.perplexity - exp(mean)) < 1e-4 * exp(mean))
    }
}
