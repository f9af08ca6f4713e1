import Testing

@testable import Engine

@Suite("The initial design of a front") struct FrontDesignTests {
    private func design(
        _ space: AllocationSpace, budget: Int, count: Int, importance: [Double]? = nil, seed: UInt64 = 1
    ) throws -> InitialDesign {
        try .front(space: space, budgetBytes: budget, importance: importance, count: count, seed: seed)
    }

    @Test("begins with the uniform allocations, smallest first, then spreads sizes up to the budget") func order()
        throws
    {
        let space = try Spaces.odd(layers: 12, bits: [2, 3, 4, 8], seed: 3)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let importance = (0..<12).map { Double($0 + 1) }
        let entries = try design(space, budget: budget, count: 12, importance: importance).entries
        let uniform = entries.prefix { $0.purpose == .uniform }
        #expect(uniform.map { $0.allocation.precisions[0] } == ["q2", "q3", "q4", "q8"])
        #expect(uniform.map(\.isFeasible) == [true, true, true, false])
        #expect(uniform.allSatisfy { $0.origin == .baseline })
        #expect(entries.count(where: \.isFeasible) == 12)
        #expect(entries.dropFirst(4).allSatisfy { $0.isFeasible && $0.bytes <= budget && $0.origin == .search })
        #expect(Set(entries.map(\.allocation)).count == entries.count)
        let importances = entries.filter { $0.purpose == .importance }.map(\.bytes)
        #expect(importances.count == 4)
        // One for each quarter of the way, filled to within the largest step of it.
        let span = budget - space.minimumBytes
        let step = zip(space.unitBytes, space.unitBytes).map { $0[3] - $1[0] }.max() ?? 0
        for (bytes, quarters) in zip(importances, [2, 4, 1, 3]) {
            let goal = space.minimumBytes + span / 4 * quarters
            #expect(bytes <= goal + 3 && bytes > goal - step)
        }
        let random = entries.filter { $0.purpose == .random }.map(\.bytes)
        #expect(random.count == 5 && (random.min() ?? 0) < space.minimumBytes + span / 3)
        #expect((random.max() ?? 0) > space.minimumBytes + span / 2)
    }

    @Test("plans no more than asked for, but always what spans the front", arguments: 1...6) func count(_ count: Int)
        throws
    {
        let space = try Spaces.odd(layers: 6, bits: [2, 3, 4, 5, 6, 8], seed: 5)
        let entries = try design(space, budget: space.maximumBytes, count: count).entries
        let names = entries.map { Set($0.allocation.precisions) }
        #expect(names.contains(["q2"]) && names.contains(["q4"]) && names.contains(["q8"]))
        #expect(entries.count == max(3, count))
        #expect(entries.map(\.bytes) == entries.map(\.bytes).sorted())
    }

    @Test("is the same for the same seed, and refuses a budget below the smallest allocation") func seeds() throws {
        let space = try Spaces.odd(layers: 9, bits: [3, 4, 8], seed: 8)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        let first = try design(space, budget: budget, count: 9, seed: 4).entries
        #expect(try design(space, budget: budget, count: 9, seed: 4).entries == first)
        #expect(try design(space, budget: budget, count: 9, seed: 5).entries != first)
        #expect(throws: BudgetError.self) { try design(space, budget: space.minimumBytes - 1, count: 3) }
        let only = try design(space, budget: space.minimumBytes, count: 3).entries.filter(\.isFeasible)
        #expect(only.map(\.bytes) == [space.minimumBytes])
    }

    @Test("does not overflow with a budget beyond everything") func beyond() throws {
        let space = try Spaces.odd(layers: 4, bits: [4, 8], seed: 2)
        let entries = try design(space, budget: .max, count: 6, importance: [1, 2, 3, 4]).entries
        #expect(entries.allSatisfy(\.isFeasible) && entries.count == 6)
        let proposer = try Proposer(
            space: space, budgetBytes: .max, importance: [1, 2, 3, 4], options: .init(isFront: true))
        let known = entries.enumerated().map { Observation(allocation: $1.allocation, value: Double($0)) }
        guard case .proposal = try proposer.propose(observations: known, trial: 6, seed: 1) else {
            Issue.record("nothing proposed")
            return
        }
    }
}
