internal import Store

/// What the page shows, as JSON: the same for the report, which holds it, and for `qpx ui`, which is asked for it.
struct PageData: Sendable {
    let store: Store

    /// Trials of one page at most.
    static let largestPage = 1000
    /// Trials that are put side by side at most: more do not fit a screen.
    static let largestComparison = 12

    /// All searches, newest first.
    func searches() throws -> JSONValue {
        [
            "database": .string(FilePath.name(of: store.path)), "version": .string(ProgramVersion.text),
            "searches": .array(try store.searches().map(SearchesCommand.json)),
        ]
    }

    /// The names that conditions and orders may use.
    func names() throws -> JSONValue {
        let recorded = try store.recordedNames()
        return [
            "fields": .array(TrialNameCatalogue.fixedNames.map(JSONValue.string)),
            "metrics": .array(
                recorded.metrics.map { ["name": .string($0.name), "task": $0.task.isEmpty ? .null : .string($0.task)] }),
            "settings": .array(recorded.settings.map(JSONValue.string)),
        ]
    }

    /// Everything about a search but its trials and observations.
    func search(named name: String) throws -> JSONValue { try search(try store.search(named: name)) }

    /// Everything about a search but its trials and observations.
    func search(_ search: SearchRecord) throws -> JSONValue {
        let details = try SearchDetails(store, search: search, isBrief: true).json
        guard case .object(let members) = details else { return details }
        return .object(members.filter { $0.0 != "observations" })
    }

    /// Some trials of a list.
    func trials(_ request: PageTrialsRequest) throws -> JSONValue {
        let page = try store.trialPage(try request.filter(store), includingMetrics: true)
        return [
            "total": .int(page.total), "offset": .int(request.offset), "limit": .int(request.limit),
            "trials": .array(try rows(page.trials, page.metrics)),
        ]
    }

    /// Trials with their final metrics.
    func rows(_ trials: [TrialRecord], _ metrics: [Int: [MetricRecord]]) throws -> [JSONValue] {
        let names = try TrialNames(store, of: trials)
        let tags = try store.tags(ofTrials: trials.map(\.id))
        return trials.map { trial in
            let view = TrialView(trial, rerunOf: names.rerunOf(trial), tags: tags[trial.id] ?? [])
            guard case .object(let members) = view.json else { return .null }
            let kept = members.filter { !Self.onlyInDetails.contains($0.0) }
            return .object(kept + [("metrics", .array((metrics[trial.id] ?? []).map(\.json)))])
        }
    }

    /// What rows leave to the details.
    private static let onlyInDetails: Set<String> = ["environment", "provenance", "archived_at", "seed", "started_at"]

    /// Everything about a trial, with what it was made from.
    func trial(_ trial: TrialRecord) throws -> JSONValue {
        let search = try store.search(id: trial.searchID)
        guard case .object(let members) = try TrialDetails(store, trial: trial).json else { return .null }
        let pruned = try search.prunedModelID.map { try store.model(id: $0) }
        return .object(
            members + [
                ("search", SearchView(search).json(model: nil)),
                ("search_specification", JSONText.value(search.specification)),
                ("model", Self.json(try store.model(id: search.modelID))),
                ("pruned_model", pruned.map(Self.json) ?? .null),
            ])
    }

    /// Everything about a trial that is named by its search and number.
    func trial(search: String, number: Int) throws -> JSONValue {
        try trial(try store.trial(search: search, number: number))
    }

    /// Trials side by side.
    /// - Parameter selectors: `search/number`, or whatever else names trials.
    func comparison(_ selectors: [String]) throws -> JSONValue {
        var trials: [TrialRecord] = []
        for selector in selectors {
            for trial in try store.trials(try TrialSelector(selector))
            where !trials.contains(where: { $0.id == trial.id }) {
                trials.append(trial)
            }
            guard trials.count <= Self.largestComparison else {
                throw Failure.usage("trials: more than \(Self.largestComparison) side by side")
            }
        }
        guard !trials.isEmpty else {
            throw Failure.usage("trials: none is named", hint: "say trials=search/1,search/2")
        }
        return .object(ComparisonJSON(comparison: try TrialComparison(store, trials: trials)).members)
    }

    private static func json(_ model: ModelRecord) -> JSONValue {
        [
            "name": .string(model.name), "path": .string(model.path), "sha256": .string(model.sha256),
            "architecture": .string(model.architecture), "layers": .int(model.layers),
            "parameters": .int(model.parameters), "bytes": .int(model.bytes),
            "pruning_ratio": .optional(model.pruning?.pruningRatio),
            "parameters_removed": .optional(model.pruning?.parametersRemoved),
            "importance": .optional(model.pruning?.importance),
        ]
    }
}
