internal import Engine

/// How long a search thinks about its next trial.
struct ProposalWork {
    let rounds: Int

    /// Layers that are decided on, and observations that there are. Between the last two, an observation more may cost four
    /// times as much at most: the square.
    private static let sizes = [(16, 50), (32, 100), (32, 500), (32, 1000)]

    /// Milliseconds of a proposal with nothing computed before, and after one more observation.
    func proposals() throws -> [Measurement] {
        var results: [Measurement] = []
        for (units, count) in Self.sizes {
            let problem = try Problem(units: units, count: count + 1)
            let name = "proposal, \(units) layers, \(count) observations"
            results.append(
                Measurement(
                    name, unit: "ms", times: 1000,
                    try Measurement.pairs(
                        rounds: rounds,
                        qpx: {
                            let proposer = try Proposer(space: problem.space, budgetBytes: problem.budgetBytes)
                            return try seconds { try problem.propose(proposer, after: count) }
                        }, peer: nil)))
            results.append(
                Measurement(
                    "the next, after one more", unit: "ms", times: 1000,
                    try Measurement.pairs(
                        rounds: rounds,
                        qpx: {
                            let proposer = try Proposer(space: problem.space, budgetBytes: problem.budgetBytes)
                            try problem.propose(proposer, after: count)
                            return try seconds { try problem.propose(proposer, after: count + 1) }
                        }, peer: nil)))
        }
        return results
    }

    /// Nothing fits the budget of a made-up problem.
    private struct NothingFits: Error {}

    /// Layers of different sizes, each with an effect of its own, and noisy observations of random allocations.
    private struct Problem {
        let space: AllocationSpace
        let budgetBytes: Int
        let observations: [Observation]

        init(units: Int, count: Int) throws {
            var random = RandomSource(seed: UInt64(units))
            let sizes = (0..<units).map { _ in 1000 + random.integer(below: 500) }
            space = try AllocationSpace(
                choices: [4, 8].map { AllocationSpace.Choice(name: "q\($0)", bits: $0) },
                unitBytes: sizes.map { size in [4, 8].map { size * $0 / 8 } }, unitWeights: sizes)
            budgetBytes = (space.minimumBytes + space.maximumBytes) / 2
            guard let draw = RandomAllocation(in: space, budgetBytes: budgetBytes) else { throw NothingFits() }
            let effects = (0..<units).map { _ in random.uniform() }
            var observations: [Observation] = []
            for _ in 0..<count {
                let indices = draw.indices(random: &random)
                let value = zip(effects, indices).reduce(0.0) { $0 + $1.0 * Double($1.1) } + 0.2 * random.normal()
                observations.append(
                    Observation(allocation: space.allocation(of: indices), value: value, standardError: 0.2))
            }
            self.observations = observations
        }

        func propose(_ proposer: Proposer, after count: Int) throws {
            _ = try proposer.propose(observations: Array(observations.prefix(count)), trial: count, seed: 1)
        }
    }
}
