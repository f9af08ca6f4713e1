internal import Store

/// Everything that is recorded of one search.
struct SearchDetails {
    private let search: SearchRecord
    private let tags: [String]
    private let notes: [NoteRecord]
    private let model: ModelRecord
    private let pruned: ModelRecord?
    private let counts: [TrialState: Int]
    private let best: BestTrial?
    private let recommendations: [(trial: TrialRecord, belief: RecommendationRecord)]
    private let confirmation: ConfirmationView
    /// Where the front of value against memory was looked for.
    private let front: ParetoAnalysis?
    /// How many trials were stopped early.
    private let stopped: Int
    private let sources: [SearchSourceRecord]
    private let trust: [SourceTrust]
    private let importances: [ImportanceRecord]
    private let observations: [ObservationRecord]
    /// What somebody is at.
    private let work: [ClaimedTrial]
    private let transitions: [TransitionRecord]
    private let artifacts: [ArtifactRecord]
    private let events: [EventRecord]

    init(_ store: Store, search: SearchRecord) throws {
        self.search = search
        tags = try store.tags(ofSearches: [search.id])[search.id] ?? []
        notes = try store.notes(of: .search(search.id))
        model = try store.model(id: search.modelID)
        pruned = try search.prunedModelID.map { try store.model(id: $0) }
        counts = try store.trialCounts(ofSearch: search.id)
        best = try store.best(ofSearch: search.id)
        recommendations = try store.recommendations(ofSearch: search.id).map {
            (trial: try store.trial(id: $0.trialID), belief: $0)
        }
        confirmation = try ConfirmationView(store, search: search)
        front =
            search.secondObjective == nil
            ? nil
            : try ParetoAnalysis(store, searches: [search], value: try ParetoValue(objectiveOf: [search]))
        stopped = try store.stoppedTrials(ofSearch: search.id)
        sources = try store.sources(ofSearch: search.id)
        trust = try SourceTrust.all(search, store)
        importances = try store.importances(ofSearch: search.id)
        observations = try store.observations(ofSearch: search.id)
        work = try store.liveWork(ofSearch: search.id)
        transitions = try store.transitions(ofSearch: search.id)
        artifacts = try store.artifacts(of: .search(search.id))
        events = try store.events(ofSearch: search.id)
    }

    var json: JSONValue {
        let names = Dictionary(sources.map { ($0.searchID, $0.name) }, uniquingKeysWith: { first, _ in first })
        return [
            "search": SearchView(search).json(model: model.name), "model": Self.json(model),
            "pruned_model": pruned.map(Self.json) ?? .null, "specification": JSONText.value(search.specification),
            "trials": .object(TrialState.allCases.map { ($0.rawValue, .int(counts[$0] ?? 0)) }),
            "stopped_early": .int(stopped), "tags": .array(tags.map(JSONValue.string)),
            "notes": .array(notes.map(\.json)),
            "best": best.map { TrialView($0.trial).json } ?? .null, "best_mean": .optional(best?.belief?.mean),
            "best_deviation": .optional(best?.belief?.deviation),
            "best_observed": best.map { TrialView($0.observed).json } ?? .null,
            "recommendations": .array(
                recommendations.map {
                    [
                        "trial": .string($0.trial.name), "mean": .number($0.belief.mean),
                        "deviation": .number($0.belief.deviation),
                    ]
                }),
            "confirmation": confirmation.json, "front": front?.frontJSON ?? .null,
            "warm_start": .array(trust.map(\.json)),
            "importance": .array(
                importances.map {
                    [
                        "estimator": .string($0.estimator), "signal": .optional($0.signal), "layer": .int($0.layer),
                        "value": .number($0.value),
                        "null_mean": .optional($0.nullMean), "null_deviation": .optional($0.nullDeviation),
                    ]
                }),
            "observations": .array(
                observations.map { observation in
                    [
                        "trial_number": .int(observation.trialNumber),
                        "source_search": .optional(observation.sourceSearchID.flatMap { names[$0] }),
                        "origin": .string(observation.origin.rawValue),
                        "allocation": .array(AllocationText(observation.allocation).layers.map(JSONValue.string)),
                        "value": .number(observation.value), "stderr": .optional(observation.standardError),
                        "noise": .optional(observation.noise),
                        "fidelity": .number(observation.fidelity),
                    ]
                }),
            "work": .array(
                work.map {
                    [
                        "trial": .string($0.trial.name), "attempt": .int($0.attempt.number),
                        "worker": .string($0.attempt.worker), "lease_until": .optional($0.attempt.leaseUntil),
                    ]
                }),
            "transitions": .array(transitions.map(\.json)), "artifacts": .array(artifacts.map(\.json)),
            "events": .array(events.map(\.json)),
        ]
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

    func write(to console: Console) throws {
        try console.write(facts)
        if let table = confirmation.table { try console.write(table) }
        var settings = Table(title: "Specification", isSeparate: true, [.word("setting"), .text("value")])
        for setting in SearchView(search).settings {
            settings.add([Table.Cell(setting.key), Table.Cell(setting.value.plainText)])
        }
        try console.write(settings)
        if let front, !front.joint.members.isEmpty {
            var table = ParetoTable(analysis: front).table().terminalTable
            table.isSeparate = true
            try console.write(table)
        }
        if !importances.isEmpty {
            var table = Table(
                title: "Importance of the layers", isSeparate: true,
                [.word("estimator"), .number("layer"), .number("value"), .number("by chance")])
            for importance in importances {
                table.add([
                    Table.Cell(importance.estimator), Table.Cell(String(importance.layer)),
                    Table.Cell(NumberText.fixed(importance.value, 4)),
                    Table.Cell(NumberText.fixed(importance.nullMean, 4)),
                ])
            }
            try console.write(table)
        }
        if !work.isEmpty {
            var table = Table(
                title: "Work", isSeparate: true,
                [.word("trial"), .number("attempt"), .text("worker"), .word("since"), .word("lease until")])
            for (trial, attempt) in work.map({ ($0.trial, $0.attempt) }) {
                table.add([
                    Table.Cell(trial.name), Table.Cell(String(attempt.number)), Table.Cell(attempt.worker),
                    Table.Cell(attempt.startedAt), Table.Cell(attempt.leaseUntil ?? ""),
                ])
            }
            try console.write(table)
        }
        try RecordTables.write(notes, to: console)
        try RecordTables.write(transitions, events, to: console)
    }

    private var facts: Table {
        let view = SearchView(search)
        var table = Table(title: "Search \(search.name)", [.word(""), .text("")])
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { table.add([Table.Cell(name), Table.Cell(value)]) }
        }
        add("state", search.state.rawValue)
        add("tags", tags.joined(separator: ", "))
        add("error", search.error)
        add(
            "model",
            "\(model.name): \(model.architecture), \(model.layers) layers, \(NumberText.grouped(model.parameters)) "
                + "parameters, \(ByteText.short(model.bytes))")
        add("pruning", view.pruning)
        add(
            "pruned model",
            pruned.map { "\(NumberText.grouped($0.parameters)) parameters, \(ByteText.short($0.bytes))" })
        add("budget", view.budget)
        add("choices", search.choices)
        add("objective", view.objective)
        let states = TrialState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
        add("trials", (states.isEmpty ? "none" : states.joined(separator: ", ")) + " (limit \(search.trialLimit))")
        if stopped > 0 { add("stopped early", "\(stopped) of the complete ones") }
        add(
            "front",
            front.flatMap { front in
                front.hypervolumeText(front.joint).map { "\(front.joint.members.count) trials, hypervolume \($0)" }
            })
        let shown = best.map(BestTrialView.init)
        add("best", shown?.text)
        add("luckiest", shown?.luckiest)
        if let allocation = best?.trial.allocation {
            let text = AllocationText(allocation)
            // As in the list of trials, which may have any of the choices.
            let map = BitMap(
                names: search.choices.split(separator: ",").map(String.init) + text.names(splitting: text.isSplit),
                isSplit: text.isSplit)
            add(
                map.isSplit ? "best bits per module" : "best bits per layer",
                map.text(text) + (map.hasLetters ? "  (\(map.legend ?? ""))" : ""))
        }
        add("warm start", trust.map(\.text).joined(separator: ", "))
        add("seed", String(search.seed))
        add("command", search.commandLine)
        add("created", search.createdAt)
        add("finished", search.finishedAt)
        let environment = search.environment
        add("ran on", "\(environment.host), \(environment.threadCount) threads, \(environment.processor)")
        return table
    }
}
