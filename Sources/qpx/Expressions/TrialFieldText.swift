internal import Store

/// What the fields of a trial mean, for help and reference.
extension TrialField {
    /// One line.
    var abstract: String {
        switch self {
        case .trial: "search/number"
        case .search: "name of its search"
        case .number: "number in its search"
        case .kind: (TrialField.kind.words ?? []).joined(separator: ", ")
        case .origin: (TrialField.origin.words ?? []).joined(separator: ", ")
        case .provenance: "where an imported trial was measured"
        case .label: "what reports call it, as 'uniform 4-bit'"
        case .state: (TrialField.state.words ?? []).joined(separator: ", ")
        case .objective: "value of its search's objective"
        case .objectiveStandardError: "its standard error"
        case .accuracy: "mean accuracy (acc) over its tasks"
        case .accuracyStandardError: "its standard error, where accuracy is the objective"
        case .fidelity: "part of the evaluation that it rests on; less than 1 when stopped early"
        case .weightBytes: "bytes of all weights, scales included"
        case .bitsPerWeight: "mean over quantized weights, scales included"
        case .isWithinBudget: "whether its weights are within the budget"
        case .allocation: "names of its precisions, layer by layer, separated by commas"
        case .seed: "its seed"
        case .error: "why it failed"
        case .createdAt: "when it was recorded, as '2026-01-31T09:30:00.250Z'"
        case .startedAt: "when it began"
        case .finishedAt: "when it ended"
        case .durationSeconds: "seconds that it took"
        case .host: "where it ran"
        case .threads: "threads that it had"
        case .processor: "processor that it ran on"
        case .version: "version of qpx that ran it"
        case .isArchived: "whether it, or its search, is archived"
        case .model: "name of the intact model"
        case .pruningRatio: "pruning ratio of its search (also pruning_ratio)"
        case .parametersRemoved: "part of all weights that pruning removed"
        case .objectiveName: "what its search's objective is called"
        case .budgetBytes: "budget of its search in bytes"
        case .budgetBitsPerWeight: "budget of its search in bits per weight"
        case .searchState: "state of its search"
        case .searchSeed: "seed of its search"
        case .evaluator: "who measures: native, command, ask"
        }
    }
}
