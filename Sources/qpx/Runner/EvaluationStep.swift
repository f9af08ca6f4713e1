internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// From an evaluation specification to results.
struct EvaluationStep: Sendable {
    /// The tasks, cut to their first `taskLimit` examples.
    let tasks: [MultipleChoiceTask]
    /// The texts and how they are cut into windows.
    let texts: [Evaluator.Text]
    /// The tasks of documents, cut to their first `taskLimit`.
    var documents: [RollingTask] = []
    /// The files that each task was read from, by its name.
    var files: [String: [String]] = [:]

    /// Names of all tasks in the order of their kinds; results are recorded by them.
    var taskNames: [String] { tasks.map(\.name) + documents.map(\.name) }
}

extension EvaluationStep {
    /// Reads the task files, every line, and looks for the text files, so that a fault shows before the long work.
    /// - Throws: `TaskFileError`, `TaskDataError`, `TextFileError`.
    init(_ specification: EvaluationSpecification) throws {
        let loaded = try specification.references.map { try $0.load(specification.taskOptions) }
        tasks = loaded.compactMap { if case .choices(let task) = $0.content { task } else { nil } }
        documents = loaded.compactMap { if case .documents(let task) = $0.content { task } else { nil } }
        files = Dictionary(loaded.map { ($0.name, $0.files) }) { first, _ in first }
        let options = Perplexity.Options(
            windowLength: specification.windowLength, maximumWindows: specification.textLimit,
            textProtocol: specification.textProtocol)
        texts = try specification.texts.map { path in
            guard FilePath.exists(path) else { throw TextFileError.missing(file: path) }
            guard FilePath.isFile(path) else { throw TextFileError.unreadable(file: path) }
            return Evaluator.Text(file: path, options: options)
        }
    }

    /// The evaluation of a search: the objective's text comes last if it isn't among the others.
    /// - Returns: with it, which of the texts is the objective; nil where the accuracy of the tasks is.
    /// - Throws: `TaskFileError`, `TextFileError`.
    static func withObjective(_ specification: Specification) throws -> (EvaluationStep, objectiveText: Int?) {
        let named = try EvaluationStep(specification.evaluation)
        guard let path = specification.objective.text else { return (named, nil) }
        let text = Evaluator.Text(
            file: path,
            options: Perplexity.Options(
                windowLength: specification.evaluation.windowLength, maximumWindows: specification.objective.windows,
                textProtocol: .plain))
        if let index = named.texts.firstIndex(of: text) { return (named, index) }
        let all = EvaluationStep(
            tasks: named.tasks, texts: named.texts + [text], documents: named.documents, files: named.files)
        return (all, named.texts.count)
    }

    /// Scores everything.
    /// - Parameter progress: told how many sequences are done.
    /// - Throws: `EvaluationError`, `TextFileError`, `ModelError`.
    func run(
        model: LlamaModel, tokenizer: Tokenizer, parallelism: Parallelism, progress: ScoringProgress
    ) throws -> EvaluationResult {
        try evaluator(model, tokenizer, parallelism, progress).evaluate(
            tasks: tasks, texts: texts, documents: documents
        ) {
            progress.begin(done: $0, total: $1, what: $2)
        }
    }

    /// Scores everything, unless the race is lost before.
    /// - Parameter plan: whom the model races against, and how.
    /// - Throws: `EvaluationError`, `TextFileError`, `ModelError`.
    func run(
        racing plan: RacingPlan, model: LlamaModel, tokenizer: Tokenizer, parallelism: Parallelism,
        progress: ScoringProgress
    ) throws -> RacedEvaluation {
        try evaluator(model, tokenizer, parallelism, progress)
            .evaluate(tasks: tasks, texts: texts, documents: documents, racing: plan) {
                progress.begin(done: $0, total: $1, what: $2)
            }
    }

    private func evaluator(
        _ model: LlamaModel, _ tokenizer: Tokenizer, _ parallelism: Parallelism, _ progress: ScoringProgress
    ) -> Evaluator {
        let scorer = LlamaScorer(model: model, parallelism: parallelism) { progress.add($0) }
        return Evaluator(model: scorer, encoder: tokenizer)
    }

    /// What metrics call each text: its file's name without the extension, with a number behind it where a task or an
    /// earlier text has that name.
    var textNames: [String] {
        var taken = Set(taskNames)
        return texts.map { text in
            let stem = URL(filePath: text.file).deletingPathExtension().lastPathComponent
            var name = stem
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(stem)-\(number)"
                number += 1
            }
            return name
        }
    }
}
