/// Chooses the next allocation of a search: never over the budget, never one that was tried.
///
/// A Gaussian process (`AllocationKernel`) is fitted to all observations, and an acquisition is maximised over the allocations
/// within the budget: over all of them where they can be listed, else by local search from many starts. Observations over the
/// budget inform the surrogate but do not set the incumbent, which is the best posterior mean among observed allocations within
/// it. The same observations, seed and trial number give the same proposal.
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
        /// Whether the front of value against bytes is looked for, up to the budget, in place of the largest value:
        /// the acquisition is then the expected hypervolume improvement.
        public var isFront: Bool
        /// Threads for the local search.
        public var parallelism: Parallelism

        /// The defaults.
        public init(
            acquisition: any Acquisition = UpperConfidenceBound(), maximalOnly: Bool = true,
            enumerationLimit: Int = 65_536, randomStarts: Int = 20, climbs: Int = 6,
            isFront: Bool = false, parallelism: Parallelism = .serial
        ) {
            self.acquisition = acquisition
            self.maximalOnly = maximalOnly
            self.enumerationLimit = enumerationLimit
            self.randomStarts = randomStarts
            self.climbs = climbs
            self.isFront = isFront
            self.parallelism = parallelism
        }
    }

    private let space: AllocationSpace
    private let budgetBytes: Int
    private let importance: [Double]?
    private let options: Options
    private let set: FeasibleSet
    private let listed: [[Int]]?
    private let cache = SurrogateCache()

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
        var options = options
        // Less memory is worth something by itself.
        if options.isFront { options.maximalOnly = false }
        self.options = options
        let positive = importance?.map { $0.isFinite ? max($0, 0) : 0 }
        let mean = (positive?.reduce(0, +) ?? 0) / Double(space.units)
        precondition(positive.map { $0.count == space.units } ?? true, "one importance per unit")
        self.importance = mean > 0 ? positive?.map { max($0 / mean, 0.01) } : nil
        set = FeasibleSet(space: space, budgetBytes: budgetBytes)
        listed = set.enumerated(maximalOnly: options.maximalOnly && !options.isFront, limit: options.enumerationLimit)
    }

    /// The next allocation.
    ///
    /// - Parameters:
    ///   - observations: all there are, in the order in which they were made; those of the same objective are not
    ///     proposed again.
    ///   - pending: being tried at the moment; the surrogate believes its own prediction of them.
    ///   - trial: number of the trial in the search; each has its own random numbers.
    /// - Throws: `AllocationError` if an allocation does not belong to the space.
    public func propose(
        observations: [Observation], pending: [Allocation] = [], trial: Int, seed: UInt64
    ) throws(AllocationError) -> ProposalOutcome {
        var random = RandomSource(seed: seed).derived("proposal").derived(trial)
        let state = random.stateWords
        let known = try Known(observations, in: space)
        var excluded = known.tried
        // Sorted, so that believing one before the other does not depend on who asked first.
        var waiting: [[Int]] = []
        for allocation in pending { waiting.append(try space.indices(of: allocation)) }
        waiting.sort { $0.lexicographicallyPrecedes($1) }
        excluded.formUnion(waiting)

        guard var surrogate = surrogate(known) else {
            return unguided(excluded: excluded, random: &random, state: state)
        }
        for indices in waiting { surrogate.believe(indices) }
        let beliefs = beliefs(known, surrogate)
        // Before anything within the budget was observed, the prior mean is what has to be beaten.
        let best = beliefs.map(\.mean).max() ?? 0
        let objective: AcquisitionObjective =
            options.isFront
            ? .front(
                Front(
                    beliefs.map { Front.Point(bytes: space.bytes(of: $0.indices), value: $0.mean) },
                    limit: budgetBytes, reference: beliefs.map(\.mean).min() ?? 0))
            : .single(options.acquisition, best: best)
        let search = AcquisitionSearch(
            set: set, excluded: excluded, options: options, surrogate: surrogate, objective: objective)
        let starts = beliefs.prefix(5).map(\.indices) + importanceStarts()
        guard let found = search.best(listed: listed, starts: starts, random: &random) else { return .exhausted }
        return .proposal(
            Proposal(
                allocation: space.allocation(of: found.indices), bytes: space.bytes(of: found.indices),
                prediction: Proposal.Prediction(
                    mean: surrogate.centre + surrogate.scale * found.mean, deviation: surrogate.scale * found.deviation),
                acquisition: options.isFront ? Front.acquisitionName : options.acquisition.name,
                acquisitionValue: found.value,
                incumbentMean: beliefs.isEmpty ? nil : surrogate.centre + surrogate.scale * best,
                trust: surrogate.trust, hyperparameters: surrogate.named, randomState: state,
                candidates: found.candidates))
    }

    /// The allocation to hand out: of all observed within the budget the one of the largest posterior mean.
    ///
    /// The largest observed value would be the luckiest one; what noise gave, another measurement takes back.
    /// - Returns: `nil` if nothing within the budget was observed, or too little to believe anything.
    /// - Throws: `AllocationError` if an allocation does not belong to the space.
    public func incumbent(observations: [Observation]) throws(AllocationError) -> Incumbent? {
        try recommended(observations: observations, count: 1).first
    }

    /// The observed allocations within the budget of the largest posterior means, best first.
    /// - Throws: `AllocationError` if an allocation does not belong to the space.
    public func recommended(observations: [Observation], count: Int) throws(AllocationError) -> [Incumbent] {
        let known = try Known(observations, in: space)
        guard let surrogate = surrogate(known) else { return [] }
        return beliefs(known, surrogate).prefix(count).map { belief in
            Incumbent(
                allocation: space.allocation(of: belief.indices),
                prediction: Proposal.Prediction(
                    mean: surrogate.centre + surrogate.scale * belief.mean,
                    deviation: surrogate.scale * belief.deviation))
        }
    }

    /// What can be learnt from, and what must not be proposed again.
    private struct Known {
        var tried = Set<[Int]>()
        var own: [AllocationSurrogate.Datum] = []
        /// By source, ascending.
        var sources: [(source: Int, data: [AllocationSurrogate.Datum])] = []

        init(_ observations: [Observation], in space: AllocationSpace) throws(AllocationError) {
            var foreign: [Int: [AllocationSurrogate.Datum]] = [:]
            for observation in observations {
                let indices = try space.indices(of: observation.allocation)
                // What could not win in an earlier search, under another budget perhaps, may win in this one.
                let isOpen = observation.origin == .warmStart && !observation.isWhole
                if observation.isSameObjective, !isOpen { tried.insert(indices) }
                // Beyond this magnitude squares overflow; no objective is there, but a broken one may be.
                guard observation.value.isFinite, abs(observation.value) < 1e150 else { continue }
                let error = observation.standardError.isFinite ? max(0, observation.standardError) : 0
                let datum = AllocationSurrogate.Datum(
                    indices: indices, value: observation.value, standardError: min(error, 1e150))
                if let source = observation.source {
                    foreign[source, default: []].append(datum)
                } else {
                    own.append(datum)
                }
            }
            sources = foreign.keys.sorted().map { ($0, foreign[$0] ?? []) }
        }
    }

    private func surrogate(_ known: Known) -> AllocationSurrogate? {
        let sources = known.sources.compactMap { source, data in
            cache.source(source, data: data) {
                SourceModel(source: source, data: data, space: space, importance: importance)
            }
        }
        return cache.surrogate(data: known.own, sources: known.sources.map { $0.data }) {
            AllocationSurrogate(data: known.own, space: space, importance: importance, sources: sources)
        }
    }

    /// What is believed of the observed allocations within the budget, each once, the largest mean first.
    private func beliefs(
        _ known: Known, _ surrogate: AllocationSurrogate
    ) -> [(indices: [Int], mean: Double, deviation: Double)] {
        var observed: [[Int]] = []
        // With observations of this search's own objective, only those.
        let data = known.own.isEmpty ? known.sources.flatMap(\.data) : known.own
        for indices in data.map(\.indices).sorted(by: { $0.lexicographicallyPrecedes($1) })
        where observed.last != indices && space.bytes(of: indices) <= budgetBytes { observed.append(indices) }
        var scorer = CandidateScorer(surrogate)
        let beliefs = zip(observed, scorer.posterior(observed)).map {
            (indices: $0, mean: $1.mean, deviation: $1.deviation)
        }
        return beliefs.enumerated().sorted { (-$0.element.mean, $0.offset) < (-$1.element.mean, $1.offset) }
            .map(\.element)
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
