internal import ArgumentParser

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
            Tasks are scored by log-likelihood as lm-evaluation-harness does it: acc, acc_norm (by the length of the \
            choice in bytes) and their standard errors. Texts are cut into windows of equal length; loss in nats per \
            token.

            EXAMPLES
              qpx eval --model models/llama --task tasks/arc_easy.jsonl tasks/piqa.jsonl
              qpx eval --model models/llama --text wikitext2-test.txt --window-length 128
              qpx eval --model models/llama --task tasks/piqa.jsonl --per-example --json
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint.", valueName: "folder"))
    var model: String

    @OptionGroup var evaluation: EvaluationOptions

    @Flag(name: .long, help: "Also print every example: log-likelihoods in nats, whether greedy, whether correct.")
    var perExample = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    /// What is to be evaluated, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = evaluation.settings.over(threads.settings)
        settings.set("model", flag: model)
        guard let model = try settings.path("model", folder: folder) else { throw .usage("--model is missing") }
        let request = Request(
            model: model, evaluation: try EvaluationSpecification(settings, folder: folder),
            isPerExample: perExample, threads: try settings.threads())
        guard !request.evaluation.tasks.isEmpty || !request.evaluation.texts.isEmpty else {
            throw .usage("nothing to evaluate: name --task or --text files")
        }
        return request
    }

    /// What `qpx eval` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var evaluation: EvaluationSpecification
        var isPerExample: Bool
        var threads: Int
    }
}
