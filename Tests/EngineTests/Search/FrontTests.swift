import Testing

@testable import Engine

@Suite("A front of value against memory") struct FrontTests {
    private let front = Front(
        [
            .init(bytes: 40, value: 3), .init(bytes: 20, value: 1), .init(bytes: 30, value: 1),
            .init(bytes: 60, value: 2),
            .init(bytes: 200, value: 9), .init(bytes: 10, value: -1),
        ], limit: 100, reference: 0)

    @Test("keeps what nothing dominates, within limit and reference") func points() {
        #expect(front.points == [.init(bytes: 20, value: 1), .init(bytes: 40, value: 3)])
        #expect(front.hypervolume == 20 * 1 + 60 * 3)
        #expect(Front([], limit: 100, reference: 0).hypervolume == 0)
    }

    @Test("a certain candidate improves it by exactly the area that it adds", arguments: [10, 25, 50, 90])
    func certain(bytes: Int) {
        for value in [0.5, 2.0, 4.0] {
            let after = Front(front.points + [.init(bytes: bytes, value: value)], limit: 100, reference: 0).hypervolume
            let expected = (after - front.hypervolume) / 100
            let found = DeterministicMath.exp(front.logExpectedImprovement(mean: value, deviation: 1e-9, bytes: bytes))
            #expect(abs(found - expected) < 1e-6)
        }
    }

    @Test("an uncertain candidate improves it by the mean over its values") func uncertain() {
        let (mean, deviation, bytes) = (2.5, 0.8, 30)
        var random = RandomSource(seed: 4)
        let draws = 40_000
        var sum = 0.0
        for _ in 0..<draws {
            let point = Front.Point(bytes: bytes, value: mean + deviation * random.normal())
            sum += Front(front.points + [point], limit: 100, reference: 0).hypervolume - front.hypervolume
        }
        let found = DeterministicMath.exp(front.logExpectedImprovement(mean: mean, deviation: deviation, bytes: bytes))
        #expect(abs(found - sum / Double(draws) / 100) < 0.01)
    }

    @Test("at the limit the better value is still the better candidate") func atTheLimit() {
        let values = [1.0, 2, 4].map { front.logExpectedImprovement(mean: $0, deviation: 0.5, bytes: 100) }
        #expect(values == values.sorted() && values.allSatisfy(\.isFinite))
    }

    @Test("a search for the front tries small and large allocations and never repeats") func search() throws {
        let space = try Spaces.odd(layers: 8, bits: [2, 4, 8], seed: 5)
        let proposer = try Proposer(space: space, budgetBytes: space.maximumBytes, options: .init(isFront: true))
        let gains = (0..<8).map { Double(($0 * 5) % 8 + 1) }
        var known: [Observation] = []
        for trial in 0..<24 {
            guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: trial, seed: 2) else {
                Issue.record("exhausted")
                return
            }
            let indices = try space.indices(of: proposal.allocation)
            let value = zip(gains, indices).reduce(0.0) { $0 + $1.0 * Double($1.1).squareRoot() }
            #expect(!known.contains { $0.allocation == proposal.allocation })
            if trial >= 2 { #expect(proposal.acquisition == Front.acquisitionName) }
            known.append(Observation(allocation: proposal.allocation, value: value))
        }
        let points = try known.map { Front.Point(bytes: try space.bytes(of: $0.allocation), value: $0.value) }
        let found = Front(points, limit: space.maximumBytes, reference: 0)
        #expect(found.points.count >= 8)
        var random = RandomSource(seed: 3)
        let sampler = try #require(RandomAllocation(in: space, budgetBytes: space.maximumBytes))
        let chance = (0..<24).map { _ -> Front.Point in
            let indices = sampler.indices(random: &random)
            let value = zip(gains, indices).reduce(0.0) { $0 + $1.0 * Double($1.1).squareRoot() }
            return .init(bytes: space.bytes(of: indices), value: value)
        }
        #expect(found.hypervolume > Front(chance, limit: space.maximumBytes, reference: 0).hypervolume)
    }

    @Test(
        "local search climbs from all along the front, without repeats and within the budget", arguments: [16, 65_536])
    func enumerationLimit(limit: Int) throws {
        let space = try Spaces.odd(layers: 7, bits: [2, 4, 8], seed: 6)
        let budget = space.minimumBytes + (space.maximumBytes - space.minimumBytes) * 2 / 3
        let importance = (0..<7).map { Double($0 + 1) }
        let proposer = try Proposer(
            space: space, budgetBytes: budget, importance: importance,
            options: .init(enumerationLimit: limit, isFront: true))
        var known: [Observation] = []
        for entry in try InitialDesign.front(space: space, budgetBytes: budget, count: 4, seed: 1).entries {
            known.append(Observation(allocation: entry.allocation, value: Double(entry.bytes).squareRoot()))
        }
        var sizes: [Int] = []
        for trial in 0..<16 {
            guard case .proposal(let proposal) = try proposer.propose(observations: known, trial: trial, seed: 3) else {
                Issue.record("exhausted")
                return
            }
            #expect(proposal.bytes <= budget && proposal.acquisitionValue.isFinite)
            #expect(!known.contains { $0.allocation == proposal.allocation })
            let indices = try space.indices(of: proposal.allocation)
            let value = zip(importance, indices).reduce(0.0) { $0 + $1.0 * Double($1.1).squareRoot() }
            known.append(Observation(allocation: proposal.allocation, value: value))
            sizes.append(proposal.bytes)
        }
        // Neither only small ones nor only large ones.
        let middle = (space.minimumBytes + budget) / 2
        #expect(sizes.contains { $0 < middle } && sizes.contains { $0 > middle })
    }

    @Test("one step from an allocation is one unit, within the budget") func steps() throws {
        let space = try Spaces.odd(layers: 5, bits: [2, 4, 8], seed: 9)
        let start = [0, 1, 2, 1, 0]
        let set = FeasibleSet(space: space, budgetBytes: space.bytes(of: start))
        let steps = set.steps(from: start)
        #expect(!steps.isEmpty)
        for step in steps {
            #expect(zip(step, start).count { $0 != $1 } == 1 && space.bytes(of: step) <= space.bytes(of: start))
        }
        let all = FeasibleSet(space: space, budgetBytes: space.maximumBytes).steps(from: start)
        #expect(all.count == 10 && Set(all).count == 10)
    }
}
