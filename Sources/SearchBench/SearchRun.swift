import Engine

/// One search on a closed-form objective.
struct SearchRun {
    /// What came of it, after each trial.
    struct Curve: Sendable {
        /// The best true value among the trials so far.
        var best: [Double] = []
        /// The true value of the allocation that the search would hand out.
        var incumbent: [Double] = []
        /// Every trial, as a later search would learn of it.
        var observations: [Observation] = []
        /// Seconds that a proposal took on average.
        var secondsPerProposal = 0.0
    }

    let objective: ClosedFormObjective
    let trials: Int
    /// Trials of the initial design that all methods share; 0 begins with a proposal.
    var initialTrials = 10
    /// Begins as a search on a model does: uniform allocations, by the importance (exactly, with what each choice costs), and
    /// random ones up to six within the budget.
    var beginsByDesign = false
    /// Deviation of the logarithm of a prior importance from the true sensitivities; nil tells the search nothing.
    var importanceError: Double?
    /// What earlier searches found.
    var history: [Observation] = []
    /// How proposals are chosen.
    var options = Proposer.Options()

    /// Runs the search with the noise of `seed`.
    func curve(seed: UInt64) throws -> Curve {
        let importance = importance(seed: seed)
        let space = try objective.space()
        let proposer = try Proposer(
            space: space, budgetBytes: objective.budget, importance: importance, options: options)
        let design = beginsByDesign ? try self.design(space, importance, seed: seed) : []
        var curve = Curve()
        var best = -Double.infinity
        let clock = ContinuousClock()
        var spent = Duration.zero
        for trial in 0..<trials {
            var bits = objective.initial(seed: seed, index: trial)
            if trial < design.count {
                bits = objective.bits(design[trial])
            } else if beginsByDesign || trial >= initialTrials {
                let begin = clock.now
                let outcome = try proposer.propose(
                    observations: history + curve.observations, trial: trial, seed: seed)
                spent += begin.duration(to: clock.now)
                guard case .proposal(let proposal) = outcome else { break }
                bits = objective.bits(proposal.allocation)
            }
            if objective.cost(bits) <= objective.budget { best = max(best, objective.trueValue(bits)) }
            curve.best.append(best)
            curve.observations.append(
                Observation(
                    allocation: objective.allocation(bits), value: objective.observed(bits, seed: seed, trial: trial),
                    standardError: objective.definition.noise))
            let handedOut = try proposer.incumbent(observations: history + curve.observations)
            curve.incumbent.append(handedOut.map { objective.trueValue(objective.bits($0.allocation)) } ?? best)
        }
        curve.secondsPerProposal = (spent / .seconds(1)) / Double(max(1, trials - initialTrials))
        return curve
    }

    private func design(_ space: AllocationSpace, _ importance: [Double]?, seed: UInt64) throws -> [Allocation] {
        let definition = objective.definition
        let costs = definition.choices.map { definition.additive[$0] ?? .nan }
        let design = try InitialDesign(
            space: space, budgetBytes: objective.budget, importance: importance, rule: .exact,
            relativeErrors: Array(repeating: costs, count: definition.layers), count: 6, seed: seed)
        return design.entries.map(\.allocation)
    }

    /// The true sensitivities, each times e to a normal number.
    private func importance(seed: UInt64) -> [Double]? {
        guard let importanceError else { return nil }
        var random = RandomSource(seed: seed).derived("importance")
        return objective.sensitivities.map { sensitivity in
            sensitivity * DeterministicMath.exp(importanceError * random.normal())
        }
    }
}

/// Means over many searches.
struct CurveMeans {
    let curves: [SearchRun.Curve]

    /// The mean best true value after `trials`, and its standard error over searches.
    func best(after trials: Int) -> (mean: Double, standardError: Double) {
        let values = curves.compactMap { $0.best.count >= trials ? $0.best[trials - 1] : $0.best.last }
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (spread / Double(max(1, values.count - 1)) / Double(max(1, values.count))).squareRoot())
    }

    /// The mean true value of the allocation handed out after `trials`.
    func incumbent(after trials: Int) -> Double {
        let values = curves.compactMap { $0.incumbent.count >= trials ? $0.incumbent[trials - 1] : $0.incumbent.last }
        return values.reduce(0, +) / Double(max(1, values.count))
    }

    /// The first number of trials whose mean best reaches `value`; nil if none does.
    func trials(toReach value: Double) -> Int? {
        let longest = curves.map(\.best.count).max() ?? 0
        return (1...max(1, longest)).first { best(after: $0).mean >= value }
    }

    /// Milliseconds of a proposal.
    var milliseconds: Double {
        1000 * curves.reduce(0) { $0 + $1.secondsPerProposal } / Double(max(1, curves.count))
    }
}
