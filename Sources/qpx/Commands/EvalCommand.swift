internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx eval`: measures a checkpoint on tasks and texts.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure a checkpoint: accuracy on tasks, perplexity on texts.",
        discussion: """
            Tasks are scored by log-likelihood as lm-evaluation-harness does it: acc, acc_norm (log-likelihood \
            divided by the number of characters of the choice, Unicode code points) and their standard errors. Texts \
            are cut into windows of equal length; loss in nats per token.

            EXAMPLES
              qpx eval --model models/llama --task tasks/arc_easy.jsonl tasks/piqa.jsonl
              qpx eval --model models/llama --text wikitext2-test.txt --window-length 128
              qpx eval --model recovered/base --adapters recovered --text wikitext2-test.txt
              qpx eval --model models/llama --task tasks/piqa.jsonl --per-example --json

            JSON
              {"model", "adapters", "tasks": [{"task", "n", "acc", "acc_stderr", "acc_norm", "acc_norm_stderr", "acc_bytes",
                "acc_bytes_stderr", "subtasks": [{"subtask", "n", "acc", "acc_stderr"}], "examples": [{"id",
                "log_likelihoods", "is_greedy", "correct", "correct_norm", "correct_bytes"}]}], "texts": [{"file",
                "perplexity", "mean_loss", "mean_loss_stderr", "tokens", "windows", "window_length",
                "text_protocol"}]}
              "adapters" is null without them; "subtasks" where a task has them, "examples" with --per-example; log-likelihoods in nats.
            """)

    @Option(
        name: .long, help: ArgumentHelp("Folder of the checkpoint, its hub id, or a GGUF file.", valueName: "path"))
    var model: String

    @Option(
        name: .long, help: ArgumentHelp("Folder of LoRA adapters for it, in PEFT's format.", valueName: "folder"))
    var adapters: String?

    @OptionGroup var evaluation: EvaluationOptions

    @Flag(name: .long, help: "Also print every example: log-likelihoods in nats, whether greedy, whether correct.")
    var perExample = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request()
        let loaded = try ScorableModel.open(request.model, says: "--model", adapters: request.adapters)
        let step = try EvaluationStep(request.evaluation)
        let line = console.progress()
        let progress = ScoringProgress(line, label: "evaluating")
        let start = MonotonicClock.seconds
        let result: EvaluationResult
        do {
            result = try step.run(
                model: loaded.model, tokenizer: loaded.tokenizer, parallelism: Parallelism(threads: request.threads),
                progress: progress)
        } catch {
            line.finish()
            throw error
        }
        line.finish(Self.summary(progress.counts, seconds: MonotonicClock.seconds - start))
        let view = EvaluationView(
            model: request.model, adapters: request.adapters, result: result, isPerExample: request.isPerExample)
        try console.isJSON ? console.write(view.json) : view.write(to: console)
    }

    private static func summary(_ counts: ScoringProgress.Counts, seconds: Double) -> String {
        let rate = seconds > 0 ? ", \(NumberText.grouped(Int(Double(counts.tokens) / seconds))) tokens/s" : ""
        return "evaluated \(NumberText.grouped(counts.sequences)) sequences, \(NumberText.grouped(counts.tokens)) "
            + "tokens in \(DurationText.short(seconds))\(rate)"
    }

    /// What is to be evaluated, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = evaluation.settings.over(threads.settings)
        settings.set("model", flag: model)
        settings.set("adapters", flag: adapters)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        let request = Request(
            model: model, adapters: try settings.path("adapters", folder: folder),
            evaluation: try EvaluationSpecification(settings, folder: folder),
            isPerExample: perExample, threads: try settings.threads())
        guard !request.evaluation.tasks.isEmpty || !request.evaluation.texts.isEmpty else {
            throw .usage("nothing to evaluate: name --task or --text files")
        }
        return request
    }

    /// What `qpx eval` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var adapters: String?
        var evaluation: EvaluationSpecification
        var isPerExample: Bool
        var threads: Int
    }
}
