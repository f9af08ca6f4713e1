import Testing

@testable import Engine
@testable import SearchBench

@Suite("A search on a closed-form objective") struct SearchRunTests {
    /// What uniformly random allocations reach on average in 30 trials.
    private static let randomAtThirty = ["ba16": 61.93, "ba32": 60.73, "mb16": 59.61, "ri16": 66.09]

    private func objective(_ name: String) throws -> ClosedFormObjective {
        try #require(ClosedFormObjective.all.first { $0.definition.name == name })
    }

    @Test("is ahead of random allocations after 30 trials", arguments: randomAtThirty.keys.sorted())
    func aheadOfRandom(name: String) throws {
        let random = try #require(Self.randomAtThirty[name])
        let objective = try objective(name)
        let curve = try SearchRun(objective: objective, trials: 30).curve(seed: 0)
        #expect(curve.best[29] > random + 0.5)
        #expect(curve.best[29] <= (try #require(objective.definition.optimum)) + 0.001)
        for observation in curve.observations {
            #expect(objective.cost(objective.bits(observation.allocation)) <= objective.budget)
        }
        #expect(Set(curve.observations.map(\.allocation)).count == 30)
    }

    @Test("is ahead of 3 bits everywhere after 20 trials, where 2 bits cost what they cost a trained model")
    func aheadOfUniform() throws {
        let objective = try objective("lm16")
        let uniform = [Int](repeating: 3, count: objective.definition.layers)
        #expect(objective.cost(uniform) <= objective.budget)
        for seed in 0..<3 as Range<UInt64> {
            let curve = try SearchRun(objective: objective, trials: 20).curve(seed: seed)
            #expect(curve.best[19] > objective.trueValue(uniform))
        }
    }

    @Test("begins better with the history of a related search") func related() throws {
        let objective = try objective("mb16")
        let seeds = 0..<4 as Range<UInt64>
        let cold = CurveMeans(curves: try seeds.map { try SearchRun(objective: objective, trials: 12).curve(seed: $0) })
        let warm = CurveMeans(
            curves: try seeds.map { seed in
                let history = try Transfer.related.history(for: objective, seed: seed, count: 30)
                return try SearchRun(objective: objective, trials: 12, initialTrials: 0, history: history)
                    .curve(seed: seed)
            })
        #expect(warm.best(after: 3).mean > cold.best(after: 12).mean)
    }

    @Test("is not kept down by a history that says the opposite") func adversarial() throws {
        let objective = try objective("ba16")
        let seeds = 0..<4 as Range<UInt64>
        let cold = CurveMeans(curves: try seeds.map { try SearchRun(objective: objective, trials: 30).curve(seed: $0) })
        let misled = CurveMeans(
            curves: try seeds.map { seed in
                let history = try Transfer.adversarial.history(for: objective, seed: seed, count: 30)
                return try SearchRun(objective: objective, trials: 35, initialTrials: 0, history: history)
                    .curve(seed: seed)
            })
        // A few trials more, and it is where it would have been.
        #expect(misled.best(after: 35).mean > cold.best(after: 30).mean - 0.25)
    }

    @Test(
        "takes a history over by relative position where it is of another depth",
        arguments: [
            (["a", "b"], 4, ["a", "a", "b", "b"]), (["a", "b", "c", "d"], 2, ["b", "d"]),
            (["a", "b", "c"], 3, ["a", "b", "c"]), ([], 2, []),
        ])
    func depth(precisions: [String], layers: Int, expected: [String]) {
        #expect(Allocation(precisions).resampled(layers: layers).precisions == expected)
    }

    @Test("of a problem of another depth has the same sensitivities in all", arguments: [8, 32]) func depth(
        layers: Int
    ) throws {
        let objective = try objective("ba16")
        let other = ClosedFormObjective(objective, layers: layers)
        #expect(other.sensitivities.count == layers && other.costs.count == layers)
        let sums = [objective, other].map { $0.sensitivities.reduce(0, +) }
        #expect(abs(sums[0] - sums[1]) < 1e-9)
        #expect(other.pairs.allSatisfy { (0..<layers).contains($0.a) && (0..<layers).contains($0.b) && $0.a != $0.b })
    }
}
