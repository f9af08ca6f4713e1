/// A set of multiple-choice examples, read from one file.
public struct MultipleChoiceTask: Sendable, Equatable {
    /// The task's name: the file's, without extension.
    public let name: String
    /// The examples in the order of the file, at least one.
    public let examples: [MultipleChoiceExample]
    /// Whether the task's definition has normalised accuracy; nil where the examples' form decides.
    let isNormalized: Bool?

    /// A task; either every example has a subtask or none.
    /// - Parameter isNormalized: whether its definition has normalised accuracy; nil to let the examples' form decide.
    public init(name: String, examples: [MultipleChoiceExample], isNormalized: Bool? = nil) {
        precondition(!examples.isEmpty, "a task has at least one example")
        self.name = name
        self.examples = examples
        self.isNormalized = isNormalized
    }

    /// The same task with other examples, or under another name.
    func with(name: String? = nil, examples: [MultipleChoiceExample]? = nil) -> MultipleChoiceTask {
        MultipleChoiceTask(
            name: name ?? self.name, examples: examples ?? self.examples, isNormalized: isNormalized)
    }

    /// Whether accuracy by normalised log-likelihoods (acc_norm, acc_bytes) is defined.
    ///
    /// Dividing by a choice's length makes sense where choices are different answers to one context. It is undefined for
    /// a task
    /// - where the contexts of an example differ and the continuation is shared (WinoGrande),
    /// - where a context is empty, so that whole sentences compete (BLiMP),
    /// - that lm-evaluation-harness defines with accuracy alone although it has the form (social_iqa, by name).
    ///
    /// A task that is known by name says so itself.
    public var hasNormalizedAccuracy: Bool {
        if let isNormalized { return isNormalized }
        guard !Self.accuracyOnly.contains(name) else { return false }
        return examples.allSatisfy { example in
            guard let first = example.requests.first, !first.context.isEmpty else { return false }
            return example.requests.allSatisfy { $0.context == first.context }
        }
    }

    private static let accuracyOnly = ["social_iqa"]

    /// `count` examples chosen by `seed`, in the order of the file; all of them if there are no more.
    ///
    /// A fixed permutation per task and seed decides: a larger sample contains every smaller one, so that results of
    /// examples can be used again.
    public func sampled(_ count: Int, seed: UInt64) -> MultipleChoiceTask {
        guard count < examples.count else { return self }
        var random = RandomSource(seed: seed).derived(name)
        let chosen = random.permutation(examples.count).prefix(max(1, count)).sorted()
        return with(examples: chosen.map { examples[$0] })
    }
}

/// One question of a multiple-choice task.
public struct MultipleChoiceExample: Sendable, Equatable {
    /// Names the example within its task.
    public let id: String
    /// The group whose mean the task's score is the mean of, such as a BLiMP paradigm.
    public let subtask: String?
    /// The answers, without the blank before them; at least two, none empty.
    public let choices: [String]
    /// Index of the right answer.
    public let gold: Int
    /// What is scored for each choice, in their order.
    public let requests: [ContinuationRequest]

    /// An example; there is one request for every choice.
    public init(id: String, subtask: String? = nil, choices: [String], gold: Int, requests: [ContinuationRequest]) {
        precondition(
            requests.count == choices.count && choices.indices.contains(gold), "choices, requests, gold differ")
        self.id = id
        self.subtask = subtask
        self.choices = choices
        self.gold = gold
        self.requests = requests
    }
}

/// Asks for the log-likelihood of a continuation after a context.
public struct ContinuationRequest: Sendable, Equatable {
    /// What comes before; may be empty.
    public let context: String
    /// What is scored, with the blank that separates it from the context; not empty.
    public let continuation: String

    /// A request.
    public init(context: String, continuation: String) {
        self.context = context
        self.continuation = continuation
    }
}
