import Testing

@testable import Engine

@Suite("Allocation by importance") struct ImportanceAllocationTests {
    @Test("the knapsack finds what trying everything finds", arguments: 0..<20)
    func knapsackAgainstBruteForce(seed: UInt64) throws {
        let space = try Spaces.odd(layers: 7, bits: seed % 2 == 0 ? [4, 8] : [2, 3, 4, 8], seed: seed)
        var random = RandomSource(seed: seed).derived("values")
        let values = (0..<space.units).map { _ in space.choices.map { _ in random.normal() } }
        let span = space.maximumBytes - space.minimumBytes
        let budget = space.minimumBytes + random.integer(below: span + 1)
        let solution = try #require(Knapsack(values: values, in: space, budgetBytes: budget))
        let best = Spaces.all(space).filter { space.bytes(of: $0) <= budget }
            .map { indices in zip(values, indices).reduce(0.0) { $0 + $1.0[$1.1] } }.max()
        #expect(solution.isExact)
        #expect(solution.value == best)
        #expect(solution.bytes == space.bytes(of: solution.indices) && solution.bytes <= budget)
    }

    @Test("a thinned knapsack stays within the budget and close to the exact value") func thinned() throws {
        let space = try Spaces.odd(layers: 24, bits: [3, 4, 8], seed: 3)
        var random = RandomSource(seed: 8)
        let values = (0..<24).map { _ in [0, 1, 1.2].map { $0 * random.uniform() } }
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let exact = try #require(Knapsack(values: values, in: space, budgetBytes: budget))
        let coarse = try #require(Knapsack(values: values, in: space, budgetBytes: budget, limit: 64))
        #expect(exact.isExact && !coarse.isExact)
        #expect(coarse.bytes <= budget && space.bytes(of: coarse.indices) == coarse.bytes)
        #expect(coarse.value <= exact.value && coarse.value > 0.97 * exact.value)
        #expect(Knapsack(values: values, in: space, budgetBytes: space.minimumBytes - 1) == nil)
    }

    @Test("the greedy rule upgrades the most important layers first, as many as fit") func greedy() throws {
        let space = try AllocationSpace(
            choices: [.init(name: "nf4", bits: 4), .init(name: "int8", bits: 8)],
            unitBytes: [[Int]](repeating: [36, 68], count: 4), unitWeights: [64, 64, 64, 64])
        let two = GreedyUpgrade.allocation(
            importance: [0.1, 0.9, 0.2, 0.5], in: space, budgetBytes: 4 * 36 + 2 * 32 + 31)
        #expect(two.text == "nf4,int8,nf4,int8")
        let tie = GreedyUpgrade.allocation(importance: [1, 1, 1, 1], in: space, budgetBytes: 4 * 36 + 32)
        #expect(tie.text == "int8,nf4,nf4,nf4")
        let none = GreedyUpgrade.allocation(importance: [0, -1, .nan, 0], in: space, budgetBytes: 1000)
        #expect(none.text == "nf4,nf4,nf4,nf4")
    }

    @Test("the greedy rule weighs gain against the bits that the layer costs") func greedyRate() throws {
        let space = try AllocationSpace(
            choices: [.init(name: "nf4", bits: 4), .init(name: "int8", bits: 8)],
            unitBytes: [[36, 68], [360, 680]], unitWeights: [64, 640])
        let allocation = GreedyUpgrade.allocation(importance: [0.2, 1.0], in: space, budgetBytes: 396 + 320)
        #expect(allocation.text == "int8,nf4")
    }

    @Test("every rule stays within every budget", arguments: ImportanceAllocation.allCases)
    func feasible(rule: ImportanceAllocation) throws {
        let space = try Spaces.odd(layers: 12, bits: [2, 4, 8, 16], seed: 11)
        var random = RandomSource(seed: 2)
        for _ in 0..<50 {
            let budget = space.minimumBytes + random.integer(below: space.maximumBytes - space.minimumBytes)
            let importance = (0..<12).map { _ in random.normal() }
            let allocation = try rule.allocation(
                importance: importance, in: space, budgetBytes: budget, random: &random)
            #expect(try space.bytes(of: allocation) <= budget)
        }
        #expect(throws: BudgetError.self) {
            try rule.allocation(
                importance: [Double](repeating: 1, count: 12), in: space, budgetBytes: space.minimumBytes - 1,
                random: &random)
        }
    }

    @Test("the exact rule finds the least total of measured costs", arguments: [4, 5, 6] as [UInt64])
    func exactCosts(seed: UInt64) throws {
        let space = try Spaces.odd(layers: 6, bits: [2, 4, 8], seed: seed)
        var random = RandomSource(seed: seed)
        let costs = (0..<6).map { _ in [random.uniform() + 1, random.uniform(), 0.1 * random.uniform()] }
        let budget = space.minimumBytes + (space.maximumBytes - space.minimumBytes) / 2
        let allocation = try ImportanceAllocation.exact.allocation(
            importance: [Double](repeating: 0, count: 6), in: space, budgetBytes: budget, costs: costs,
            random: &random)
        func total(_ indices: [Int]) -> Double { zip(costs, indices).reduce(0) { $0 + $1.0[$1.1] } }
        let least = Spaces.all(space).filter { space.bytes(of: $0) <= budget }.map(total).min()
        #expect(abs(total(try space.indices(of: allocation)) - (try #require(least))) < 1e-12)
    }

    @Test("random allocations are uniform over all that fit", arguments: [1, 2, 3] as [UInt64])
    func uniform(seed: UInt64) throws {
        let space = try Spaces.odd(layers: 5, bits: [2, 4, 8], seed: seed)
        let budget = space.minimumBytes + (space.maximumBytes - space.minimumBytes) / 3
        let feasible = Spaces.all(space).filter { space.bytes(of: $0) <= budget }
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: budget))
        var random = RandomSource(seed: seed)
        var counts: [[Int]: Int] = [:]
        let perAllocation = 200
        for _ in 0..<perAllocation * feasible.count { counts[sampler.indices(random: &random), default: 0] += 1 }
        #expect(counts.keys.allSatisfy { space.bytes(of: $0) <= budget })
        // Pearson's statistic has mean k − 1 and variance 2 (k − 1) under uniformity.
        let statistic = feasible.reduce(0.0) {
            let deviation = Double(counts[$1] ?? 0) - Double(perAllocation)
            return $0 + deviation * deviation / Double(perAllocation)
        }
        let freedom = Double(feasible.count - 1)
        #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot())
    }
}
