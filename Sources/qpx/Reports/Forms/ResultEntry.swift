internal import Store

/// One row of results before it is formatted: a method of a search, or of several searches that differ in their seed.
struct ResultEntry {
    /// The trials that it rests on: one, the replicates of one, or one of each seed.
    var trials: [TrialRecord]
    /// The trial that all of them repeat, where they are replicates.
    var repeated: TrialRecord?
    /// The search of the first one.
    var search: SearchRecord
    /// What rows of several seeds have in common.
    var key: String
    /// What the row is called.
    var method: String
    /// How many candidates were tried where the best of them is meant.
    var tried: [Int] = []
    /// Final metrics; of several trials the means.
    var metrics: [MetricRecord]
    /// The metrics of each seed, where there are several.
    var metricsOfSeeds: [[MetricRecord]] = []
    /// The value of the search's objective, of several trials the mean.
    var objective: Double?
    /// Its error.
    var objectiveError: Double?
    /// Over how many seeds the values are means, their errors being standard deviations; 1 where there is no such thing.
    var seeds = 1
    /// Whether other rows of its searches have more seeds.
    var isPartial = false
    /// Whether it is the first row of its searches.
    var isFirst: Bool

    /// The trial that the row names.
    var trial: TrialRecord { trials[0] }

    /// Whether the row competes with others.
    var isRanked: Bool { trial.allocation != nil && trial.isWithinBudget != false && !isPartial }

    /// Bits per weight, of several trials the mean.
    var bitsPerWeight: Double? { Self.mean(trials.map(\.bitsPerWeight)) }

    /// Bytes of weights, of several trials the mean.
    var weightBytes: Double? { Self.mean(trials.map { $0.weightBytes.map(Double.init) }) }

    /// A final metric.
    func metric(_ name: String, task: String) -> MetricRecord? {
        metrics.first { $0.name == name && $0.task == task && $0.step == nil }
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap(\.self)
        guard known.count == values.count, !known.isEmpty else { return nil }
        return known.reduce(0, +) / Double(known.count)
    }

    /// Whether a reference is of the pruned model; only the first reference of a search is of the intact one.
    var isPruned: Bool { trial.label.map { !$0.hasPrefix("intact") } ?? true }

    // MARK: Reading

    /// The rows of one search: references, uniform precisions, what the initial design has a name for, the best trial,
    /// and, where it was confirmed, its replicates.
    static func entries(of search: SearchRecord, in store: Store) throws -> [ResultEntry] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        filter.condition = namedRows
        let trials = try store.trials(filter)
        let references = trials.filter { $0.kind == .reference && $0.allocation == nil }
        // Uniform precisions stand together by size, whether they could have been chosen or not.
        let uniform = trials.filter { $0.kind == .baseline || ($0.kind == .reference && $0.allocation != nil) }
            .sorted { ($0.bitsPerWeight ?? 0, $0.number) < ($1.bitsPerWeight ?? 0, $1.number) }
        let named = trials.filter { $0.kind == .initial && $0.label != nil }
        let best = try store.bestTrial(ofSearch: search.id)
        let replicates =
            try best.map { best in
                try store.replicates(ofTrial: best.id).filter { $0.state == .complete && $0.fidelity >= 1 }
            } ?? []
        let all = references + uniform + named + (best.map { [$0] } ?? []) + replicates
        let metrics = try store.metrics(ofTrials: all.map(\.id)).mapValues { $0.filter { $0.step == nil } }
        func entry(_ trial: TrialRecord, _ method: String, key: String) -> ResultEntry {
            ResultEntry(
                trials: [trial], search: search, key: key, method: method, metrics: metrics[trial.id] ?? [],
                objective: trial.objectiveValue, objectiveError: trial.objectiveStandardError, isFirst: false)
        }
        var entries = (references + uniform + named).map { trial in
            let method = trial.label ?? "\(trial.kind.rawValue) \(trial.number)"
            return entry(trial, method, key: "\(trial.kind.rawValue) \(method)")
        }
        if let best {
            let tried = try store.trialCount(candidates(of: search))
            var row = entry(best, "searched (best of \(tried))", key: "searched")
            row.tried = [tried]
            entries.append(row)
            if !replicates.isEmpty {
                let seeds = replicates.count == 1 ? "a fresh seed" : "mean of \(replicates.count) fresh seeds"
                var row = entry(best, "searched, \(seeds)", key: "searched, \(seeds)")
                row.trials = replicates
                row.repeated = best
                row.metrics = mean(replicates.map { metrics[$0.id] ?? [] }, error: PairedDifference.standardError)
                let values = replicates.compactMap(\.objectiveValue)
                row.objective = values.count == replicates.count ? values.reduce(0, +) / Double(values.count) : nil
                row.objectiveError = PairedDifference.standardError(ofMean: values)
                entries.append(row)
            }
        }
        if !entries.isEmpty { entries[0].isFirst = true }
        return entries
    }

    /// Everything but what the surrogate proposed; a value of a part is never put beside values of the whole.
    private static let namedRows = TrialExpression.and(
        .comparison(.greaterOrEqual, .field(.fidelity), .number(1)),
        .or(
            .or(
                .comparison(.equal, .field(.kind), .text(TrialKind.reference.rawValue)),
                .comparison(.equal, .field(.kind), .text(TrialKind.baseline.rawValue))),
            .and(
                .comparison(.equal, .field(.kind), .text(TrialKind.initial.rawValue)),
                .not(.isMissing(.field(.label))))))

    private static func candidates(of search: SearchRecord) -> TrialFilter {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete]
        filter.kinds = TrialKind.allCases.filter(\.isCandidate)
        return filter
    }

    // MARK: Several seeds

    /// Rows of searches that differ in their seed: means, with the standard deviation over the seeds.
    static func merged(_ searches: [[ResultEntry]]) -> [ResultEntry] {
        guard searches.count > 1 else { return searches.first ?? [] }
        let keys = order(searches.map { $0.map(\.key) })
        var rows = keys.compactMap { key -> ResultEntry? in
            let own = searches.compactMap { $0.first { $0.key == key } }
            guard var row = merged(own) else { return nil }
            // A mean over other seeds than those of its neighbours is not to be compared with them unawares.
            if own.count < searches.count, row.isPruned {
                row.method += " (\(own.count) of \(searches.count) seeds)"
                row.isPartial = true
            }
            return row
        }
        for index in rows.indices { rows[index].isFirst = index == 0 }
        return rows
    }

    /// The keys of several searches in one order: what only some have stands where it stands in them.
    static func order(_ lists: [[String]]) -> [String] {
        var keys: [String] = []
        for list in lists {
            var end = 0
            for key in list {
                if let index = keys.firstIndex(of: key) {
                    end = index + 1
                } else {
                    keys.insert(key, at: end)
                    end += 1
                }
            }
        }
        return keys
    }

    private static func merged(_ entries: [ResultEntry]) -> ResultEntry? {
        guard var row = entries.first else { return nil }
        // The intact model is the same whatever the seed.
        guard entries.count > 1, entries.contains(where: { $0.metrics != row.metrics || $0.objective != row.objective })
        else { return row }
        row.trials = entries.flatMap(\.trials)
        row.repeated = nil
        row.seeds = entries.count
        row.metricsOfSeeds = entries.map(\.metrics)
        row.metrics = mean(entries.map(\.metrics), error: standardDeviation)
        let values = entries.compactMap(\.objective)
        row.objective = values.count == entries.count ? values.reduce(0, +) / Double(values.count) : nil
        row.objectiveError = row.objective == nil ? nil : standardDeviation(values)
        row.tried = entries.flatMap(\.tried)
        row.method = searched(row.tried) ?? row.method
        return row
    }

    /// "searched (best of 20)", "searched (best of 18 to 20)"; nil where nothing was searched.
    static func searched(_ tried: [Int]) -> String? {
        guard let least = tried.min(), let most = tried.max() else { return nil }
        return least == most ? "searched (best of \(least))" : "searched (best of \(least) to \(most))"
    }

    /// Sample standard deviation (n − 1).
    static func standardDeviation(_ values: [Double]) -> Double? {
        PairedDifference.standardError(ofMean: values).map { $0 * Double(values.count).squareRoot() }
    }

    /// Means of the final metrics that all have.
    private static func mean(
        _ trials: [[MetricRecord]], error: ([Double]) -> Double?
    ) -> [MetricRecord] {
        (trials.first ?? []).compactMap { metric in
            let values = trials.compactMap { own in
                own.first { $0.name == metric.name && $0.task == metric.task }?.value
            }
            guard values.count == trials.count else { return nil }
            return MetricRecord(
                name: metric.name, task: metric.task, value: values.reduce(0, +) / Double(values.count),
                standardError: error(values), count: metric.count)
        }
    }
}
