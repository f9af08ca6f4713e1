/// What a model scored on a multiple-choice task. In JSON, what is undefined is null.
public struct TaskResult: Sendable, Equatable, Codable {
    /// The task's name.
    public let task: String
    /// Number of examples.
    public let n: Int
    /// Accuracy, 0 to 1: the share of examples whose right answer has the largest log-likelihood; with subtasks, the
    /// unweighted mean of theirs.
    public let acc: Double
    /// Standard error of `acc`; undefined for a single example.
    public let accStandardError: Double?
    /// Accuracy by log-likelihood per character of the answer; undefined for some tasks
    /// (`MultipleChoiceTask.hasNormalizedAccuracy`).
    public let accNorm: Double?
    /// Standard error of `accNorm`.
    public let accNormStandardError: Double?
    /// Accuracy by log-likelihood per UTF-8 byte of the answer; defined where `accNorm` is.
    public let accBytes: Double?
    /// Standard error of `accBytes`.
    public let accBytesStandardError: Double?
    /// Scores of the subtasks in the order of their first example; `nil`, and absent in JSON, without subtasks.
    public let subtasks: [SubtaskResult]?
    /// Every example's result, in the order of the task; `nil`, and absent in JSON, when left out.
    public let examples: [ExampleResult]?

    /// The same scores without the examples.
    public var withoutExamples: TaskResult {
        TaskResult(
            task: task, n: n, acc: acc, accStandardError: accStandardError, accNorm: accNorm,
            accNormStandardError: accNormStandardError, accBytes: accBytes,
            accBytesStandardError: accBytesStandardError, subtasks: subtasks, examples: nil)
    }

    private enum CodingKeys: String, CodingKey {
        case task, n, acc, subtasks, examples
        case accStandardError = "acc_stderr"
        case accNorm = "acc_norm"
        case accNormStandardError = "acc_norm_stderr"
        case accBytes = "acc_bytes"
        case accBytesStandardError = "acc_bytes_stderr"
    }

    /// Writes undefined scores as null; the derived encoding would leave their keys out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(task, forKey: .task)
        try container.encode(n, forKey: .n)
        try container.encode(acc, forKey: .acc)
        try container.encode(accStandardError, forKey: .accStandardError)
        try container.encode(accNorm, forKey: .accNorm)
        try container.encode(accNormStandardError, forKey: .accNormStandardError)
        try container.encode(accBytes, forKey: .accBytes)
        try container.encode(accBytesStandardError, forKey: .accBytesStandardError)
        try container.encodeIfPresent(subtasks, forKey: .subtasks)
        try container.encodeIfPresent(examples, forKey: .examples)
    }
}

/// What a model scored on one subtask.
public struct SubtaskResult: Sendable, Equatable, Codable {
    /// The subtask's name.
    public let subtask: String
    /// Number of examples.
    public let n: Int
    /// Accuracy, 0 to 1.
    public let acc: Double
    /// Standard error of `acc`; undefined for a single example.
    public let accStandardError: Double?

    private enum CodingKeys: String, CodingKey {
        case subtask, n, acc
        case accStandardError = "acc_stderr"
    }

    /// Writes an undefined error as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(subtask, forKey: .subtask)
        try container.encode(n, forKey: .n)
        try container.encode(acc, forKey: .acc)
        try container.encode(accStandardError, forKey: .accStandardError)
    }
}

/// What a model gave the choices of one example.
public struct ExampleResult: Sendable, Equatable, Codable {
    /// The example's id.
    public let id: String
    /// Log-likelihood of each choice, in nats.
    public let logLikelihoods: [Double]
    /// Whether every token of the choice is the model's most probable one.
    public let isGreedy: [Bool]
    /// Whether the right choice has the largest log-likelihood; the first wins a tie.
    public let isCorrect: Bool
    /// Whether it has the largest log-likelihood per character; undefined where `TaskResult.accNorm` is.
    public let isCorrectNorm: Bool?
    /// Whether it has the largest log-likelihood per UTF-8 byte; undefined where `TaskResult.accNorm` is.
    public let isCorrectBytes: Bool?

    private enum CodingKeys: String, CodingKey {
        case id
        case logLikelihoods = "log_likelihoods"
        case isGreedy = "is_greedy"
        case isCorrect = "correct"
        case isCorrectNorm = "correct_norm"
        case isCorrectBytes = "correct_bytes"
    }

    /// Writes undefined values as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(logLikelihoods, forKey: .logLikelihoods)
        try container.encode(isGreedy, forKey: .isGreedy)
        try container.encode(isCorrect, forKey: .isCorrect)
        try container.encode(isCorrectNorm, forKey: .isCorrectNorm)
        try container.encode(isCorrectBytes, forKey: .isCorrectBytes)
    }
}
