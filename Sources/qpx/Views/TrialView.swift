internal import Store

/// A trial as commands print it.
struct TrialView {
    let trial: TrialRecord
    /// Name of the trial that a rerun, or a replicate, repeats.
    var rerunOf: String?
    /// The tags that it bears itself.
    var tags: [String]

    init(_ trial: TrialRecord, rerunOf: String? = nil, tags: [String] = []) {
        self.trial = trial
        self.rerunOf = rerunOf
        self.tags = tags
    }

    /// The allocation; nil for a reference without one.
    var allocation: AllocationText? { trial.allocation.map(AllocationText.init) }

    /// What the trial is called for people: its label, else its kind and what it repeats; and that it was measured
    /// elsewhere.
    var title: String {
        (trial.label ?? trial.kind.rawValue + (rerunOf.map { " of \($0)" } ?? "")) + importMark
    }

    /// The kind for people, and that the trial was measured elsewhere.
    var kind: String { trial.kind.rawValue + importMark }

    private var importMark: String { trial.origin == .imported ? " (imported)" : "" }

    /// The objective with its standard error: "0.6120 ± 0.0218"; "~0.6120 ± 0.0218" where the trial was stopped early.
    var objective: String {
        guard let value = trial.objectiveValue else { return "" }
        return (isStopped ? "~" : "") + NumberText.fixed(value, 4)
            + (trial.objectiveStandardError.map { " ± " + NumberText.fixed($0, 4) } ?? "")
    }

    /// Whether the trial was stopped early: its objective is an estimate, its metrics rest on a part of the examples.
    var isStopped: Bool { trial.fidelity < 1 }

    /// What "~" before an objective means.
    static let stoppedNote = "~: stopped early, an estimate of what the whole evaluation would have given"

    /// The state in the colour of its meaning.
    static func cell(_ state: TrialState) -> Table.Cell {
        switch state {
        case .complete: Table.Cell(state.rawValue, .green)
        case .failed: Table.Cell(state.rawValue, .red)
        case .interrupted: Table.Cell(state.rawValue, .yellow)
        case .running: Table.Cell(state.rawValue, .cyan)
        case .waiting: Table.Cell(state.rawValue)
        }
    }

    /// The trial with stable keys.
    var json: JSONValue {
        [
            "trial": .string(trial.name), "search": .string(trial.search), "number": .int(trial.number),
            "kind": .string(trial.kind.rawValue), "origin": .string(trial.origin.rawValue),
            "provenance": .optional(trial.provenance), "label": .optional(trial.label),
            "state": .string(trial.state.rawValue),
            "allocation": allocation.map { .array($0.layers.map(JSONValue.string)) } ?? .null,
            "bits": allocation?.bitsJSON ?? .null,
            "bits_per_weight": .optional(trial.bitsPerWeight), "weight_bytes": .optional(trial.weightBytes),
            "within_budget": .optional(trial.isWithinBudget), "objective_value": .optional(trial.objectiveValue),
            "objective_stderr": .optional(trial.objectiveStandardError), "fidelity": .number(trial.fidelity),
            "error": .optional(trial.error),
            "created_at": .string(trial.createdAt), "started_at": .optional(trial.startedAt),
            "finished_at": .optional(trial.finishedAt), "duration_seconds": .optional(trial.durationSeconds),
            "seed": .seed(trial.seed), "rerun_of": .optional(rerunOf),
            "environment": trial.environment.json, "archived_at": .optional(trial.archivedAt),
            "tags": .array(tags.map(JSONValue.string)),
        ]
    }
}

extension RunEnvironment {
    /// The environment with stable keys.
    var json: JSONValue {
        [
            "qpx_version": .string(qpxVersion), "host": .string(host), "threads": .int(threadCount),
            "processor": .string(processor),
        ]
    }
}

/// How metrics are printed.
enum MetricText {
    /// Decimals that a metric of that name is printed with.
    static func decimals(_ name: String) -> Int {
        name.hasSuffix("parameters") ? 0 : name.contains("perplexity") ? 3 : 4
    }
}

extension MetricRecord {
    /// The metric with stable keys.
    var json: JSONValue {
        [
            "name": .string(name), "task": task.isEmpty ? .null : .string(task), "value": .optional(value),
            "stderr": .optional(standardError), "count": .optional(count), "step": .optional(step),
        ]
    }

    /// "arc_easy acc", "loss".
    var title: String { task.isEmpty ? name : "\(task) \(name)" }

    /// Decimals that the metric is printed with.
    var decimals: Int { MetricText.decimals(name) }
}

extension SuggestionRecord {
    /// The suggestion with stable keys; what is opaque stays the text that was recorded.
    /// - Parameter trust: how much each earlier search was believed.
    func json(trust: [(search: String, weight: Double)]) -> JSONValue {
        [
            "mean": .number(mean), "deviation": .number(deviation), "acquisition": .string(acquisition),
            "acquisition_value": .optional(acquisitionValue), "hyperparameters": .string(hyperparameters),
            "random_state": .string(randomState), "candidates": .int(candidates), "observations": .int(observations),
            "duration_seconds": .number(durationSeconds),
            "pending": .array(pending.map(JSONValue.int)), "known_observation": .optional(knownObservation),
            "trust": .array(trust.map { ["search": .string($0.search), "trust": .number($0.weight)] }),
        ]
    }
}

extension RaceRecord {
    /// The race with stable keys.
    var json: JSONValue {
        [
            "incumbent": .string(incumbent), "scored": .int(scored), "examples": .int(examples),
            "difference": .number(difference), "stderr": .number(standardError), "stopped": .bool(isStopped),
        ]
    }

    /// "against first/7, stopped after 300 of 2 400 examples, difference -0.0310 ± 0.0080".
    var text: String {
        let extent =
            isStopped
            ? "stopped after \(NumberText.grouped(scored)) of \(NumberText.grouped(examples)) examples"
            : "not stopped, \(NumberText.grouped(examples)) examples"
        let error = isStopped ? " ± \(NumberText.fixed(standardError, 4))" : ""
        return "against \(incumbent), \(extent), difference \(NumberText.signed(difference, 4))\(error)"
    }
}

extension AttemptRecord {
    /// The attempt with stable keys.
    var json: JSONValue {
        [
            "attempt": .int(number), "state": .string(state.rawValue), "worker": .string(worker),
            "host": .string(host), "pid": .optional(process?.pid), "started_at": .string(startedAt),
            "renewed_at": .string(renewedAt), "lease_until": .optional(leaseUntil),
            "finished_at": .optional(finishedAt), "error": .optional(error),
        ]
    }
}

extension TransitionRecord {
    /// The transition with stable keys.
    var json: JSONValue {
        [
            "from": .optional(from?.rawValue), "to": .string(to.rawValue), "at": .string(at),
            "host": .string(process.host), "pid": .int(process.pid),
        ]
    }
}

extension ArtifactRecord {
    /// The artifact with stable keys.
    var json: JSONValue {
        [
            "kind": .string(kind), "path": .string(path), "bytes": .int(bytes), "sha256": .string(sha256),
            "created_at": .string(createdAt), "deleted_at": .optional(deletedAt),
        ]
    }
}

extension EventRecord {
    /// The event with stable keys.
    var json: JSONValue {
        ["at": .string(at), "level": .string(level.rawValue), "message": .string(message)]
    }
}
