internal import Store

/// What pictures are drawn of: searches as a whole, or some of their trials.
struct PlotSubject: Sendable {
    /// Which trials come first in a picture that shows them side by side.
    enum Order: String, Sendable, CaseIterable {
        /// The best value first.
        case value
        /// As they were made.
        case number
        /// As they were asked for.
        case given
    }

    let store: Store
    /// The searches, in the order asked for.
    let searches: [SearchRecord]
    /// The trials asked for, in that order; nil where whole searches were.
    var trials: [TrialRecord]?
    /// A metric in place of the objective, NAME or NAME/TASK.
    var metric: String?
    /// Which way that metric is better; nil where its name says it.
    var direction: ObjectiveDirection?
    /// Which trials come first.
    var order = Order.value
    /// Steps over which training losses are averaged; nil for a sensible number.
    var smoothing: Int?

    /// Whole searches.
    init(_ store: Store, searches: [SearchRecord]) {
        self.store = store
        self.searches = searches
    }

    /// Some trials, of whatever searches.
    /// - Throws: `StoreError` where a search is gone.
    init(_ store: Store, trials: [TrialRecord]) throws {
        self.store = store
        self.trials = trials
        var ids: [Int] = []
        for trial in trials where !ids.contains(trial.searchID) { ids.append(trial.searchID) }
        searches = try ids.map { try store.search(id: $0) }
    }

    /// The names of the searches, or of the trials where only a few are asked for.
    var name: String {
        if let trials, trials.count <= 3 { return trials.map(\.name).joined(separator: ", ") }
        return searches.map(\.name).joined(separator: ", ")
    }

    /// What is measured: the metric asked for, else the objective that the searches have in common.
    /// - Throws: `Failure` with status 64 where they have none in common.
    func value() throws(Failure) -> ParetoValue {
        guard let metric else { return try ParetoValue(objectiveOf: searches) }
        return try ParetoValue(metric: metric, direction: direction)
    }

    /// Trials of each search, those that are asked for, by number.
    func trials(in states: [TrialState] = [.complete]) throws -> [[TrialRecord]] {
        if let trials {
            return searches.map { search in
                trials.filter { $0.searchID == search.id && states.contains($0.state) }
            }
        }
        return try searches.map { search in
            var filter = TrialFilter(search: search.id)
            filter.states = states
            return try store.trials(filter)
        }
    }

    /// Values of trials in the order in which the trials were asked for; as they are where whole searches were.
    func asGiven<Value>(_ values: [Value], id: (Value) -> Int) -> [Value] {
        guard let trials else { return values }
        let places = Dictionary(trials.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return values.sorted { (places[id($0)] ?? 0) < (places[id($1)] ?? 0) }
    }

    /// Complete candidates of each search that were evaluated whole, with their values; by number.
    func measured(_ value: ParetoValue) throws -> [[MeasuredTrial]] {
        let trials = try trials()
        return try zip(searches, trials).map { search, trials in
            let metrics = value.isObjective ? [:] : try store.metrics(ofSearch: search.id)
            return try trials.filter { $0.kind.isCandidate && $0.fidelity >= 1 }.compactMap { trial in
                guard let found = try value.of(trial, metrics[trial.id] ?? []), found.value.isFinite else {
                    return nil
                }
                return MeasuredTrial(trial: trial, value: found.value, standardError: found.error)
            }
        }
    }
}

/// A trial with its value.
struct MeasuredTrial: Sendable {
    let trial: TrialRecord
    /// The objective, or the metric asked for.
    let value: Double
    /// Its standard error, where it is known.
    let standardError: Double?

    /// Whether it counts among the best: what exceeds its budget does not.
    var isEligible: Bool { trial.isWithinBudget != false }

    /// "first/3 (uniform 4-bit): accuracy 0.6500 ± 0.0100".
    func note(_ value: ParetoValue) -> String {
        let label = trial.label.map { " (\($0))" } ?? ""
        let error = standardError.map { " ± \(NumberText.fixed($0, value.decimals))" } ?? ""
        return "\(trial.name)\(label): \(value.title) \(NumberText.fixed(self.value, value.decimals))\(error)"
    }
}
