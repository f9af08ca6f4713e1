/// What an evaluation is stopped for, and against whom.
public struct RacingPlan: Sendable {
    /// What is raced for; larger is better.
    public enum Objective: Sendable, Equatable {
        /// The mean of the tasks' accuracies.
        case accuracy
        /// Minus the mean loss of a text, given by its place among the texts.
        case loss(text: Int)
    }

    /// What is raced for.
    public let objective: Objective
    /// The incumbent's values, larger is better: for accuracy `[task][example]`, 1 where right and 0 where wrong; for a
    /// loss one row, the mean log-likelihood per token of every window in nats.
    public let incumbent: [[Double]]
    /// How the race is run.
    public let options: Race.Options
    /// Decides the order of the examples.
    public let seed: UInt64

    /// A plan from its parts.
    public init(objective: Objective, incumbent: [[Double]], options: Race.Options, seed: UInt64) {
        self.objective = objective
        self.incumbent = incumbent
        self.options = options
        self.seed = seed
    }

    /// The race over all examples, numbered through: those of the tasks one after the other, or the text's windows.
    ///
    /// A task's accuracy is the mean over its subtasks where it has some, and the objective the mean over tasks: an example
    /// counts as much as it does there.
    /// - Returns: nil where the incumbent's values are not those of these examples, are not finite, or there are none.
    public func race(tasks: [MultipleChoiceTask], windows: Int?) -> Race? {
        var groups: [Race.Group] = []
        switch objective {
        case .accuracy:
            guard incumbent.map(\.count) == tasks.map(\.examples.count) else { return nil }
            var first = 0
            for task in tasks {
                let members = Self.subtasks(task)
                let weight = 1 / Double(tasks.count) / Double(members.count)
                groups += members.map { Race.Group(weight: weight, examples: $0.map { first + $0 }) }
                first += task.examples.count
            }
        case .loss:
            guard let windows, windows > 0, incumbent.map(\.count) == [windows] else { return nil }
            groups = [Race.Group(weight: 1, examples: Array(0..<windows))]
        }
        let values = incumbent.flatMap(\.self)
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
        return Race(groups: groups, incumbent: values, options: options, seed: seed)
    }

    /// Examples whose mean accuracy counts equally in the task's: by subtask, in the order of their first example.
    private static func subtasks(_ task: MultipleChoiceTask) -> [[Int]] {
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (index, example) in task.examples.enumerated() {
            guard let subtask = example.subtask else { return [Array(task.examples.indices)] }
            if members[subtask] == nil { order.append(subtask) }
            members[subtask, default: []].append(index)
        }
        return order.map { members[$0] ?? [] }
    }
}

/// What an evaluation that could be stopped found.
public struct RacedEvaluation: Sendable, Equatable {
    /// All tasks and texts; where it was stopped, only the objective's, on the examples that were scored.
    public let result: EvaluationResult
    /// How the race ended; nil where there was none, since the incumbent had answered something else.
    public let standing: Race.Standing?

    /// Whether the evaluation was stopped.
    public var isStopped: Bool { standing?.isBeaten == true }
}

extension Evaluator {
    /// Scores tasks and texts as `evaluate(tasks:texts:progress:)` does, the objective's examples first and in stages, and
    /// stops once they cannot win against the incumbent any more.
    ///
    /// What was not stopped gives the same result, bit by bit: a sequence's scores don't depend on when it is scored.
    /// - Throws: `EvaluationError`, `TextFileError`, and what the model throws.
    public func evaluate(
        tasks: [MultipleChoiceTask] = [], texts: [Text] = [], documents: [RollingTask] = [], racing plan: RacingPlan,
        progress: Progress = { _, _, _ in }
    ) throws -> RacedEvaluation {
        let choices = try tasks.map { try MultipleChoice($0, tokens: tokens) }
        let windows = try texts.map { try Perplexity(file: $0.file, options: $0.options, tokens: tokens) }
        let rolling = try documents.map { try RollingSheet($0, tokens: tokens) }
        var sheets = choices.map { ScoreSheet(name: $0.task.name, requests: $0.requests) }
        sheets += windows.map { ScoreSheet(name: $0.file, requests: $0.requests, perCall: Self.windowsPerCall) }
        sheets += rolling.map { ScoreSheet(name: $0.task.name, requests: $0.requests, perCall: Self.windowsPerCall) }
        let total = sheets.reduce(0) { $0 + $1.requests.count }
        func score(_ wanted: [Int], of sheet: Int) throws {
            let before = sheets.reduce(0) { $0 + $1.requests.count - $1.missing.count }
            let name = sheets[sheet].name
            try sheets[sheet].score(wanted, by: model) { progress(before + $0, total, name) }
        }
        let course = RaceCourse(plan, choices: choices, windows: windows)
        var standing: Race.Standing?
        if let course {
            for stage in 0..<plan.options.stages {
                for (sheet, wanted) in course.requests(through: stage) { try score(wanted, of: sheet) }
                let now = course.standing(after: stage, sheets)
                standing = now
                if now.isBeaten {
                    progress(total, total, "done")
                    return RacedEvaluation(result: try course.result(through: stage, sheets), standing: now)
                }
            }
        }
        for sheet in sheets.indices { try score(sheets[sheet].missing, of: sheet) }
        if total > 0 { progress(total, total, "done") }
        let scores = sheets.map(\.complete)
        let result = EvaluationResult(
            tasks: try zip(choices, scores).map { try $0.result($1) },
            texts: try zip(windows, scores.dropFirst(choices.count)).map { try $0.result($1) },
            documents: try zip(rolling, scores.dropFirst(choices.count + windows.count)).map { try $0.result($1) })
        return RacedEvaluation(result: result, standing: standing)
    }
}

/// The objective's examples, numbered through, and where their scores are found.
private struct RaceCourse {
    /// Where an example stands: its sheet, its place in the task or text, its requests.
    private struct Place {
        let sheet: Int
        let index: Int
        let requests: [Int]
    }

    private let race: Race
    private let choices: [MultipleChoice]
    private let windows: [Perplexity]
    private let places: [Place]

    /// `nil` where the incumbent's values are not those of these examples.
    init?(_ plan: RacingPlan, choices: [MultipleChoice], windows: [Perplexity]) {
        var text: Int?
        if case .loss(let index) = plan.objective {
            guard windows.indices.contains(index) else { return nil }
            text = index
        }
        guard let race = plan.race(tasks: choices.map(\.task), windows: text.map { windows[$0].requests.count }) else {
            return nil
        }
        self.race = race
        self.choices = choices
        self.windows = windows
        if let text {
            places = windows[text].requests.indices.map {
                Place(sheet: choices.count + text, index: $0, requests: [$0])
            }
        } else {
            places = choices.enumerated().flatMap { sheet, part in
                part.indices.enumerated().map { Place(sheet: sheet, index: $0, requests: $1) }
            }
        }
    }

    /// The requests of the examples up to a stage, by sheet.
    func requests(through stage: Int) -> [(sheet: Int, requests: [Int])] {
        bySheet(race.examples(through: stage)).map { sheet, places in (sheet, places.flatMap(\.requests)) }
    }

    private func bySheet(_ examples: [Int]) -> [(sheet: Int, places: [Place])] {
        var found: [(sheet: Int, places: [Place])] = []
        // Examples are numbered through, sheet after sheet.
        for place in examples.map({ places[$0] }) {
            if found.last?.sheet != place.sheet { found.append((place.sheet, [])) }
            found[found.count - 1].places.append(place)
        }
        return found
    }

    func standing(after stage: Int, _ sheets: [ScoreSheet]) -> Race.Standing {
        race.standing(after: stage) { example in
            let place = places[example]
            guard place.sheet < choices.count else {
                let text = windows[place.sheet - choices.count]
                let score = Self.score(place.index, in: sheets[place.sheet]).logLikelihood
                return score / Double(text.options.windowLength - 1)
            }
            return choices[place.sheet].isCorrect(place.index) { Self.score($0, in: sheets[place.sheet]) } ? 1 : 0
        }
    }

    /// What the scored examples give.
    func result(through stage: Int, _ sheets: [ScoreSheet]) throws -> EvaluationResult {
        var tasks: [TaskResult] = []
        var texts: [TextResult] = []
        for (sheet, places) in bySheet(race.examples(through: stage)) {
            let chosen = places.map(\.index)
            if sheet < choices.count {
                tasks.append(try choices[sheet].result(of: chosen) { Self.score($0, in: sheets[sheet]) })
            } else {
                texts.append(
                    try windows[sheet - choices.count].result(
                        of: chosen, chosen.map { Self.score($0, in: sheets[sheet]) }))
            }
        }
        return EvaluationResult(tasks: tasks, texts: texts)
    }

    private static func score(_ request: Int, in sheet: ScoreSheet) -> ScoringResult {
        guard let score = sheet.scores[request] else { preconditionFailure("a stage's examples are scored") }
        return score
    }
}
