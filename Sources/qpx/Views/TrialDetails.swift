internal import Store

/// Everything that is recorded of one trial.
struct TrialDetails {
    private let view: TrialView
    private let notes: [NoteRecord]
    private let metrics: [MetricRecord]
    private let suggestion: SuggestionRecord?
    /// How much each earlier search was believed at the proposal, by name.
    private let trust: [(search: String, weight: Double)]
    private let race: RaceRecord?
    private let origin: ResultOrigin?
    private let losses: [TrainingLossRecord]
    private let transitions: [TransitionRecord]
    private let attempts: [AttemptRecord]
    private let artifacts: [ArtifactRecord]
    private let events: [EventRecord]

    init(_ store: Store, trial: TrialRecord) throws {
        view = TrialView(
            trial, rerunOf: try TrialNames(store, of: [trial]).rerunOf(trial),
            tags: try store.tags(ofTrials: [trial.id])[trial.id] ?? [])
        notes = try store.notes(of: .trial(trial.id))
        metrics = try store.metrics(ofTrials: [trial.id])[trial.id] ?? []
        suggestion = try store.suggestions(ofTrials: [trial.id])[trial.id]
        trust = try SourceTrust.weights(suggestion?.trust).sorted { $0.key < $1.key }.map {
            (search: try store.search(id: $0.key).name, weight: $0.value)
        }
        race = try store.races(ofTrials: [trial.id])[trial.id]
        origin = try store.origins(ofTrials: [trial.id])[trial.id]
        losses = try store.trainingLosses(ofTrial: trial.id)
        transitions = try store.transitions(ofTrial: trial.id)
        attempts = try store.attempts(ofTrial: trial.id)
        artifacts = try store.artifacts(of: .trial(trial.id))
        events = try store.events(ofTrial: trial.id)
    }

    var json: JSONValue {
        [
            "trial": view.json, "specification": view.trial.specification.map(JSONText.value) ?? .null,
            "metrics": .array(metrics.map(\.json)), "suggestion": suggestion?.json(trust: trust) ?? .null,
            "race": race?.json ?? .null, "result_of": .optional(origin?.source), "notes": .array(notes.map(\.json)),
            "training": .array(
                losses.map {
                    [
                        "step": .int($0.step), "loss": .optional($0.loss),
                        "learning_rate": .optional($0.learningRate), "gradient_norm": .optional($0.gradientNorm),
                    ]
                }),
            "transitions": .array(transitions.map(\.json)), "attempts": .array(attempts.map(\.json)),
            "artifacts": .array(artifacts.map(\.json)),
            "events": .array(events.map(\.json)),
        ]
    }

    func write(to console: Console) throws {
        try console.write(facts)
        let final = metrics.filter { $0.step == nil }
        if !final.isEmpty {
            var table = Table(
                title: "Metrics", isSeparate: true,
                [.text("task"), .word("metric"), .number("value"), .number("± se"), .number("n")])
            for metric in final {
                table.add([
                    Table.Cell(metric.task), Table.Cell(metric.name),
                    Table.Cell(NumberText.fixed(metric.value, metric.decimals)),
                    Table.Cell(NumberText.fixed(metric.standardError, metric.decimals)),
                    Table.Cell(metric.count.map(NumberText.grouped) ?? ""),
                ])
            }
            if view.isStopped {
                table.footnotes.append("with n: of the examples that were scored before the trial was stopped")
            }
            try console.write(table)
        }
        if !artifacts.isEmpty {
            var table = Table(
                title: "Artifacts", isSeparate: true, [.word("kind"), .text("path"), .number("size"), .word("SHA-256")])
            for artifact in artifacts {
                table.add([
                    Table.Cell(artifact.kind), Table.Cell(artifact.path), Table.Cell(ByteText.short(artifact.bytes)),
                    Table.Cell(String(artifact.sha256.prefix(12))),
                ])
            }
            try console.write(table)
        }
        if attempts.count > 1 || attempts.contains(where: { $0.state != .complete }) {
            var table = Table(
                title: "Attempts", isSeparate: true,
                [.number("attempt"), .word("state"), .text("worker"), .word("lease until"), .text("error")])
            for attempt in attempts {
                table.add([
                    Table.Cell(String(attempt.number)), Table.Cell(attempt.state.rawValue), Table.Cell(attempt.worker),
                    Table.Cell(attempt.state == .running ? attempt.leaseUntil ?? "" : ""),
                    Table.Cell(attempt.error ?? ""),
                ])
            }
            try console.write(table)
        }
        try RecordTables.write(notes, to: console)
        try RecordTables.write(transitions, events, to: console)
    }

    private var facts: Table {
        let trial = view.trial
        var table = Table(title: "Trial \(trial.name)", [.word(""), .text("")])
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { table.add([Table.Cell(name), Table.Cell(value)]) }
        }
        add("state", trial.state.rawValue + (trial.archivedAt.map { ", archived at \($0)" } ?? ""))
        add("tags", view.tags.joined(separator: ", "))
        add("kind", trial.label.map { "\(view.kind): \($0)" } ?? view.kind)
        add("measured in", trial.provenance)
        add("repeats", view.rerunOf)
        add("error", trial.error)
        add("objective", view.objective)
        add("race", race?.text)
        add("result", origin?.source.map { "that of \($0): the same inputs" })
        if let allocation = view.allocation {
            let map = BitMap([allocation])
            add(
                map.isSplit ? "bits per module" : "bits per layer",
                map.text(allocation) + (map.legend.map { "  (\($0))" } ?? ""))
        }
        add("bits per weight", trial.bitsPerWeight.map { NumberText.fixed($0, 4) })
        add("weights", trial.weightBytes.map(ByteText.exact))
        if trial.isWithinBudget == false { add("budget", "exceeded") }
        if let suggestion {
            add("predicted", "\(NumberText.fixed(suggestion.mean, 4)) ± \(NumberText.fixed(suggestion.deviation, 4))")
            add(
                "proposed by",
                "\(suggestion.acquisition) \(NumberText.fixed(suggestion.acquisitionValue, 4)) among "
                    + "\(suggestion.candidates) candidates, from \(suggestion.observations) observations"
                    + (suggestion.pending.isEmpty
                        ? "" : ", while \(suggestion.pending.map(String.init).joined(separator: ", ")) were tried"))
            add(
                "believed sources",
                trust.map { "\($0.search) \(NumberText.fixed($0.weight, 2))" }.joined(separator: ", "))
        }
        if let first = losses.first, let last = losses.last {
            add(
                "recovery",
                "\(losses.count) steps, loss \(NumberText.fixed(first.loss, 4)) to \(NumberText.fixed(last.loss, 4))")
        }
        add(
            "time",
            trial.durationSeconds.map {
                DurationText.short($0) + (origin?.source.map { " (of \($0), which was carried out)" } ?? "")
            })
        add("seed", String(trial.seed))
        add("differs in", trial.specification)
        let environment = trial.environment
        add("ran on", "\(environment.host), \(environment.threadCount) threads, \(environment.processor)")
        add("qpx", environment.qpxVersion)
        return table
    }
}

/// Tables that trials and searches have alike.
enum RecordTables {
    /// What people wrote about it.
    static func write(_ notes: [NoteRecord], to console: Console) throws {
        guard !notes.isEmpty else { return }
        var table = Table(title: "Notes", isSeparate: true, [.number("note"), .word("time (UTC)"), .text("text")])
        for note in notes {
            table.add([Table.Cell(String(note.id)), Table.Cell(note.createdAt), Table.Cell(note.text)])
        }
        try console.write(table)
    }

    /// What happened when.
    static func write(_ transitions: [TransitionRecord], _ events: [EventRecord], to console: Console) throws {
        var table = Table(title: "History", isSeparate: true, [.word("time (UTC)"), .text("what"), .word("process")])
        let changes = transitions.map {
            (at: $0.at, what: $0.to.rawValue, process: "\($0.process.host):\($0.process.pid)")
        }
        let remarks = events.map { (at: $0.at, what: "\($0.level.rawValue): \($0.message)", process: "") }
        // Times are RFC 3339 in UTC, which sort as text.
        for entry in (changes + remarks).enumerated().sorted(by: {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }) {
            table.add([Table.Cell(entry.element.at), Table.Cell(entry.element.what), Table.Cell(entry.element.process)])
        }
        try console.write(table)
    }
}
