import Engine

/// One search for a front on a closed-form objective, by some method.
struct FrontRun {
    /// How the next allocation is chosen.
    enum Method: CaseIterable {
        case random, separate, inTurn, drawn, scalarized, expected

        var title: String {
            switch self {
            case .random: "random, uniform over all"
            case .separate: "five searches, a budget each"
            case .inTurn: "five budgets in turn, one surrogate"
            case .drawn: "a budget drawn for each trial, one surrogate"
            case .scalarized: "weights drawn for each trial (ParEGO)"
            case .expected: "expected hypervolume improvement"
            }
        }
    }

    let objective: ClosedFormObjective
    let method: Method
    let trials: Int
    /// True value at which the hypervolume begins.
    let reference: Double
    var initialTrials = 6

    /// The hypervolume of the true values of the first 1, 2, … trials.
    func curve(seed: UInt64) throws -> [Double] {
        let space = try objective.space()
        var points: [Front.Point] = []
        var observations: [Observation] = []
        var curve: [Double] = []
        let choose = try chooser(space, seed: seed)
        let design = try InitialDesign.front(
            space: space, budgetBytes: objective.budget, count: initialTrials, seed: seed)
        let initial = method == .random ? [] : design.entries.filter(\.isFeasible).map(\.allocation)
        for trial in 0..<trials {
            guard
                let allocation = trial < initial.count
                    ? initial[trial] : try choose(observations, trial)
            else { break }
            let bits = objective.bits(allocation)
            points.append(.init(bytes: objective.cost(bits), value: objective.trueValue(bits)))
            observations.append(
                Observation(
                    allocation: allocation, value: objective.observed(bits, seed: seed, trial: trial),
                    standardError: objective.definition.noise))
            curve.append(Front(points, limit: objective.budget, reference: reference).hypervolume)
        }
        return curve
    }

    private typealias Chooser = ([Observation], Int) throws -> Allocation?

    private func chooser(_ space: AllocationSpace, seed: UInt64) throws -> Chooser {
        let span = objective.budget - space.minimumBytes
        func proposer(budget: Int, _ options: Proposer.Options) throws -> Proposer {
            try Proposer(space: space, budgetBytes: budget, options: options)
        }
        func proposal(_ proposer: Proposer, _ known: [Observation], _ trial: Int) throws -> Allocation? {
            guard case .proposal(let found) = try proposer.propose(observations: known, trial: trial, seed: seed)
            else { return nil }
            return found.allocation
        }
        switch method {
        case .random:
            guard let draw = RandomAllocation(in: space, budgetBytes: objective.budget) else { return { _, _ in nil } }
            return { _, trial in
                var random = RandomSource(seed: seed).derived(trial)
                return draw.allocation(random: &random)
            }
        case .drawn:
            return { known, trial in
                var random = RandomSource(seed: seed).derived("budget").derived(trial)
                // Everything of a small budget may have been tried.
                for _ in 0..<100 {
                    let budget = space.minimumBytes + Int(Double(span) * random.uniform())
                    if let found = try proposal(proposer(budget: budget, .init()), known, trial) { return found }
                }
                return nil
            }
        case .expected:
            let front = try proposer(budget: objective.budget, .init(isFront: true))
            return { try proposal(front, $0, $1) }
        case .separate, .inTurn:
            let proposers = try (1...5).map { try proposer(budget: space.minimumBytes + span * $0 / 5, .init()) }
            return { known, trial in
                let own = known.enumerated().filter { offset, _ in
                    method == .inTurn || offset < initialTrials || offset % 5 == trial % 5
                }
                return try proposal(proposers[trial % 5], own.map(\.element), trial)
            }
        case .scalarized:
            let front = try proposer(budget: objective.budget, .init(maximalOnly: false))
            return { known, trial in
                var random = RandomSource(seed: seed).derived("weight").derived(trial)
                let weight = random.uniform()
                let values = known.map(\.value)
                let (low, high) = (values.min() ?? 0, values.max() ?? 1)
                let scalarized = try known.map { observation in
                    let value = (observation.value - low) / max(1e-9, high - low)
                    let memory =
                        1 - Double(try space.bytes(of: observation.allocation) - space.minimumBytes) / Double(span)
                    let (a, b) = (weight * value, (1 - weight) * memory)
                    return Observation(allocation: observation.allocation, value: min(a, b) + 0.05 * (a + b))
                }
                return try proposal(front, scalarized, trial)
            }
        }
    }
}
