internal import Engine
internal import Store

/// Carries trials of a search out: the engine of this program, or another program.
protocol TrialEvaluator: Sendable {
    /// What a trial weighs, known before it runs.
    func size(of plan: TrialPlan) throws -> TrialSize

    /// Computes everything that a trial yields; the time that it took is the caller's to say.
    ///
    /// - Parameters:
    ///   - trial: the trial as it was recorded when it began: its name and its seed.
    ///   - progress: where to say how far it is.
    /// - Throws: `TrainingError.diverged` where the allocation itself failed; any other error says nothing about it.
    func evaluate(_ plan: TrialPlan, trial: TrialRecord, progress: ProgressLine) throws -> TrialResult

    /// Removes what an interrupted trial would have gone on from: the trial has ended.
    func forget(_ plan: TrialPlan, seed: UInt64) throws
}

/// What a trial's weights take.
struct TrialSize: Sendable, Equatable {
    /// Bytes of all weights, scales included.
    var weightBytes: Int
    /// Mean over the quantized weights, scales included; nil without an allocation.
    var bitsPerWeight: Double?
    /// Whether that is within the search's budget; nil without an allocation.
    var isWithinBudget: Bool?
}

/// A search ready to be carried out: what it chooses among, and who carries its trials out.
struct SearchContext: Sendable {
    let problem: SearchProblem
    let evaluator: any TrialEvaluator
    /// The files that its results depend on.
    let files: [SearchInputs.File]
    /// Row id of the model.
    let modelID: Int
    /// Row id of the pruned model; nil where nothing was pruned.
    let prunedModelID: Int?
}
