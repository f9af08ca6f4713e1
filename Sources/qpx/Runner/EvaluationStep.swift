internal import Engine

/// From an evaluation specification to results.
struct EvaluationStep: Sendable {
    /// The tasks, cut to their first `taskLimit` examples.
    let tasks: [MultipleChoiceTask]
    /// The texts and how they are cut into windows.
    let texts: [Evaluator.Text]
}

extension EvaluationStep {
    /// Reads the task files, every line, and looks for the text files, so that a fault shows before the long work.
    /// - Throws: `TaskFileError`, `TextFileError`.
    init(_ specification: EvaluationSpecification) throws {
        tasks = try specification.tasks.map { try TaskFile.read($0).limited(to: specification.taskLimit) }
        let options = Perplexity.Options(
            windowLength: specification.windowLength, maximumWindows: specification.textLimit,
            textProtocol: specification.textProtocol)
        texts = try specification.texts.map { path in
            guard FilePath.exists(path) else { throw TextFileError.missing(file: path) }
            guard FilePath.isFile(path) else { throw TextFileError.unreadable(file: path) }
            return Evaluator.Text(file: path, options: options)
        }
    }

    /// Scores everything.
    /// - Parameter progress: told how many sequences are done.
    /// - Throws: `EvaluationError`, `TextFileError`, `ModelError`.
    func run(
        model: LlamaModel, tokenizer: Tokenizer, parallelism: Parallelism, progress: ScoringProgress
    ) throws -> EvaluationResult {
        let scorer = LlamaScorer(model: model, parallelism: parallelism) { progress.add($0) }
        return try Evaluator(model: scorer, encoder: tokenizer).evaluate(tasks: tasks, texts: texts) {
            progress.begin(done: $0, total: $1, what: $2)
        }
    }
}
