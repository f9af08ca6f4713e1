import Engine
import Foundation
import Testing

@testable import qpx

@Suite("qpx eval") struct EvalCommandTests {
    private func evaluate(_ arguments: [String]) throws -> EvaluationOutput {
        let run = try Binary.run(["eval", "--json", "--quiet"] + arguments)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return try run.json(EvaluationOutput.self)
    }

    @Test("prints what the engine computes in memory, digit by digit, on any number of threads")
    func sameAsInMemory() throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let task = try folder.file("sums.jsonl", TinyCheckpoint.task(examples: 30))
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 60))
        let arguments = ["--model", model.path, "--task", task, "--text", text, "--window-length", "32"]
        let output = try evaluate(arguments + ["--per-example", "--threads", "1"])
        #expect(try output == evaluate(arguments + ["--per-example", "--threads", "3"]))

        let scorer = LlamaScorer(model: TinyCheckpoint.model(seed: 1), parallelism: .serial, batchTokens: 50)
        let tokenizer = try Tokenizer.load(directory: URL(filePath: model.path))
        let expected = try Evaluator(model: scorer, encoder: tokenizer).evaluate(
            tasks: [TaskFile.read(task)], texts: [.init(file: text, options: .init(windowLength: 32))])
        #expect(output.model == model.path && output.tasks.count == 1 && output.texts.count == 1)
        #expect(output.tasks[0].task == "sums" && output.tasks[0].n == 30)
        #expect(output.tasks[0].acc == expected.tasks[0].acc && output.tasks[0].acc_norm == expected.tasks[0].accNorm)
        #expect(output.tasks[0].acc_stderr == expected.tasks[0].accStandardError)
        #expect(
            output.tasks[0].examples?.map(\.log_likelihoods) == expected.tasks[0].examples?.map(\.logLikelihoods))
        #expect(output.tasks[0].examples?.map(\.correct) == expected.tasks[0].examples?.map(\.isCorrect))
        #expect(output.texts[0].file == text && output.texts[0].perplexity == expected.texts[0].perplexity)
        #expect(output.texts[0].windows == output.texts[0].tokens / 32)
        // A model of chance: the losses of bytes lie around log 259, and those of two windows differ.
        #expect((4...12).contains(output.texts[0].mean_loss) && (output.texts[0].mean_loss_stderr ?? 0) > 0)
    }

    @Test("limits take the first examples and the first windows") func limits() throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let task = try folder.file("sums.jsonl", TinyCheckpoint.task(examples: 9))
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 60))
        let arguments = ["--model", model.path, "--task", task, "--text", text, "--window-length", "16"]
        let all = try evaluate(arguments + ["--per-example"])
        let some = try evaluate(arguments + ["--per-example", "--task-limit", "4", "--text-limit", "3"])
        #expect(some.tasks[0].examples == all.tasks[0].examples.map { Array($0.prefix(4)) })
        #expect(some.tasks[0].n == 4 && some.texts[0].windows == 3 && some.texts[0].tokens == all.texts[0].tokens)
        #expect(some.texts[0].mean_loss != all.texts[0].mean_loss)
        let beyond = try evaluate(arguments + ["--per-example", "--task-limit", "40", "--text-limit", "4000"])
        #expect(beyond == all)
    }

    @Test("examples are printed only when asked for, and people get tables") func forms() throws {
        let folder = try TemporaryFolder()
        let model = try TinyCheckpoint(in: folder)
        let task = try folder.file("sums.jsonl", TinyCheckpoint.task(examples: 5))
        let text = try folder.file("text.txt", TinyCheckpoint.text(lines: 60))
        #expect(try evaluate(["--model", model.path, "--task", task]).tasks[0].examples == nil)
        let run = try Binary.run([
            "eval", "--model", model.path, "--task", task, "--text", text, "--per-example", "--window-length", "64",
        ])
        #expect(run.status == 0)
        #expect(run.error.contains("evaluated "))
        #expect(run.out.contains("acc_norm") && run.out.contains("perplexity") && run.out.contains("t/4"))
        #expect(!run.out.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }

    @Test("help says what acc_norm divides by") func help() throws {
        let help = try Binary.run(["eval", "--help"]).out
        #expect(help.contains("number of characters") && !help.contains("in bytes"))
    }
}
