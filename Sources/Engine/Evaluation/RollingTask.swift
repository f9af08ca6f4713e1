/// Documents whose perplexity is measured together under one name.
public struct RollingTask: Sendable, Equatable {
    /// The task's name.
    public let name: String
    /// Its documents, at least one.
    public let documents: [RollingDocument]

    /// A task.
    public init(name: String, documents: [RollingDocument]) {
        precondition(!documents.isEmpty, "a task has at least one document")
        self.name = name
        self.documents = documents
    }
}

/// What a model scored on the documents of a task.
public struct RollingTaskResult: Sendable, Equatable, Codable {
    /// The task's name.
    public let task: String
    /// Its perplexities.
    public let result: RollingResult

    /// A result.
    public init(task: String, result: RollingResult) {
        self.task = task
        self.result = result
    }
}
