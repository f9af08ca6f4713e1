/// Chooses the next allocation of a search: never over the budget, never one that was tried.
///
/// A Gaussian process (`AllocationKernel`) is fitted to all observations, and an acquisition is maximised over the allocations
/// within the budget: over all of them where they can be listed, else by local search from many starts. Observations over the
/// budget inform the surrogate but do not set the incumbent, which is the best posterior mean among observed allocations within
/// it. The same observations (in any order), seed and trial number give the same proposal.
public struct Proposer: Sendable {
    /// How to choose.
    public struct Options: Sendable {
        /// What is maximised.
        public var acquisition: any Acquisition
        /// Propose only allocations in which no unit could get more bits, as long as there are any.
        public var maximalOnly: Bool
        /// Up to this many allocations are compared one by one.
        public var enumerationLimit: Int
        /// Uniform random starts of the local search.
        public var randomStarts: Int
        /// Starts, the most promising first, from which the local search climbs.
        public var climbs: Int
        /// Threads for the local search.
        public var parallelism: Parallelism

        /// The defaults.
        public init(
            acquisition: any Acquisition = LogExpectedImprovement(), maximalOnly: Bool = true,
            enumerationLimit: Int = 65_536, randomStarts: Int = 20, climbs: Int = 6,
            parallelism: Parallelism = .serial
        ) {
            self.acquisition = acquisition
            self.maximalOnly = maximalOnly
            self.enumerationLimit = enumerationLimit
            self.randomStarts = randomStarts
            self.climbs = climbs
            self.parallelism = parallelism
        }
    }

    private let space: AllocationSpace
    private let budgetBytes: Int
    private let importance: [Double]?
    private let options: Options
    private let set: FeasibleSet
    private let listed: [[Int]]?

    /// - Parameters:
    ///   - budgetBytes: total bytes allowed, fixed bytes included (`Budget.resolvedBytes(in:)`).
    ///   - importance: what is believed about the units (layers or modules) beforehand, `[units]`; negative counts as 0.
    /// - Throws: `BudgetError.belowMinimum` if nothing fits.
    public init(
        space: AllocationSpace, budgetBytes: Int, importance: [Double]? = nil, options: Options = Options()
    ) throws(BudgetError) {
        guard budgetBytes >= space.minimumBytes else {
            throw .belowMinimum(
                text: "\(budgetBytes)B", budgetBytes: budgetBytes, minimumBytes: space.minimumBytes,
                minimumBitsPerWeight: space.bitsPerWeight(totalBytes: space.minimumBytes))
        }
        self.space = space
        self.budgetBytes = budgetBytes
        self.options = options
        let positive = importance?.map { $0.isFinite ? max($0, 0) : 0 }
        let mean = (positive?.reduce(0, +) ?? 0) / Double(space.units)
        precondition(positive.map { $0.count == space.units } ?? true, "one importance per unit")
        self.importance = mean > 0 ? positive?.map { max($0 / mean, 0.01) } : nil
        set = FeasibleSet(space: space, budgetBytes: budgetBytes)
        listed = set.enumerated(maximalOnly: options.maximalOnly, limit: options.enumerationLimit)
    }

    /// The next allocation.
    ///
    /// - Parameters:
    ///   - observations: all there are; those of the same objective are not proposed again.
    ///   - pending: being tried at the moment; the surrogate believes its own prediction of them.
    ///   - trial: number of the trial in the search; each has its own random numbers.
    /// - Throws: `AllocationError` if an allocation does not belong to the space.
    public func propose(
        observations: [Observation], pending: [Allocation] = [], trial: Int, seed: UInt64
    ) throws(AllocationError) -> ProposalOutcome {
        var random = RandomSource(seed: seed).derived("proposal").derived(trial)
        let state = random.stateWords
        let (data, tried) = try usable(observations)
        var excluded = tried
        // Sorted, so that believing one before the other does not depend on who asked first.
        var waiting: [[Int]] = []
        for allocation in pending { waiting.append(try space.indices(of: allocation)) }
        waiting.sort { $0.lexicographicallyPrecedes($1) }
        excluded.formUnion(waiting)

        guard var surrogate = AllocationSurrogate(data: data, space: space, importance: importance) else {
            return unguided(excluded: excluded, random: &random, state: state)
        }
        for indices in waiting { surrogate.believe(indices) }
        let (observed, known) = observedBeliefs(data, surrogate)
        // Before anything within the budget was observed, the prior mean is what has to be beaten.
        let best = known.map(\.mean).max() ?? 0
        let acquisition = AcquisitionSearch(
            set: set, excluded: excluded, best: best, options: options, surrogate: surrogate)
        let ranked = zip(observed, known).enumerated().sorted {
            ($1.element.1.mean, $0.offset) < ($0.element.1.mean, $1.offset)
        }
        let starts = ranked.prefix(5).map(\.element.0) + importanceStarts()
        guard let found = acquisition.best(listed: listed, starts: starts, random: &random) else { return .exhausted }
        return .proposal(
            Proposal(
                allocation: space.allocation(of: found.indices), bytes: space.bytes(of: found.indices),
                prediction: Proposal.Prediction(
                    mean: surrogate.centre + surrogate.scale * found.mean, deviation: surrogate.scale * found.deviation),
                acquisition: options.acquisition.name, acquisitionValue: found.value,
                incumbentMean: observed.isEmpty ? nil : surrogate.centre + surrogate.scale * best,
                hyperparameters: surrogate.named, randomState: state, candidates: found.candidates))
    }

    /// The allocation to hand out: of all observed within the budget the one of the largest posterior mean.
    ///
    /// The largest observed value would be the luckiest one; what noise gave, another measurement takes back.
    /// - Returns: `nil` if nothing within the budget was observed, or too little to believe anything.
    /// - Throws: `AllocationError` if an allocation does not belong to the space.
    public func incumbent(observations: [Observation]) throws(AllocationError) -> Incumbent? {
        let (data, _) = try usable(observations)
        guard let surrogate = AllocationSurrogate(data: data, space: space, importance: importance) else { return nil }
        let (observed, known) = observedBeliefs(data, surrogate)
        var best: Int?
        for i in known.indices where known[i].mean > best.map({ known[$0].mean }) ?? -.infinity { best = i }
        return best.map { at in
            Incumbent(
                allocation: space.allocation(of: observed[at]),
                prediction: Proposal.Prediction(
                    mean: surrogate.centre + surrogate.scale * known[at].mean,
                    deviation: surrogate.scale * known[at].deviation))
        }
    }

    /// What can be learnt from, and what must not be proposed again.
    private func usable(
        _ observations: [Observation]
    ) throws(AllocationError) -> (data: [AllocationSurrogate.Datum], tried: Set<[Int]>) {
        var tried = Set<[Int]>()
        var data: [AllocationSurrogate.Datum] = []
        for observation in observations {
            let indices = try space.indices(of: observation.allocation)
            if observation.isSameObjective { tried.insert(indices) }
            // Beyond this magnitude squares overflow; no objective is there, but a broken one may be.
            guard observation.value.isFinite, abs(observation.value) < 1e150 else { continue }
            let error = observation.standardError.isFinite ? max(0, observation.standardError) : 0
            data.append(
                .init(
                    indices: indices, value: observation.value, standardError: min(error, 1e150),
                    isSameObjective: observation.isSameObjective))
        }
        return (data, tried)
    }

    /// The observed allocations within the budget, each once and in a fixed order, and what is believed of them. With
    /// observations of this search's own objective, only those.
    private func observedBeliefs(
        _ data: [AllocationSurrogate.Datum], _ surrogate: AllocationSurrogate
    ) -> (indices: [[Int]], beliefs: [(mean: Double, deviation: Double)]) {
        let own = data.filter(\.isSameObjective)
        var observed: [[Int]] = []
        for indices in (own.isEmpty ? data : own).map(\.indices).sorted(by: { $0.lexicographicallyPrecedes($1) })
        where observed.last != indices && space.bytes(of: indices) <= budgetBytes { observed.append(indices) }
        var scorer = CandidateScorer(surrogate)
        return (observed, scorer.posterior(observed))
    }

    private func importanceStarts() -> [[Int]] {
        guard let importance else { return [] }
        return [GreedyUpgrade.indices(importance: importance, in: space, budgetBytes: budgetBytes)]
    }

    /// Knowing nothing: the allocation by importance, then random ones.
    private func unguided(excluded: Set<[Int]>, random: inout RandomSource, state: [UInt64]) -> ProposalOutcome {
        var candidates = importanceStarts()
        for draw in set.uniformDraws(64, random: &random) {
            candidates.append(set.filled(draw, from: space.bytes(of: draw)))
        }
        let chosen =
            candidates.first { !excluded.contains($0) }
            ?? set.remaining(excluding: excluded, random: &random).first
        guard let chosen else { return .exhausted }
        return .proposal(
            Proposal(
                allocation: space.allocation(of: chosen), bytes: space.bytes(of: chosen), prediction: nil,
                acquisition: "initial_design", acquisitionValue: 0, incumbentMean: nil, hyperparameters: [],
                randomState: state, candidates: candidates.count))
    }
}
