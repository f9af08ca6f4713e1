internal import Engine
internal import Store

/// What the surrogate of a search learns from: the rows of the store as the engine takes them.
struct SurrogateObservations {
    let store: Store
    let space: AllocationSpace
    let search: SearchRecord

    /// All observations of the search and of its sources, larger is better; candidates that failed, or have no finite
    /// objective, as allocations without a value, so that they are not tried again.
    ///
    /// Each brings the noise that is its own (`ObservationRecord.noise`). The first trial of a search has nothing to be
    /// compared with: where others of the same search have theirs, it is taken to be as noisy as they are.
    func all(_ known: SearchKnowledge) throws -> [Observation] {
        let sign: Double = search.direction == .maximize ? 1 : -1
        var sameAsSource: [Int: Bool] = [:]
        let usual = Self.usualNoise(known.observations)
        var observations: [Observation] = []
        for row in known.observations {
            guard let allocation = space.allocation(parsing: row.allocation) else { continue }
            var isSame = true
            if let source = row.sourceSearchID {
                if sameAsSource[source] == nil {
                    sameAsSource[source] = try WarmStart.measuresTheSame(search, as: source, store)
                }
                isSame = sameAsSource[source] ?? false
            }
            let origin: Observation.Origin =
                switch row.origin {
                case .search: .search
                case .baseline: .baseline
                case .warmStart: .warmStart
                }
            // Not even the best comparison is free of noise: none at all means that too few questions differ to tell.
            let noise = row.noise.flatMap { $0 > 0 ? $0 : nil } ?? usual[row.sourceSearchID ?? 0] ?? 0
            observations.append(
                Observation(
                    allocation: allocation, value: sign * row.value, standardError: noise, origin: origin,
                    isWhole: row.fidelity >= 1,
                    source: isSame ? nil : row.sourceSearchID))
        }
        let observed = Set(known.observations.map(\.trialID))
        for trial in known.trials
        where trial.kind.isCandidate && trial.state.isFinished && !observed.contains(trial.id) {
            guard let allocation = trial.allocation.flatMap({ space.allocation(parsing: $0) }) else { continue }
            observations.append(Observation(allocation: allocation, value: .nan))
        }
        return observations
    }

    /// Root mean square of the known noises, by source search; 0 is this search.
    private static func usualNoise(_ rows: [ObservationRecord]) -> [Int: Double] {
        var known: [Int: [Double]] = [:]
        for row in rows {
            if let noise = row.noise, noise > 0 { known[row.sourceSearchID ?? 0, default: []].append(noise) }
        }
        return known.mapValues { ($0.reduce(0) { $0 + $1 * $1 } / Double($0.count)).squareRoot() }
    }
}
