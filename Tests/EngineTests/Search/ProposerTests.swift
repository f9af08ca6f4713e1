import Testing

@testable import Engine

@Suite("The proposer") struct ProposerTests {
    /// Observations of a smooth made-up objective at random allocations, some over the budget.
    private func observations(_ space: AllocationSpace, count: Int, seed: UInt64) throws -> [Observation] {
        var random = RandomSource(seed: seed)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        let effects = (0..<space.units).map { _ in random.uniform() }
        return (0..<count).map { i in
            let indices = sampler.indices(random: &random)
            let value = zip(effects, indices).reduce(10.0) { $0 + $1.0 * Double($1.1) } + 0.1 * random.normal()
            return Observation(
                allocation: space.allocation(of: indices), value: value, standardError: i % 3 == 0 ? 0.1 : 0,
                origin: i == 0 ? .baseline : .search)
        }
    }

    @Test("never passes the budget, never repeats", arguments: Acquisitions.all.map(\.name), [false, true])
    func feasibleAndNew(acquisition: String, listed: Bool) throws {
        for seed in 0..<3 as Range<UInt64> {
            let space = try Spaces.odd(layers: listed ? 6 : 13, bits: [2, 4, 8], seed: seed)
            let budget = space.minimumBytes + (space.maximumBytes - space.minimumBytes) / 3
            var options = Proposer.Options(acquisition: try #require(Acquisitions.named(acquisition)))
            options.enumerationLimit = listed ? 65_536 : 16
            let proposer = try Proposer(space: space, budgetBytes: budget, options: options)
            var known = try observations(space, count: 8, seed: seed)
            for trial in 0..<6 {
                let outcome = try proposer.propose(observations: known, trial: trial, seed: seed)
                guard case .proposal(let proposal) = outcome else {
                    Issue.record("exhausted too early")
                    return
                }
                #expect(try space.bytes(of: proposal.allocation) == proposal.bytes && proposal.bytes <= budget)
                #expect(!known.contains { $0.allocation == proposal.allocation })
                #expect(proposal.acquisition == acquisition && proposal.acquisitionValue.isFinite)
                let prediction = try #require(proposal.prediction)
                #expect(prediction.mean.isFinite && prediction.deviation >= 0)
                known.append(Observation(allocation: proposal.allocation, value: prediction.mean))
            }
        }
    }

    @Test(
        "tries every allocation within the budget once, then says so, even if every trial fails",
        arguments: [(true, true), (true, false), (false, true), (false, false)], [true, false])
    func exhaustion(way: (maximalOnly: Bool, listed: Bool), fails: Bool) throws {
        let space = try Spaces.odd(layers: 3, bits: [3, 4, 8], seed: 21)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let feasible = Set(Spaces.all(space).filter { space.bytes(of: $0) <= budget }.map { space.allocation(of: $0) })
        let options = Proposer.Options(maximalOnly: way.maximalOnly, enumerationLimit: way.listed ? 1000 : 2)
        let proposer = try Proposer(space: space, budgetBytes: budget, options: options)
        var known: [Observation] = []
        var found = Set<Allocation>()
        var random = RandomSource(seed: 1)
        for trial in 0..<feasible.count {
            guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: trial, seed: 5) else {
                Issue.record("exhausted after \(trial) of \(feasible.count)")
                return
            }
            #expect(feasible.contains(proposal.allocation) && found.insert(proposal.allocation).inserted)
            known.append(Observation(allocation: proposal.allocation, value: fails ? .nan : random.normal()))
        }
        #expect(try proposer.propose(observations: known, trial: 99, seed: 5) == .exhausted)
    }

    @Test("does not depend on the order of observations, threads or earlier calls") func order() throws {
        let space = try Spaces.odd(layers: 14, bits: [2, 4, 8], seed: 2)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let known = try observations(space, count: 12, seed: 7)
        let pending = [Allocation(uniform: "q2", layers: 14), Allocation(uniform: "q4", layers: 14)]
        let one = try Proposer(space: space, budgetBytes: budget)
        let two = try Proposer(
            space: space, budgetBytes: budget, options: .init(parallelism: Parallelism(threads: 3)))
        let first = try one.propose(observations: known, pending: pending, trial: 3, seed: 8)
        #expect(try one.propose(observations: known, pending: pending, trial: 3, seed: 8) == first)
        #expect(
            try two.propose(observations: known.reversed(), pending: pending.reversed(), trial: 3, seed: 8) == first)
        guard case .proposal(let proposal) = first else {
            Issue.record("no proposal")
            return
        }
        #expect(proposal.randomState == RandomSource(seed: 8).derived("proposal").derived(3).stateWords)
        #expect(proposal.hyperparameters.map(\.name).first == "tendency_variance")
    }

    @Test("leaves out what is pending, and repeats only what measured something else") func exclusion() throws {
        let space = try Spaces.odd(layers: 2, bits: [4, 8], seed: 3)
        let all = Spaces.all(space).map { space.allocation(of: $0) }
        let proposer = try Proposer(space: space, budgetBytes: space.maximumBytes)
        let known = all.dropLast(2).enumerated().map { Observation(allocation: $1, value: Double($0)) }
        let outcome = try proposer.propose(observations: known, pending: [all[2]], trial: 0, seed: 1)
        guard case .proposal(let proposal) = outcome else {
            Issue.record("no proposal")
            return
        }
        #expect(proposal.allocation == all[3])
        #expect(try proposer.propose(observations: known, pending: Array(all[2...]), trial: 0, seed: 1) == .exhausted)
        let foreign = all.enumerated().map {
            Observation(allocation: $1, value: Double($0), origin: .warmStart, source: 1)
        }
        guard case .proposal(let again) = try proposer.propose(observations: foreign, trial: 0, seed: 1) else {
            Issue.record("no proposal")
            return
        }
        #expect(all.contains(again.allocation))
    }

    @Test("is not misled by values that are not numbers, nor by equal ones") func degenerate() throws {
        let space = try Spaces.odd(layers: 5, bits: [4, 8], seed: 3)
        let proposer = try Proposer(space: space, budgetBytes: space.maximumBytes)
        let allocations = Spaces.all(space).map { space.allocation(of: $0) }
        for values in [[Double.nan, .infinity, 3], [2, 2, 2, 2], [1e300, -1e300, 0], [.nan]] {
            let known = zip(allocations, values).map {
                Observation(allocation: $0, value: $1, standardError: .nan)
            }
            let outcome = try proposer.propose(observations: known, trial: 1, seed: 1)
            guard case .proposal(let proposal) = outcome else {
                Issue.record("no proposal")
                return
            }
            #expect(!allocations.prefix(values.count).contains(proposal.allocation))
        }
        #expect(throws: AllocationError.layerCount(found: 1, expected: 5)) {
            try proposer.propose(
                observations: [Observation(allocation: Allocation(["q4"]), value: 1)], trial: 0, seed: 0)
        }
        #expect(throws: BudgetError.self) { try Proposer(space: space, budgetBytes: space.minimumBytes - 1) }
    }

    @Test("names the incumbent by its posterior mean, not by the luckiest value") func incumbent() throws {
        let space = try Spaces.odd(layers: 6, bits: [4, 8], seed: 3)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let proposer = try Proposer(space: space, budgetBytes: budget)
        let low = Allocation(uniform: "q4", layers: 6)
        let feasible = try #require(
            Spaces.all(space).first { space.bytes(of: $0) <= budget && $0.reduce(0, +) > 0 }.map(space.allocation))
        // One lucky value among bad ones against three steady ones.
        let known =
            [9.0, 1, 1, 1].map { Observation(allocation: low, value: $0, standardError: 2) }
            + [4.0, 4.1, 3.9, 4].map { Observation(allocation: feasible, value: $0, standardError: 2) }
            + [Observation(allocation: Allocation(uniform: "q8", layers: 6), value: 50, origin: .baseline)]
        let incumbent = try #require(try proposer.incumbent(observations: known))
        #expect(incumbent.allocation == feasible)
        #expect(incumbent.prediction.mean.isFinite && incumbent.prediction.deviation > 0)
        #expect(try proposer.incumbent(observations: []) == nil)
    }

    @Test("an observation over the budget informs but is not the one to beat") func overBudget() throws {
        let space = try Spaces.odd(layers: 8, bits: [4, 8], seed: 4)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        var known = try observations(space, count: 10, seed: 3).filter { try space.bytes(of: $0.allocation) <= budget }
        known.append(
            Observation(allocation: Allocation(uniform: "q8", layers: 8), value: 1000, origin: .baseline))
        let proposer = try Proposer(space: space, budgetBytes: budget)
        guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: 0, seed: 0) else {
            Issue.record("no proposal")
            return
        }
        #expect(try #require(proposal.incumbentMean) < 900)
    }

    @Test("finds the optimum of a quiet additive problem in few trials") func additive() throws {
        let space = try Spaces.odd(layers: 10, bits: [4, 8], seed: 12)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let gains = (0..<10).map { Double(($0 * 7) % 10) + 1 }
        func value(_ indices: [Int]) -> Double { zip(gains, indices).reduce(0.0) { $0 + $1.0 * Double($1.1) } }
        let best = try #require(
            Spaces.all(space).filter { space.bytes(of: $0) <= budget }.map(value).max())
        let proposer = try Proposer(space: space, budgetBytes: budget)
        let design = try InitialDesign(space: space, budgetBytes: budget, count: 4, seed: 1)
        var known = try design.entries.map {
            Observation(allocation: $0.allocation, value: value(try space.indices(of: $0.allocation)))
        }
        for trial in known.count..<22 {
            guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: trial, seed: 1) else {
                break
            }
            let indices = try space.indices(of: proposal.allocation)
            known.append(Observation(allocation: proposal.allocation, value: value(indices)))
        }
        let feasible = try known.filter { try space.bytes(of: $0.allocation) <= budget }
        #expect(feasible.map(\.value).max() == best)
    }
}

@Suite("The initial design") struct InitialDesignTests {
    @Test("begins with the baselines and the allocation by importance, all different") func plan() throws {
        let space = try Spaces.odd(layers: 12, bits: [4, 8], seed: 6)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let importance = (0..<12).map { Double($0) }
        let design = try InitialDesign(space: space, budgetBytes: budget, importance: importance, count: 8, seed: 3)
        #expect(design.entries[0].allocation == Allocation(uniform: "q4", layers: 12))
        #expect(design.entries[1].allocation == Allocation(uniform: "q8", layers: 12))
        #expect(design.entries[1].origin == .baseline && !design.entries[1].isFeasible)
        #expect(
            design.entries[2].allocation
                == GreedyUpgrade.allocation(importance: importance, in: space, budgetBytes: budget))
        #expect(design.entries.count(where: \.isFeasible) == 8 && design.entries.count == 9)
        #expect(Set(design.entries.map(\.allocation)).count == design.entries.count)
        for entry in design.entries {
            #expect(try space.bytes(of: entry.allocation) == entry.bytes && (entry.bytes <= budget) == entry.isFeasible)
        }
        let again = try InitialDesign(space: space, budgetBytes: budget, importance: importance, count: 8, seed: 3)
        #expect(again.entries == design.entries)
        #expect(
            try InitialDesign(space: space, budgetBytes: budget, importance: importance, count: 8, seed: 4).entries
                != design.entries)
    }

    @Test("has the exact allocation behind the greedy one, where it is known what each choice loses") func exact()
        throws
    {
        let space = try Spaces.odd(layers: 10, bits: [2, 3, 4, 8], seed: 6)
        let budget = space.minimumBytes + (space.maximumBytes - space.minimumBytes) / 4
        let importance = (0..<10).map { 1 + Double($0) / 10 }
        let errors = [[Double]](repeating: [0.3, 0.04, 0.01, 0], count: 10)
        func entries(_ rule: ImportanceAllocation, errors: [[Double]]?) throws -> [InitialDesign.Entry] {
            try InitialDesign(
                space: space, budgetBytes: budget, importance: importance, rule: rule, relativeErrors: errors, count: 8,
                seed: 3
            ).entries
        }
        let both = try entries(.greedy, errors: errors)
        let at = try #require(both.firstIndex { $0.purpose == .importance })
        #expect(both[at + 1].purpose == .exact && both[at + 1].isFeasible && both[at + 1].origin == .search)
        #expect(
            try both[at + 1].allocation
                == entries(.exact, errors: errors).first { $0.purpose == .importance }?.allocation)
        // What it is for: it loses less.
        func loss(_ allocation: Allocation) throws -> Double {
            try zip(space.indices(of: allocation), importance).reduce(0) { $0 + $1.1 * errors[0][$1.0] }
        }
        #expect(try loss(both[at + 1].allocation) < loss(both[at].allocation))
        #expect(try !entries(.greedy, errors: nil).contains { $0.purpose == .exact })
        #expect(try !entries(.random, errors: errors).contains { $0.purpose == .exact })
    }

    @Test("ends where a small space has nothing more to offer") func small() throws {
        let space = try Spaces.odd(layers: 2, bits: [4, 8], seed: 6)
        let design = try InitialDesign(space: space, budgetBytes: space.minimumBytes, count: 5, seed: 0)
        #expect(design.entries.count == 2)
        #expect(throws: BudgetError.self) {
            try InitialDesign(space: space, budgetBytes: space.minimumBytes - 1, count: 5, seed: 0)
        }
    }
}
