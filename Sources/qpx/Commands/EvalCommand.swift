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
            Tasks are named and worded as in lm-evaluation-harness 0.4.13: boolq, piqa, hellaswag, winogrande, \
            arc_easy, arc_challenge, openbookqa, blimp (the mean over its 67 paradigms) and blimp_PARADIGM, read from \
            the files as they are published, original or of Hugging Face. --shots puts solved examples of the training \
            split in front, the same ones as the harness. wikitext and ptb measure the perplexity of whole documents, \
            every token once: articles of the test split, and sentences of the validation split (the harness has no ptb \
            of its own). For them --limit counts documents, and shots are left out, as for blimp.

            Tasks are scored by log-likelihood as the harness does it: acc, acc_norm (log-likelihood \
            divided by the number of characters of the choice, Unicode code points) and their standard errors. Texts \
            are cut into windows of equal length; loss in nats per token.

            EXAMPLES
              qpx eval --model models/llama --task tasks/arc_easy.jsonl tasks/piqa.jsonl
              qpx eval --model models/llama --data datasets --task boolq arc_easy wikitext --limit 100
              qpx eval --model models/llama --task arc_easy:ARC-Easy-Test.jsonl --shots 5
              qpx eval --model models/llama --text wikitext2-test.txt --window-length 128
              qpx eval --model recovered/base --adapters recovered --text wikitext2-test.txt
              qpx eval --model models/llama --task tasks/piqa.jsonl --per-example --json

            JSON
              {"model", "adapters", "tasks": [{"task", "n", "acc", "acc_stderr", "acc_norm", "acc_norm_stderr", "acc_bytes",
                "acc_bytes_stderr", "subtasks": [{"subtask", "n", "acc", "acc_stderr"}], "examples": [{"id",
                "log_likelihoods", "is_greedy", "correct", "correct_norm", "correct_bytes"}], "files": [PATH]}, {"task",
                "n", "word_perplexity", "byte_perplexity", "bits_per_byte", "words", "bytes", "examples": [{"id",
                "log_likelihoods"}], "files"}], "texts": [{"file",
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
            model: request.model, adapters: request.adapters, result: result, files: step.files,
            isPerExample: request.isPerExample)
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
