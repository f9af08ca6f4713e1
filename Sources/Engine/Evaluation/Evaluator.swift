/// Evaluates a model on tasks and texts.
///
/// ```swift
/// let evaluator = Evaluator(model: model, encoder: tokenizer)
/// let result = try evaluator.evaluate(tasks: [TaskFile.read("arc_easy.jsonl")], texts: [.init(file: "test.txt")])
/// ```
public struct Evaluator: Sendable {
    /// A text to score and how.
    public struct Text: Sendable, Equatable {
        /// The text's file.
        public let file: String
        /// Windows and protocol.
        public let options: Perplexity.Options

        /// A text; by default all windows of 128 tokens over the rows of the file.
        public init(file: String, options: Perplexity.Options = Perplexity.Options()) {
            self.file = file
            self.options = options
        }
    }

    /// Called as sequences are scored: how many are done, of how many, and which task or text is next.
    public typealias Progress = (_ done: Int, _ total: Int, _ what: String) -> Void

    let model: any LanguageModel
    private let encoder: any TextEncoder

    /// An evaluator of one model with its tokenizer.
    public init(model: any LanguageModel, encoder: any TextEncoder) {
        self.model = model
        self.encoder = encoder
    }

    /// Encodes tasks and texts and scores nothing: finds what `evaluate` would refuse.
    /// - Throws: `EvaluationError`, `TextFileError`.
    public func check(
        tasks: [MultipleChoiceTask] = [], texts: [Text] = [], documents: [RollingTask] = []
    ) throws {
        let tokens = self.tokens
        for task in documents { _ = try RollingSheet(task, tokens: tokens) }
        for task in tasks { _ = try MultipleChoice(task, tokens: tokens) }
        for text in texts { _ = try Perplexity(file: text.file, options: text.options, tokens: tokens) }
    }

    /// Scores tasks, then texts, then documents, each in the order given.
    ///
    /// Everything is encoded first, so that a fault in the last file shows before the first one costs time.
    /// - Throws: `EvaluationError`, `TextFileError`, and what the model throws.
    public func evaluate(
        tasks: [MultipleChoiceTask] = [], texts: [Text] = [], documents: [RollingTask] = [],
        progress: Progress = { _, _, _ in }
    ) throws -> EvaluationResult {
        let tokens = self.tokens
        let choices = try tasks.map { try MultipleChoice($0, tokens: tokens) }
        let windows = try texts.map { try Perplexity(file: $0.file, options: $0.options, tokens: tokens) }
        let rolling = try documents.map { try RollingSheet($0, tokens: tokens) }
        let total =
            choices.reduce(0) { $0 + $1.requests.count } + windows.reduce(0) { $0 + $1.requests.count }
            + rolling.reduce(0) { $0 + $1.requests.count }
        var done = 0
        var taskResults: [TaskResult] = []
        for part in choices {
            progress(done, total, part.task.name)
            // One call: the model sees all sequences of the task and can share contexts and sort by length.
            taskResults.append(try part.result(model.score(part.requests)))
            done += part.requests.count
        }
        func scoreInParts(_ requests: [ScoringRequest], _ what: String) throws -> [ScoringResult] {
            var scores: [ScoringResult] = []
            for start in stride(from: 0, to: requests.count, by: Self.windowsPerCall) {
                progress(done, total, what)
                let end = min(start + Self.windowsPerCall, requests.count)
                scores += try model.score(Array(requests[start..<end]))
                done += end - start
            }
            return scores
        }
        var textResults: [TextResult] = []
        for part in windows {
            textResults.append(try part.result(scoreInParts(part.requests, part.file)))
        }
        let rollingResults = try rolling.map { try $0.result(scoreInParts($0.requests, $0.task.name)) }
        if total > 0 { progress(done, total, "done") }
        return EvaluationResult(tasks: taskResults, texts: textResults, documents: rollingResults)
    }

    /// Scores whole documents, each token once, and counts loss per word and byte.
    /// - Throws: `EvaluationError`, and what the model throws.
    public func rollingPerplexity(
        of documents: [RollingDocument], progress: Progress = { _, _, _ in }
    ) throws -> RollingResult {
        guard let name = documents.first?.name else { return RollingResult(documents: [], logLikelihoods: []) }
        let task = RollingTask(name: name, documents: documents)
        let result = try evaluate(documents: [task], progress: progress).documents
        return result.first?.result ?? RollingResult(documents: [], logLikelihoods: [])
    }

    /// Windows between two reports of progress.
    static let windowsPerCall = 256

    var tokens: ContinuationTokens {
        ContinuationTokens(
            encoder: encoder, contextLength: model.contextLength, vocabularySize: model.vocabularySize)
    }
}

/// What a model scored: the body of an evaluation's JSON.
public struct EvaluationResult: Sendable, Equatable, Codable {
    /// One result per task.
    public let tasks: [TaskResult]
    /// One result per text.
    public let texts: [TextResult]
    /// One result per task of documents.
    public let documents: [RollingTaskResult]

    /// Results in the order of what was evaluated.
    public init(tasks: [TaskResult], texts: [TextResult], documents: [RollingTaskResult] = []) {
        self.tasks = tasks
        self.texts = texts
        self.documents = documents
    }

    private enum CodingKeys: String, CodingKey { case tasks, texts, documents }

    /// Reads results; those without documents have none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        tasks = try values.decode([TaskResult].self, forKey: .tasks)
        texts = try values.decode([TextResult].self, forKey: .texts)
        documents = try values.decodeIfPresent([RollingTaskResult].self, forKey: .documents) ?? []
    }

    /// Leaves the documents out where there are none.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(tasks, forKey: .tasks)
        try values.encode(texts, forKey: .texts)
        if !documents.isEmpty { try values.encode(documents, forKey: .documents) }
    }
}
