internal import Engine
internal import Store

/// What the surrogate of a search learns from: the rows of the store as the engine takes them.
struct SurrogateObservations {
    let store: Store
    let problem: SearchProblem
    let search: SearchRecord

    /// All observations of the search and of its sources, larger is better; candidates that failed, or have no finite
    /// objective, as allocations without a value, so that they are not tried again.
    ///
    /// Standard errors are not handed on: every trial answers the same questions, so the error of sampling them is
    /// common to all trials and says nothing about their order. What differs beyond that, the surrogate fits. Only a trial
    /// that was stopped early has an error of its own.
    func all(_ known: SearchKnowledge) throws -> [Observation] {
        let sign: Double = problem.isMaximized ? 1 : -1
        var sameAsSource: [Int: Bool] = [:]
        var observations: [Observation] = []
        for row in known.observations {
            guard let allocation = problem.allocation(row.allocation) else { continue }
            var isSame = true
            if let source = row.sourceSearchID {
                if sameAsSource[source] == nil { sameAsSource[source] = try measuresTheSame(source) }
                isSame = sameAsSource[source] ?? false
            }
            let origin: Observation.Origin =
                switch row.origin {
                case .search: .search
                case .baseline: .baseline
                case .warmStart: .warmStart
                }
            observations.append(
                Observation(
                    allocation: allocation, value: sign * row.value,
                    standardError: row.fidelity < 1 ? row.standardError ?? 0 : 0, origin: origin,
                    isWhole: row.fidelity >= 1,
                    source: isSame ? nil : row.sourceSearchID))
        }
        let observed = Set(known.observations.map(\.trialID))
        for trial in known.trials
        where trial.kind.isCandidate && trial.state.isFinished && !observed.contains(trial.id) {
            guard let allocation = trial.allocation.flatMap(problem.allocation) else { continue }
            observations.append(Observation(allocation: allocation, value: .nan))
        }
        return observations
    }

    private func measuresTheSame(_ sourceID: Int) throws -> Bool {
        let source = try store.search(id: sourceID)
        func facts(
            _ record: SearchRecord
        ) throws -> (search: SearchRecord, specification: Specification, files: [String]) {
            let files = try store.artifacts(of: .search(record.id)).map { "\($0.kind) \($0.sha256)" }
            let specification = try Specification(canonicalJSON: record.specification, of: "search \(record.name)")
            return (record, specification, files)
        }
        return WarmStart.measureTheSame(try facts(search), try facts(source))
    }
}
