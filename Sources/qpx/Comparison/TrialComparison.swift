internal import Store

/// Trials side by side: what they were asked to do, which layer got how many bits, what came out.
///
/// Differences are to the first trial.
struct TrialComparison {
    /// A setting or fact, with a value for each trial.
    struct Setting: Sendable, Equatable {
        var name: String
        var values: [JSONValue]

        /// Whether the trials do not agree.
        var isDiffering: Bool { values.contains { $0 != values[0] } }
    }

    /// A metric, with a value for each trial.
    struct Metric {
        var name: String
        var task: String
        var values: [MetricRecord?]
        /// Of each trial to the first, on the questions that both answered; nil for the first.
        var paired: [PairedDifference?]
        /// The part of its examples that each trial answered: less than 1 where it was stopped early.
        var fidelities: [Double]

        /// Whether the trials do not agree.
        var isDiffering: Bool { values.contains { $0?.value != values[0]?.value } }

        /// Whether the values of a trial and of the first do not rest on the same examples. A value without a count rests on
        /// none.
        func isPartial(_ index: Int) -> Bool {
            values[index]?.count != nil && (fidelities[0] < 1 || fidelities[index] < 1)
        }

        /// Second minus first for each trial; nil where one is missing, where one rests on a part of the examples, and for
        /// the first.
        var differences: [Double?] {
            values.enumerated().map { index, metric in
                guard index > 0, !isPartial(index), let mine = metric?.value, let first = values[0]?.value else {
                    return nil
                }
                return mine - first
            }
        }
    }

    let trials: [TrialView]
    /// Settings that differ first, then those that agree; each in alphabetic order.
    let settings: [Setting]
    /// Metrics that differ first, then those that agree; each by task and name.
    let metrics: [Metric]

    init(_ store: Store, trials: [TrialRecord]) throws {
        precondition(!trials.isEmpty, "a comparison needs a trial")
        let comparison = try store.comparison(ofTrials: trials.map(\.id))
        let names = try TrialNames(store, of: comparison.trials)
        self.trials = comparison.trials.map { TrialView($0, rerunOf: names.rerunOf($0)) }
        settings = Self.differingFirst(Self.settings(comparison)) { ($0.isDiffering, $0.name) }
        let examples = try comparison.trials.map { try store.exampleResults(ofTrial: $0.id) }
        metrics = Self.differingFirst(Self.metrics(comparison, examples)) { ($0.isDiffering, "\($0.task) \($0.name)") }
    }

    private static func differingFirst<Value>(_ values: [Value], by key: (Value) -> (Bool, String)) -> [Value] {
        values.sorted { a, b in
            let (first, second) = (key(a), key(b))
            return first.0 == second.0 ? first.1 < second.1 : first.0
        }
    }

    /// The specification of each trial's search, what the trial itself departs in, and what it ran with.
    private static func settings(_ comparison: Comparison) -> [Setting] {
        let searches = Dictionary(comparison.searches.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let models = Dictionary(comparison.models.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var rows: [String: [JSONValue]] = [:]
        for (index, trial) in comparison.trials.enumerated() {
            for (name, value) in facts(of: trial, in: searches[trial.searchID], models: models) {
                rows[name, default: Array(repeating: .null, count: comparison.trials.count)][index] = value
            }
        }
        return rows.map { Setting(name: $0.key, values: $0.value) }
    }

    private static func facts(
        of trial: TrialRecord, in search: SearchRecord?, models: [Int: ModelRecord]
    ) -> [(String, JSONValue)] {
        var facts: [(String, JSONValue)] = []
        if let search {
            // A search's name and thread count are no settings of a trial: the name tells which, the threads were its own.
            facts += SearchView(search).settings.filter { !["name", "threads", "workers", "lease"].contains($0.key) }
                .map {
                    ($0.key, $0.value)
                }
            facts.append(("model_sha256", .optional(models[search.modelID]?.sha256)))
            facts.append(("parameters_removed_achieved", .optional(search.parametersRemoved)))
            facts.append(("budget_bytes", .optional(search.budgetBytes)))
        }
        facts += (trial.specification.map(JSONText.members) ?? []).map { ($0.key, $0.value) }
        facts += [
            ("kind", .string(trial.kind.rawValue)), ("label", .optional(trial.label)), ("seed", .seed(trial.seed)),
            ("threads", .int(trial.environment.threadCount)), ("host", .string(trial.environment.host)),
            ("processor", .string(trial.environment.processor)),
            ("qpx_version", .string(trial.environment.qpxVersion)),
        ]
        return facts
    }

    private static func metrics(_ comparison: Comparison, _ examples: [[ExampleResultRecord]]) -> [Metric] {
        var rows: [String: Metric] = [:]
        for (index, trial) in comparison.trials.enumerated() {
            for metric in comparison.metrics[trial.id] ?? [] where metric.step == nil {
                let empty = Metric(
                    name: metric.name, task: metric.task,
                    values: Array(repeating: nil, count: comparison.trials.count),
                    paired: Array(repeating: nil, count: comparison.trials.count),
                    fidelities: comparison.trials.map(\.fidelity))
                rows["\(metric.task)\n\(metric.name)", default: empty].values[index] = metric
            }
        }
        return rows.values.map { row in
            var row = row
            for index in row.values.indices.dropFirst() {
                row.paired[index] = pair(row, index, examples)
            }
            return row
        }
    }

    private static func pair(_ row: Metric, _ index: Int, _ examples: [[ExampleResultRecord]]) -> PairedDifference? {
        guard let value = row.values[index], let one = row.values[0],
            var first = examples[0].first(where: { $0.task == row.task }),
            var second = examples[index].first(where: { $0.task == row.task })
        else { return nil }
        let windows = first.items.count
        if row.isPartial(index) {
            let common = Set(first.items).intersection(second.items)
            (first, second) = (first.restricted(to: common), second.restricted(to: common))
        }
        var paired: PairedDifference?
        switch row.name {
        case "acc": paired = PairedDifference(accuracyOf: first, second, isNormalized: false)
        case "acc_norm": paired = PairedDifference(accuracyOf: first, second, isNormalized: true)
        case "loss", "mean_loss":
            // Windows are of equal length.
            paired = one.count.flatMap {
                PairedDifference(lossOf: first, second, tokens: $0 / max(1, windows) * first.items.count)
            }
        default: break
        }
        if row.isPartial(index) { return paired }
        // Examples that do not add up to the metric are those of something else.
        guard let found = paired, let difference = row.differences[index], value.value != nil,
            abs(found.difference - difference) <= 1e-6 * max(1, abs(difference))
        else {
            return nil
        }
        return found
    }

    /// Layers in which the allocations differ; empty when a trial has none or their lengths differ.
    var differingLayers: Set<Int> {
        let allocations = trials.compactMap(\.allocation)
        guard allocations.count == trials.count, Set(allocations.map(\.layers.count)).count == 1 else { return [] }
        return AllocationText.differing(allocations)
    }
}
