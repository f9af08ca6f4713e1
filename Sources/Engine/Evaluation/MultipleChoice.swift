/// Zero-shot evaluation by log-likelihood: the model chooses the answer that it finds most probable.
///
/// A request that occurs twice in a task is scored once.
///
/// Source: Gao et al. 2021, lm-evaluation-harness; definitions of version 0.4.13.
struct MultipleChoice {
    let task: MultipleChoiceTask
    /// Distinct sequences in the order of their first use.
    let requests: [ScoringRequest]
    /// For every example, the index in `requests` of each choice.
    let indices: [[Int]]

    /// Encodes every request of a task.
    /// - Throws: `EvaluationError` for the first request that cannot be scored.
    init(_ task: MultipleChoiceTask, tokens: ContinuationTokens) throws(EvaluationError) {
        var requests: [ScoringRequest] = []
        var known: [Key: Int] = [:]
        var indices: [[Int]] = []
        for example in task.examples {
            var row: [Int] = []
            for (choice, request) in example.requests.enumerated() {
                let scoring = try tokens.scoringRequest(request, source: task.name, id: example.id, choice: choice)
                let key = Key(tokens: scoring.tokens, targetStart: scoring.targetStart)
                let index = known[key] ?? requests.count
                if index == requests.count {
                    known[key] = index
                    requests.append(scoring)
                }
                row.append(index)
            }
            indices.append(row)
        }
        self.task = task
        self.requests = requests
        self.indices = indices
    }

    /// The task's result, from the results of `requests` in their order.
    func result(_ scores: [ScoringResult]) throws(EvaluationError) -> TaskResult {
        precondition(scores.count == requests.count, "\(scores.count) results for \(requests.count) requests")
        let choices = scores.map { ChoiceScore(logLikelihood: $0.logLikelihood, isGreedy: $0.isGreedy) }
        return try Self.result(of: task, scores: indices.map { $0.map { choices[$0] } })
    }

    /// The result on some of the examples, from the results of their requests.
    ///
    /// - Parameters:
    ///   - chosen: indices of examples, ascending, at least one.
    ///   - score: the result of a request of theirs.
    func result(of chosen: [Int], _ score: (Int) -> ScoringResult) throws(EvaluationError) -> TaskResult {
        let part = task.with(examples: chosen.map { task.examples[$0] })
        let scores = chosen.map { example in
            indices[example].map { request in
                let result = score(request)
                return ChoiceScore(logLikelihood: result.logLikelihood, isGreedy: result.isGreedy)
            }
        }
        // What is defined for the task is not for a few examples of it to say.
        return try Self.result(of: part, scores: scores, isNormalized: task.hasNormalizedAccuracy)
    }

    /// Whether the right choice of an example has the largest log-likelihood.
    func isCorrect(_ example: Int, _ score: (Int) -> ScoringResult) -> Bool {
        Self.firstMaximum(indices[example].map { score($0).logLikelihood }) == task.examples[example].gold
    }

    /// What a model gave one choice.
    struct ChoiceScore {
        /// In nats.
        let logLikelihood: Double
        let isGreedy: Bool
    }

    /// The task's result from the scores of every choice of every example.
    /// - Parameter isNormalized: whether scores per length are defined; nil for what the task itself says.
    static func result(
        of task: MultipleChoiceTask, scores: [[ChoiceScore]], isNormalized: Bool? = nil
    ) throws(EvaluationError) -> TaskResult {
        let isNormalized = isNormalized ?? task.hasNormalizedAccuracy
        var examples: [ExampleResult] = []
        examples.reserveCapacity(task.examples.count)
        for (example, choices) in zip(task.examples, scores) {
            let values = choices.map(\.logLikelihood)
            guard values.allSatisfy(\.isFinite) else { throw .notFinite(source: task.name, id: example.id) }
            func isRight(_ length: (String) -> Int) -> Bool {
                firstMaximum(zip(values, example.choices).map { $0 / Double(length($1)) }) == example.gold
            }
            examples.append(
                ExampleResult(
                    id: example.id, logLikelihoods: values, isGreedy: choices.map(\.isGreedy),
                    isCorrect: firstMaximum(values) == example.gold,
                    isCorrectNorm: isNormalized ? isRight { $0.unicodeScalars.count } : nil,
                    isCorrectBytes: isNormalized ? isRight { $0.utf8.count } : nil))
        }
        let subtasks = subtaskResults(task, examples)
        let correct = examples.map(\.isCorrect)
        let norm = examples.compactMap(\.isCorrectNorm)
        let bytes = examples.compactMap(\.isCorrectBytes)
        return TaskResult(
            task: task.name, n: examples.count,
            acc: subtasks.map { $0.reduce(0) { $0 + $1.acc } / Double($0.count) } ?? share(correct),
            accStandardError: subtasks.map { StandardError.ofAverage($0.map(\.accStandardError)) }
                ?? StandardError.ofAccuracy(correct),
            accNorm: isNormalized ? share(norm) : nil,
            accNormStandardError: isNormalized ? StandardError.ofAccuracy(norm) : nil,
            accBytes: isNormalized ? share(bytes) : nil,
            accBytesStandardError: isNormalized ? StandardError.ofAccuracy(bytes) : nil,
            subtasks: subtasks, examples: examples)
    }

    /// Scores by subtask in the order of their first example; `nil` for a task without subtasks.
    private static func subtaskResults(_ task: MultipleChoiceTask, _ examples: [ExampleResult]) -> [SubtaskResult]? {
        var order: [String] = []
        var correct: [String: [Bool]] = [:]
        for (example, result) in zip(task.examples, examples) {
            guard let subtask = example.subtask else { return nil }
            if correct[subtask] == nil { order.append(subtask) }
            correct[subtask, default: []].append(result.isCorrect)
        }
        return order.map { subtask in
            let values = correct[subtask] ?? []
            return SubtaskResult(
                subtask: subtask, n: values.count, acc: share(values),
                accStandardError: StandardError.ofAccuracy(values))
        }
    }

    private static func firstMaximum(_ values: [Double]) -> Int {
        var best = 0
        for (i, value) in values.enumerated() where value > values[best] { best = i }
        return best
    }

    private static func share(_ values: [Bool]) -> Double {
        Double(values.count { $0 }) / Double(values.count)
    }

    private struct Key: Hashable {
        let tokens: [Int32]
        let targetStart: Int
    }
}
