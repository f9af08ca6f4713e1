/// What is recorded of a trial, or of its search, in one value: a name of the expression language.
public enum TrialField: String, CaseIterable, Sendable {
    case trial
    case search
    case number
    case kind
    case origin
    case provenance
    case label
    case state
    case objective
    case objectiveStandardError = "objective_stderr"
    case accuracy
    case accuracyStandardError = "accuracy_stderr"
    case fidelity
    case weightBytes = "weight_bytes"
    case bitsPerWeight = "bits_per_weight"
    case isWithinBudget = "within_budget"
    case allocation
    case seed
    case error
    case createdAt = "created_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case durationSeconds = "duration_seconds"
    case host
    case threads
    case processor
    case version = "qpx_version"
    case isArchived = "archived"
    case model
    case pruningRatio = "ratio"
    case parametersRemoved = "parameters_removed"
    case objectiveName = "objective_name"
    case budgetBytes = "budget_bytes"
    case budgetBitsPerWeight = "budget_bits_per_weight"
    case searchState = "search_state"
    case searchSeed = "search_seed"
    case evaluator

    /// What kind of value it is.
    public enum Kind: Sendable, Equatable {
        case number
        case text
        case boolean
    }

    /// The kind of its values.
    public var kind: Kind {
        switch self {
        case .trial, .search, .kind, .origin, .provenance, .label, .state, .allocation, .error, .createdAt, .startedAt,
            .finishedAt, .host, .processor, .version, .model, .objectiveName, .searchState, .evaluator:
            .text
        case .isWithinBudget, .isArchived: .boolean
        case .number, .objective, .objectiveStandardError, .accuracy, .accuracyStandardError, .fidelity, .weightBytes,
            .bitsPerWeight, .seed, .durationSeconds, .threads, .pruningRatio, .parametersRemoved, .budgetBytes,
            .budgetBitsPerWeight, .searchSeed:
            .number
        }
    }

    /// The only texts that it can be; nil where any text is possible.
    public var words: [String]? {
        switch self {
        case .kind: TrialKind.allCases.map(\.rawValue)
        case .origin: TrialOrigin.allCases.map(\.rawValue)
        case .state, .searchState: TrialState.allCases.map(\.rawValue)
        default: nil
        }
    }

    /// The value in SQL, of the tables that `TrialRecord.selection` joins.
    var sql: String {
        switch self {
        case .trial: "(search.name || '/' || trial.number)"
        case .search: "search.name"
        case .number: "trial.number"
        case .kind: "trial.kind"
        case .origin: "trial.origin"
        case .provenance: "trial.provenance"
        case .label: "trial.label"
        case .state: "trial.state"
        case .objective: "trial.objective_value"
        case .objectiveStandardError: "trial.objective_standard_error"
        // What a search by accuracy maximizes is in the trial's own row.
        case .accuracy:
            """
            CASE WHEN search.objective = 'accuracy' THEN trial.objective_value ELSE (SELECT avg(value) FROM metric
            WHERE metric.trial_id = trial.id AND metric.name = 'acc' AND metric.step = -1) END
            """
        case .accuracyStandardError:
            "CASE WHEN search.objective = 'accuracy' THEN trial.objective_standard_error END"
        case .fidelity: "trial.fidelity"
        case .weightBytes: "trial.weight_bytes"
        case .bitsPerWeight: "trial.bits_per_weight"
        case .isWithinBudget: "trial.within_budget"
        case .allocation: "allocation.precisions"
        case .seed: "trial.seed"
        case .error: "trial.error"
        case .createdAt: "trial.created_at"
        case .startedAt: "trial.started_at"
        case .finishedAt: "trial.finished_at"
        case .durationSeconds: "trial.duration_seconds"
        case .host: "trial.host"
        case .threads: "trial.thread_count"
        case .processor: "trial.processor"
        case .version: "trial.qpx_version"
        case .isArchived: "(trial.archived_at IS NOT NULL OR search.archived_at IS NOT NULL)"
        case .model: "(SELECT model.name FROM model WHERE model.id = search.model_id)"
        case .pruningRatio: "search.pruning_ratio"
        case .parametersRemoved: "search.parameters_removed"
        case .objectiveName: "search.objective"
        case .budgetBytes: "search.budget_bytes"
        case .budgetBitsPerWeight: "search.budget_bits_per_weight"
        case .searchState: "search.state"
        case .searchSeed: "search.seed"
        case .evaluator: "search.evaluator"
        }
    }
}
