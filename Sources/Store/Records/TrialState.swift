/// How far a trial, or a search, has come.
public enum TrialState: String, Sendable, CaseIterable {
    /// Recorded, not begun.
    case waiting
    /// A process works on it.
    case running
    /// Done, with results.
    case complete
    /// Ended by an error, which is recorded.
    case failed
    /// Ended from outside: the user, the system, a power cut.
    case interrupted

    /// Whether nothing of the trial changes any more.
    public var isFinished: Bool { self == .complete || self == .failed || self == .interrupted }

    /// The states that may follow.
    var successors: [TrialState] {
        switch self {
        case .waiting: [.running, .failed, .interrupted]
        // Waiting again: an attempt failed, and there may be another.
        case .running: [.complete, .failed, .interrupted, .waiting]
        case .complete, .failed, .interrupted: []
        }
    }
}

extension TrialState: SQLConvertible {}

/// Why a trial is in its search.
public enum TrialKind: String, Sendable, CaseIterable {
    /// The surrogate proposed it.
    case proposal
    /// A uniform allocation to compare with; may exceed the budget.
    case baseline
    /// Part of the initial design.
    case initial
    /// Repeats an earlier trial to see whether the numbers come out the same.
    case rerun
    /// A row of the table that is no candidate: the intact model, the pruned one without recovery, the recovered
    /// 16-bit one.
    case reference
    /// Carries the allocation of a candidate out again with another seed: its value is one more observation of it.
    case replicate

    /// Whether a search holds an allocation of this kind only once, and the surrogate learns from it.
    public var isCandidate: Bool { self == .proposal || self == .baseline || self == .initial }
    /// Whether the surrogate learns from it.
    public var isObserved: Bool { isCandidate || self == .replicate }
    /// Whether it repeats another trial.
    public var isRepeat: Bool { self == .rerun || self == .replicate }
}

extension TrialKind: SQLConvertible {}

/// Who wanted a trial.
public enum TrialOrigin: String, Sendable, CaseIterable {
    /// The search itself.
    case search
    /// A user, by name, before the search would have come to it.
    case enqueued
    /// Nobody here: it was measured elsewhere and taken in.
    case imported
}

extension TrialOrigin: SQLConvertible {}

/// Which way the objective is better.
public enum ObjectiveDirection: String, Sendable, CaseIterable {
    /// More is better: accuracy.
    case maximize
    /// Less is better: loss.
    case minimize
}

extension ObjectiveDirection: SQLConvertible {}
