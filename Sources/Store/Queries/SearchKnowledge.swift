/// What is known of a search at one moment: everything that a proposal may rest on.
public struct SearchKnowledge: Sendable {
    /// What the surrogate learns from; see `Store.observations`.
    public var observations: [ObservationRecord]
    /// Candidates that failed, by number: not to be tried again.
    public var failed: [TrialRecord]
    /// Candidates that run or wait, by number: not to be tried twice.
    public var pending: [TrialRecord]
    /// Every trial that waits, runs, is complete or failed, by number; reruns and replicates left out.
    public var trials: [TrialRecord]
    /// Row id of the last observation of the search; nil without any.
    public var lastObservation: Int?

    /// Candidates that wait, run, are complete or failed: what counts towards the limit of a search. What was
    /// measured elsewhere does not.
    public var candidates: Int { trials.count { $0.kind.isCandidate && $0.origin != .imported } }
}

extension Store {
    /// What is known of a search now, as it is at one moment.
    public func knowledge(ofSearch id: Int) throws -> SearchKnowledge {
        try read { database in
            let observations = try database.rows(
                Self.observationsQuery, ["search": id], ObservationRecord.init(row:))
            var filter = TrialFilter(search: id)
            filter.states = [.waiting, .running, .complete, .failed]
            let trials = try database.trials(filter).filter { !$0.kind.isRepeat }
            let candidates = trials.filter(\.kind.isCandidate)
            return SearchKnowledge(
                observations: observations, failed: candidates.filter { $0.state == .failed },
                pending: candidates.filter { !$0.state.isFinished }, trials: trials,
                lastObservation: observations.map(\.id).max())
        }
    }
}
