internal import Engine
internal import Store

/// What racing would have made of a search whose trials were evaluated whole: their results are recorded example by example,
/// so that every race can be run again, in the search's order or in others.
///
/// The trials stay the same; a search that races would propose others after the first one that it stops.
struct RaceReplay {
    /// What became of a trial.
    struct Entry: Sendable {
        let trial: TrialRecord
        /// Whom it raced against; nil where it was evaluated whole in any case.
        let incumbent: TrialRecord?
        /// Where the race ended.
        let standing: Race.Standing?
        /// Trial minus incumbent on all examples, larger is better.
        let wholeDifference: Double?

        var isStopped: Bool { standing?.isBeaten == true }
        /// Whether it is better than its incumbent, by more than a rounding.
        var isWinner: Bool { (wholeDifference ?? 0) > 1e-12 }
        /// Whether it was stopped although it is better than its incumbent.
        var isWronged: Bool { isStopped && isWinner }
    }

    /// A search with its trials raced in one order of the examples.
    struct Run: Sendable {
        let entries: [Entry]

        /// Trials that raced.
        var raced: [Entry] { entries.filter { $0.incumbent != nil } }
        /// Examples that were scored, of all examples of the trials that raced.
        var scoredShare: Double {
            let standings = raced.compactMap(\.standing)
            let all = standings.reduce(0) { $0 + $1.examples }
            return all == 0 ? 1 : Double(standings.reduce(0) { $0 + $1.scored }) / Double(all)
        }
    }

    let search: SearchRecord
    private let specification: Specification
    private let evaluation: EvaluationStep
    private let objectiveText: Int?
    private let trials: [RaceIncumbent]

    /// Reads the results of a search.
    /// - Throws: `Failure` where no race can be run; `TaskFileError`, `TextFileError`, `StoreError`.
    init(_ store: Store, search: SearchRecord) throws {
        self.search = search
        guard search.evaluator == .native else {
            throw Failure.usage("search '\(search.name)': its results, example by example, are not recorded")
        }
        specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        (evaluation, objectiveText) = try EvaluationStep.withObjective(specification)
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        trials = try store.trials(filter)
            .filter { $0.kind.isCandidate && $0.fidelity >= 1 && $0.origin != .imported }
            .sorted { $0.number < $1.number }.map { try RaceIncumbent($0, in: store) }
        guard trials.count > 1 else {
            throw Failure(
                .failed, "search '\(search.name)' has too few trials that were evaluated whole: a race needs two")
        }
    }

    /// Races the trials one after the other.
    /// - Parameters:
    ///   - order: number of the order of the examples; 0 is the search's own.
    ///   - shufflesTrials: whether the trials come in another order, too, where that of the examples is not the search's.
    /// - Throws: `Failure` where a trial's results are not those of the search's files.
    func run(_ options: Race.Options, order: Int, shufflesTrials: Bool = false) throws -> Run {
        var trials = trials
        if shufflesTrials, order > 0 {
            var random = RandomSource(seed: specification.seed &+ UInt64(order)).derived("trials")
            trials = random.permutation(trials.count).map { self.trials[$0] }
        }
        var best: (trial: TrialRecord, values: [[Double]])?
        var entries: [Entry] = []
        for candidate in trials {
            guard let values = candidate.values(on: evaluation, objectiveText: objectiveText) else {
                throw Failure(
                    .checkFailed, code: "input_changed",
                    "the results of \(candidate.trial.name) are not those of the tasks and texts as they are now")
            }
            let entry = best.map { raced(candidate.trial, values, against: $0, options, order) }
            entries.append(
                entry ?? Entry(trial: candidate.trial, incumbent: nil, standing: nil, wholeDifference: nil))
            if entry?.isStopped != true, candidate.trial.isWithinBudget != false,
                isBetter(candidate.trial, than: best?.trial)
            {
                best = (candidate.trial, values)
            }
        }
        return Run(entries: entries)
    }

    private func raced(
        _ trial: TrialRecord, _ values: [[Double]], against best: (trial: TrialRecord, values: [[Double]]),
        _ options: Race.Options, _ order: Int
    ) -> Entry {
        let plan = RacingPlan(
            objective: objectiveText.map { .loss(text: $0) } ?? .accuracy, incumbent: best.values, options: options,
            seed: specification.seed &+ UInt64(order))
        guard trial.mayBeStopped,
            let race = plan.race(tasks: evaluation.tasks, windows: objectiveText == nil ? nil : values.first?.count)
        else { return Entry(trial: trial, incumbent: nil, standing: nil, wholeDifference: nil) }
        let flat = values.flatMap(\.self)
        func standing(_ stage: Int) -> Race.Standing { race.standing(after: stage) { flat[$0] } }
        let last = standing(options.stages - 1)
        let end = (0..<options.stages).lazy.map(standing).first(where: \.isBeaten) ?? last
        return Entry(trial: trial, incumbent: best.trial, standing: end, wholeDifference: last.difference)
    }

    private func isBetter(_ trial: TrialRecord, than other: TrialRecord?) -> Bool {
        guard let value = trial.objectiveValue else { return false }
        guard let known = other?.objectiveValue else { return true }
        return search.direction == .maximize ? value > known : value < known
    }
}
