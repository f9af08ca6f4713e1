internal import Engine
internal import Store

/// The trial that another one races against, with its results example by example.
struct RaceIncumbent: Sendable {
    let trial: TrialRecord
    let examples: [ExampleResultRecord]

    /// - Throws: `StoreError`.
    init(_ trial: TrialRecord, in store: Store) throws {
        self.trial = trial
        examples = try store.exampleResults(ofTrial: trial.id)
    }

    /// Its values as a race takes them (`RacingPlan.incumbent`); nil where it did not answer these questions.
    /// - Parameter objectiveText: which of the texts is the objective; nil where the accuracy of the tasks is.
    func values(on evaluation: EvaluationStep, objectiveText: Int?) -> [[Double]]? {
        guard let objectiveText else {
            let rows = evaluation.tasks.compactMap { task -> [Double]? in
                guard let record = examples.first(where: { $0.task == task.name }),
                    record.items == task.examples.map(\.id)
                else { return nil }
                return record.correct?.map { $0 ? 1 : 0 }
            }
            return rows.count == evaluation.tasks.count ? rows : nil
        }
        guard evaluation.texts.indices.contains(objectiveText),
            let record = examples.first(where: { $0.task == evaluation.textNames[objectiveText] }),
            record.items == record.items.indices.map(ExampleResultRecord.window)
        else { return nil }
        let tokens = Double(evaluation.texts[objectiveText].options.windowLength - 1)
        return [record.logLikelihoods.map { $0 / tokens }]
    }
}

extension TrialRecord {
    /// Whether nobody wants the trial's value for itself: an allocation that the search came upon.
    var mayBeStopped: Bool { origin == .search && (kind == .proposal || (kind == .initial && label == nil)) }
}

extension ExampleResultRecord {
    /// The id of a text's window.
    static func window(_ number: Int) -> String { "window/\(number)" }
}

extension TrialRunner {
    /// Whom a trial races against; nil where it is evaluated whole.
    ///
    /// References, baselines and whatever has a name or was asked for by name are evaluated whole: their values are
    /// wanted for themselves. A rerun of a trial that was stopped races against the same one, so that it stops at the same
    /// example; a rerun of any other is whole.
    /// - Throws: `Failure` with status 7 where what a rerun needs is gone; `StoreError`.
    func incumbent(of trial: TrialRecord) throws -> RaceIncumbent? {
        if trial.kind == .rerun, let original = trial.rerunOf {
            guard let race = try store.races(ofTrials: [original])[original], race.isStopped else { return nil }
            let incumbent = try RaceIncumbent(store.trial(id: race.incumbentID), in: store)
            guard !incumbent.examples.isEmpty else {
                throw Failure(
                    .checkFailed, code: "input_changed",
                    "the results of \(incumbent.trial.name), against which the trial raced, are gone")
            }
            return incumbent
        }
        guard context.problem.specification.earlyStopping.race != nil, trial.mayBeStopped else { return nil }
        return try store.incumbent(ofSearch: trial.searchID).map { try RaceIncumbent($0, in: store) }
    }
}
