/// What came of planning the confirmation of a search.
public enum ConfirmationPlan: Equatable, Sendable {
    /// These replicates wait now; none where everything was planned before, or there is nothing to confirm.
    case planned([TrialRecord])
    /// Candidates wait or run: what is best is not known yet.
    case tooEarly
}

/// Trials that carry an allocation out again with other seeds.
extension Store {
    /// The replicates of a trial that are not archived, whatever their state, by number.
    public func replicates(ofTrial id: Int) throws -> [TrialRecord] {
        try read { try $0.replicates(of: id) }
    }

    /// Records replicates of a complete candidate, waiting; a seed that has one already is left out.
    /// - Throws: `StoreError.wrongState` when the trial is not complete.
    public func addReplicates(
        ofTrial id: Int, seeds: [UInt64], origin: TrialOrigin, environment: RunEnvironment
    ) throws -> [TrialRecord] {
        let time = now()
        return try write { database in
            let original = try database.trial(id: id)
            guard original.state == .complete, original.kind.isCandidate else {
                throw StoreError.wrongState(
                    trial: original.name, state: original.state.rawValue, wanted: "repeated with another seed")
            }
            return try seeds.compactMap { seed in
                try database.addReplicate(
                    of: original, seed: seed, suggestion: nil, origin: origin, environment: environment, at: time,
                    by: process)
            }
        }
    }

    /// Plans the confirmation of a search that is through: its first recommended trials are to be carried out again with
    /// fresh seeds.
    ///
    /// What was planned before counts, so that a confirmation that was interrupted goes on, several workers plan it once,
    /// and what replicates bring does not ask for more of them.
    /// - Parameters:
    ///   - count: how many trials are confirmed.
    ///   - seeds: each of them with every one of these.
    public func planConfirmation(
        ofSearch id: Int, count: Int, seeds: [UInt64], environment: RunEnvironment
    ) throws -> ConfirmationPlan {
        let time = now()
        return try write { database in
            var filter = TrialFilter(search: id)
            filter.states = [.waiting, .running]
            guard try !database.trials(filter).contains(where: \.kind.isCandidate) else { return .tooEarly }
            filter = TrialFilter(search: id)
            filter.kinds = [.replicate]
            var chosen: [Int] = []
            for replicate in try database.trials(filter) where replicate.origin == .search {
                if let original = replicate.rerunOf, !chosen.contains(original) { chosen.append(original) }
            }
            let recommended = try database.recommendations(ofSearch: id)
            for recommendation in recommended where !chosen.contains(recommendation.trialID) {
                chosen.append(recommendation.trialID)
            }
            let observations = try database.recommendationSize(ofSearch: id).observations
            var planned: [TrialRecord] = []
            for original in chosen.prefix(count) {
                let belief = recommended.first { $0.trialID == original }
                let suggestion = belief.map {
                    SuggestionRecord(
                        mean: $0.mean, deviation: $0.deviation, acquisition: "confirmation", acquisitionValue: nil,
                        hyperparameters: "{}", randomState: "", candidates: recommended.count,
                        observations: observations, durationSeconds: 0)
                }
                for seed in seeds {
                    let added = try database.addReplicate(
                        of: try database.trial(id: original), seed: seed, suggestion: suggestion, origin: .search,
                        environment: environment, at: time, by: process)
                    if let added { planned.append(added) }
                }
            }
            return .planned(planned)
        }
    }
}

extension Database {
    static let replicatesQuery = """
        \(TrialRecord.selection)
        WHERE trial.rerun_of = :original AND trial.kind = 'replicate' AND trial.archived_at IS NULL
        ORDER BY trial.number
        """

    func replicates(of id: Int) throws -> [TrialRecord] {
        try rows(Self.replicatesQuery, ["original": id], TrialRecord.init(row:))
    }

    /// The number of a replicate of a trial with this seed that was not interrupted.
    func replicate(of id: Int, seed: UInt64) throws -> Int? {
        try replicates(of: id).first { $0.seed == seed && $0.state != .interrupted }?.number
    }

    /// Nil where there is one of this seed.
    fileprivate func addReplicate(
        of original: TrialRecord, seed: UInt64, suggestion: SuggestionRecord?, origin: TrialOrigin,
        environment: RunEnvironment, at time: String, by process: ProcessIdentity
    ) throws -> TrialRecord? {
        guard try replicate(of: original.id, seed: seed) == nil else { return nil }
        let replicate = TrialRecord(
            searchID: original.searchID, kind: .replicate, weightBytes: original.weightBytes,
            bitsPerWeight: original.bitsPerWeight, isWithinBudget: original.isWithinBudget, seed: seed,
            rerunOf: original.id, specification: original.specification, origin: origin, environment: environment)
        let allocation = try original.allocationID.flatMap { try allocations([$0]).first }
        return try record(
            replicate, allocation: allocation, suggestion: suggestion, state: .waiting, at: time, by: process)
    }
}
