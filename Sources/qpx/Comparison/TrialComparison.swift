internal import Store

/// Trials side by side: what they were asked to do, which layer got how many bits, what came out.
///
/// Differences are to the first trial, the baseline.
struct TrialComparison {
    /// The baseline, then the others in the order asked for.
    let trials: [TrialView]
    /// Settings that are shown: those that differ first, then those that agree; each in alphabetic order.
    let settings: [ComparedSetting]
    /// Metrics that are shown: those that differ first, then those that agree; each by task and name.
    let metrics: [ComparedMetric]
    /// Every metric, shown or not; differences are not tested.
    let allMetrics: [ComparedMetric]
    /// The objective of the trials' searches; nil where they do not have the same.
    let objective: ComparedMetric?
    /// How many tests were made.
    let tests: Int
    /// The last recorded step of each trial's recovery; nil where there is none.
    let trainingLosses: [TrainingLossRecord?]
    /// The trials' searches, by row id.
    private let searches: [Int: SearchRecord]

    /// - Parameters:
    ///   - trials: at least one, the baseline first.
    ///   - test: how accuracies are tested.
    /// - Throws: `Failure` with status 3 where the filter names what is not there; `StoreError`.
    init(
        _ store: Store, trials: [TrialRecord], filter: ComparisonFilter = ComparisonFilter(),
        test: PairedTest = .mcnemar
    ) throws {
        precondition(!trials.isEmpty, "a comparison needs a trial")
        let comparison = try store.comparison(ofTrials: trials.map(\.id))
        let names = try TrialNames(store, of: comparison.trials)
        self.trials = comparison.trials.map { TrialView($0, rerunOf: names.rerunOf($0)) }
        searches = Dictionary(comparison.searches.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let settings = Self.settings(comparison, searches)
        let found = try store.exampleResults(ofTrials: trials.map(\.id))
        let examples = comparison.trials.map { found[$0.id] ?? [] }
        let objective = Self.objective(comparison.trials, searches)
        var metrics = Self.metrics(comparison)
        // Where another program measured only the objective, or measured it otherwise, it is a row of its own.
        if let objective, !metrics.contains(where: { Self.isSame($0, objective) }) { metrics.append(objective) }
        for row in metrics.indices {
            for index in metrics[row].values.indices.dropFirst() {
                metrics[row].paired[index] = metrics[row].sample(index, examples).map { PairedDifference($0) }
            }
        }
        metrics.sort {
            $0.isDiffering == $1.isDiffering ? ($0.task, $0.name) < ($1.task, $1.name) : $0.isDiffering
        }
        try filter.check(settings: settings, metrics: metrics)
        allMetrics = metrics
        self.objective = objective.map { objective in
            metrics.first { Self.isSame($0, objective) } ?? objective
        }
        self.settings = settings.filter(filter.shows)
        (self.metrics, tests) = Self.tested(metrics.filter(filter.shows), examples, test)
        let losses = try store.finalTrainingLosses(ofTrials: trials.map(\.id))
        trainingLosses = comparison.trials.map { losses[$0.id] }
    }

    /// The specification of each trial's search, what the trial itself departs in, and what it ran with.
    private static func settings(_ comparison: Comparison, _ searches: [Int: SearchRecord]) -> [ComparedSetting] {
        let models = Dictionary(comparison.models.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return ComparedSetting.all(
            comparison.trials.map { trial in
                let search = searches[trial.searchID]
                let own = search.map { ComparedSetting.facts(of: $0, modelDigest: models[$0.modelID]?.sha256) } ?? []
                return own + ComparedSetting.facts(of: trial)
            })
    }

    private static func metrics(_ comparison: Comparison) -> [ComparedMetric] {
        var rows: [String: ComparedMetric] = [:]
        for (index, trial) in comparison.trials.enumerated() {
            for metric in comparison.metrics[trial.id] ?? [] where metric.step == nil {
                let empty = empty(metric.name, task: metric.task, comparison.trials)
                rows["\(metric.task)\n\(metric.name)", default: empty].values[index] = metric
            }
        }
        return rows.values.sorted { ($0.task, $0.name) < ($1.task, $1.name) }
    }

    private static func empty(_ name: String, task: String, _ trials: [TrialRecord]) -> ComparedMetric {
        ComparedMetric(
            name: name, task: task, values: Array(repeating: nil, count: trials.count),
            paired: Array(repeating: nil, count: trials.count), fidelities: trials.map(\.fidelity))
    }

    /// The objective as if it were a metric; it rests on examples, so that a value of a part of them is not compared.
    private static func objective(_ trials: [TrialRecord], _ searches: [Int: SearchRecord]) -> ComparedMetric? {
        let own = trials.compactMap { searches[$0.searchID] }
        guard let first = own.first, own.count == trials.count,
            own.allSatisfy({ $0.objective == first.objective && $0.direction == first.direction })
        else { return nil }
        var objective = empty(first.objective, task: "", trials)
        objective.values = trials.map { trial in
            trial.objectiveValue.map {
                MetricRecord(
                    name: first.objective, value: $0, standardError: trial.objectiveStandardError,
                    count: trial.fidelity < 1 ? 0 : nil)
            }
        }
        return objective.values.contains { $0 != nil } ? objective : nil
    }

    /// Whether a metric is what the objective is, in every trial. The objective of a trial that was stopped is an
    /// estimate, its metrics are of the part.
    private static func isSame(_ metric: ComparedMetric, _ objective: ComparedMetric) -> Bool {
        let names = objective.name == "accuracy" ? ["accuracy", "mean_acc", "acc"] : [objective.name]
        return names.contains(metric.name)
            && zip(metric.values, objective.values).enumerated().allSatisfy { index, pair in
                metric.fidelities[index] < 1 || pair.0?.value == pair.1?.value
            }
    }

    /// The metrics with what their tests said, and how many there were.
    private static func tested(
        _ metrics: [ComparedMetric], _ examples: [[ExampleResultRecord]], _ test: PairedTest
    ) -> (metrics: [ComparedMetric], tests: Int) {
        var metrics = metrics
        var places: [(row: Int, index: Int)] = []
        for row in metrics.indices {
            let metric = metrics[row]
            for index in metric.values.indices.dropFirst() {
                guard let sample = metric.sample(index, examples) else { continue }
                metrics[row].paired[index]?.test(sample, by: metric.test(asked: test), purpose: metric.task)
                if metrics[row].paired[index]?.pValue != nil { places.append((row, index)) }
            }
        }
        guard places.count > 1 else { return (metrics, places.count) }
        let corrected = HolmCorrection.adjusted(places.map { metrics[$0.row].paired[$0.index]?.pValue ?? 1 })
        for (place, value) in zip(places, corrected) { metrics[place.row].paired[place.index]?.correctedPValue = value }
        return (metrics, places.count)
    }

    /// The search of a trial.
    func search(of trial: TrialRecord) -> SearchRecord? { searches[trial.searchID] }
}
