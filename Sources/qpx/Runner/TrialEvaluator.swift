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
    ///   - incumbent: whom the trial races against, asked when its evaluation begins; nil where it is evaluated whole.
    ///   - progress: where to say how far it is.
    /// - Throws: `TrainingError.diverged` or a `TrialFailure` where the trial itself failed, and the search goes on; any
    ///   other error says nothing about the trial, and ends the search.
    func evaluate(
        _ plan: TrialPlan, trial: TrialRecord, incumbent: () throws -> RaceIncumbent?, progress: ProgressLine
    ) throws -> TrialResult

    /// Digest of everything that the result of a trial depends on; nil where that is not known, or it may be stopped early.
    func resultDigest(of plan: TrialPlan, seed: UInt64) throws -> String?

    /// The same with another number of threads, where that matters: several workers share a machine.
    func using(threads: Int) -> any TrialEvaluator

    /// Removes what an interrupted trial would have gone on from: the trial has ended.
    func forget(_ plan: TrialPlan, seed: UInt64) throws
}

extension TrialEvaluator {
    func using(threads: Int) -> any TrialEvaluator { self }

    /// What another program does is its own affair.
    func resultDigest(of plan: TrialPlan, seed: UInt64) throws -> String? { nil }
}

/// An error of one trial: it is recorded with the trial, and the search goes on.
protocol TrialFailure: Error, Sendable, CustomStringConvertible {
    /// Whether another go may end differently.
    var isRetriable: Bool { get }
    /// What is left of the go, such as a log; kept with the trial.
    var artifacts: [ArtifactRecord] { get }
}

extension TrialFailure {
    var artifacts: [ArtifactRecord] { [] }
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
    private(set) var problem: SearchProblem
    private(set) var evaluator: any TrialEvaluator
    /// The files that its results depend on.
    let files: [SearchInputs.File]
    /// Row id of the model.
    let modelID: Int
    /// Row id of the pruned model; nil where nothing was pruned.
    let prunedModelID: Int?

    /// The same with another number of threads.
    func using(threads: Int) -> SearchContext {
        var context = self
        context.problem.specification.threads = threads
        context.evaluator = evaluator.using(threads: threads)
        return context
    }
}
