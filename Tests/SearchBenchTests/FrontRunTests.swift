import Testing

@testable import Engine
@testable import SearchBench

@Suite("A search for a front on a closed-form objective") struct FrontRunTests {
    private func objective(_ name: String, budgetMilli: Int = 8000) throws -> ClosedFormObjective {
        try #require(ClosedFormObjective.all.first { $0.definition.name == name }).with(budgetMilli: budgetMilli)
    }

    @Test("knows the true front: nothing beats it, and its end is the known optimum") func trueFront() throws {
        let whole = try objective("ba16")
        let front = TrueFront(whole)
        #expect(front.isExact)
        var random = RandomSource(seed: 1)
        for _ in 0..<2000 {
            let bits = (0..<16).map { _ in random.integer(below: 2) == 0 ? 4 : 8 }
            let best = front.points.last { $0.bytes <= whole.cost(bits) }
            #expect(try #require(best).value >= whole.trueValue(bits) - 1e-9)
        }
        let optimum = try #require(ClosedFormObjective.all[0].definition.optimum)
        let found = try #require(TrueFront(objective("ba16", budgetMilli: 5500)).points.last)
        #expect(abs(found.value - optimum) < 0.001)
    }

    @Test("finds by local search nearly what looking at everything finds") func localSearch() throws {
        let objective = try objective("ri16")
        let exact = TrueFront(objective)
        let local = TrueFront(objective, exhaustiveLimit: 0)
        #expect(exact.isExact && !local.isExact)
        let reference = try #require(exact.points.first).value
        func area(_ points: [Front.Point]) -> Double {
            Front(points, limit: objective.budget, reference: reference).hypervolume
        }
        #expect(area(local.points) <= area(exact.points) + 1e-6)
        #expect(area(local.points) > 0.97 * area(exact.points))
    }

    @Test(
        "expected hypervolume improvement is ahead of chance and of budgets in turn after 20 trials",
        arguments: [("mb16", 3), ("ri16", 3), ("ba32", 10)])
    func ahead(name: String, count: Int) throws {
        let objective = try objective(name)
        let reference = objective.trueValue(
            [Int](repeating: objective.definition.choices[0], count: objective.costs.count))
        func mean(_ method: FrontRun.Method) throws -> Double {
            let run = FrontRun(objective: objective, method: method, trials: 20, reference: reference)
            let seeds = 0..<UInt64(count)
            return try seeds.reduce(0) { try $0 + #require(run.curve(seed: $1).last) } / Double(count)
        }
        let expected = try mean(.expected)
        #expect(expected > 1.1 * (try mean(.random)))
        #expect(expected > (try mean(.inTurn)))
    }

    @Test("no method passes the true front", arguments: FrontRun.Method.allCases) func bounded(method: FrontRun.Method)
        throws
    {
        let objective = try objective("ba16")
        let front = TrueFront(objective)
        let reference = try #require(front.points.first).value
        let whole = Front(front.points, limit: objective.budget, reference: reference).hypervolume
        let curve = try FrontRun(objective: objective, method: method, trials: 12, reference: reference).curve(seed: 1)
        #expect(curve.count == 12 && curve == curve.sorted())
        #expect(curve.allSatisfy { $0 <= whole + 1e-9 })
    }
}
