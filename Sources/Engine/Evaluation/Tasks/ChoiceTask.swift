/// A task of questions with answers to choose from.
public protocol ChoiceTask: TaskDefinition {
    /// Whether accuracy by length-normalised log-likelihood (acc_norm) is defined.
    var hasNormalizedAccuracy: Bool { get }
    /// Whether solved examples can be put in front; the harness fixes some tasks at none.
    var takesShots: Bool { get }
    /// Whether an example equal to the question is never shown before it.
    ///
    /// So the harness has it for tasks without a test split: it draws one more example than it shows.
    var leavesOutQuestion: Bool { get }
    /// What a row asks.
    func question(_ row: DataRow) throws(TaskDataError) -> ChoiceQuestion
}

extension ChoiceTask {
    /// True: most tasks take them.
    public var takesShots: Bool { true }
    /// True, but for tasks with a test split.
    public var leavesOutQuestion: Bool { files.split != .test }
}

/// A question as a task words it: what is scored, and what it looks like solved.
public struct ChoiceQuestion: Sendable, Equatable {
    /// The text before the answer: one for all choices, or one for each where the continuation is shared.
    public let contexts: [String]
    /// The answers, without the blank before them.
    public let choices: [String]
    /// What is scored after each of the contexts; nil where the choices are.
    public let continuation: String?
    /// Index of the right answer.
    public let gold: Int

    /// Choices after one context.
    init(context: String, choices: [String], gold: Int) {
        contexts = [context]
        self.choices = choices
        continuation = nil
        self.gold = gold
    }

    /// One continuation after a context for each choice.
    init(contexts: [String], continuation: String, choices: [String], gold: Int) {
        self.contexts = contexts
        self.choices = choices
        self.continuation = continuation
        self.gold = gold
    }

    /// What is scored for each choice, after solved examples.
    func requests(after shots: String) -> [ContinuationRequest] {
        choices.indices.map { index in
            ContinuationRequest(
                context: shots + (contexts.count == 1 ? contexts[0] : contexts[index]),
                continuation: " " + (continuation ?? choices[index]))
        }
    }

    /// The question with its answer, as an example in front of another: an empty line ends it.
    ///
    /// Where the shared continuation is empty the harness takes it for no answer and writes neither blank nor empty line.
    var solved: String {
        guard let continuation else { return contexts[0] + " " + choices[gold] + "\n\n" }
        return contexts[gold] + (continuation.isEmpty ? "" : " " + continuation + "\n\n")
    }
}

extension ChoiceTask {
    /// Reads questions and, where shots are asked for, the training split beside the file or in the data folder.
    public func load(from location: String?, _ options: TaskOptions) throws -> LoadedTask {
        let finder = TaskFinder(task: self, options: options)
        let found = try finder.files(location)
        let scored = try LabelFile.rows(found, task: self)
        let rows = options.limit.map { Array(scored.rows.prefix($0)) } ?? scored.rows
        var files = scored.files
        var shots: FewShots?
        if options.shots > 0, takesShots {
            let training = try LabelFile.rows(try finder.trainingFiles(beside: found), task: self)
            files += training.files.filter { !files.contains($0) }
            shots = FewShots(task: self, rows: training.rows, count: options.shots, seed: options.shotsSeed)
        }
        return LoadedTask(content: .choices(try task(rows, shots: shots)), files: files)
    }

    /// The task that rows make. Ids are name and row number, as "piqa/0".
    func task(
        _ rows: [DataRow], shots: FewShots? = nil, subtask: String? = nil
    ) throws(TaskDataError) -> MultipleChoiceTask {
        var shots = shots
        var examples: [MultipleChoiceExample] = []
        examples.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            guard recognizes(row.value) else {
                throw .unrecognized(
                    file: row.file + row.place.description, task: name, fields: (row.value.members ?? []).map(\.name))
            }
            let question = try question(row)
            let prefix = try shots?.next(before: row) ?? ""
            examples.append(
                MultipleChoiceExample(
                    id: "\(name)/\(index)", subtask: subtask, choices: question.choices, gold: question.gold,
                    requests: question.requests(after: prefix)))
        }
        return MultipleChoiceTask(name: name, examples: examples, isNormalized: hasNormalizedAccuracy)
    }
}
