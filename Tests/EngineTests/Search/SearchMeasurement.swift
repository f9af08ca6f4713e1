import Foundation
import Testing

@testable import Engine

/// A search on a closed-form objective, and the best true value among its allocations within the budget so far.
struct SearchMeasurement {
    let objective: ClosedFormObjective
    let trials: Int
    /// What the surrogate is told about the noise; 0: nothing.
    var standardError = 0.0
    var options = Proposer.Options()

    struct Curve {
        var best: [Double] = []
        var seconds = 0.0
        var longest = 0.0
    }

    func run(seed: UInt64) throws -> Curve {
        let space = try objective.space()
        let proposer = try Proposer(space: space, budgetBytes: objective.budget, options: options)
        var observations: [Observation] = []
        var curve = Curve()
        var best = -Double.infinity
        for trial in 0..<trials {
            var bits = objective.initial(seed: seed, index: min(trial, 9))
            if trial >= 10 {
                let begin = ContinuousClock.now
                let outcome = try proposer.propose(observations: observations, trial: trial, seed: seed)
                let duration = begin.duration(to: .now) / .seconds(1)
                curve.seconds += duration
                curve.longest = max(curve.longest, duration)
                guard case .proposal(let proposal) = outcome else { break }
                #expect(proposal.bytes <= objective.budget)
                #expect(!observations.contains { $0.allocation == proposal.allocation })
                bits = objective.bits(proposal.allocation)
            }
            best = max(best, objective.trueValue(bits))
            curve.best.append(best)
            observations.append(
                Observation(
                    allocation: objective.allocation(bits), value: objective.observed(bits, seed: seed, trial: trial),
                    standardError: standardError))
        }
        return curve
    }
}

@Suite("The search on closed-form objectives") struct SearchMeasurementTests {
    /// What uniformly random allocations reach on average in 30 trials.
    private static let randomAtThirty = ["ba16": 61.93, "ba32": 60.73, "mb16": 59.61, "ri16": 66.09]

    @Test("is ahead of random allocations after 30 trials", arguments: ClosedFormObjective.all.map(\.definition.name))
    func aheadOfRandom(name: String) throws {
        let random = try #require(Self.randomAtThirty[name])
        let curve = try SearchMeasurement(objective: ClosedFormObjective.named(name), trials: 30).run(seed: 0)
        #expect(curve.best[29] > random + 0.5)
        #expect(curve.best[29] <= (try ClosedFormObjective.named(name).definition.optimum) + 0.001)
    }

    @Test(
        "prints its mean best true values",
        .enabled(
            if: ProcessInfo.processInfo.environment["QPX_SEARCH_SEEDS"] != nil,
            "set QPX_SEARCH_SEEDS to the number of seeds to measure"))
    func measure() throws {
        let environment = ProcessInfo.processInfo.environment
        let seeds = UInt64(environment["QPX_SEARCH_SEEDS"] ?? "") ?? 3
        let only = environment["QPX_SEARCH_OBJECTIVE"]
        let error = Double(environment["QPX_SEARCH_ERROR"] ?? "") ?? 0
        for objective in ClosedFormObjective.all where only == nil || only == objective.definition.name {
            let measurement = SearchMeasurement(objective: objective, trials: 50, standardError: error)
            let curves = try (0..<seeds).map { try measurement.run(seed: $0) }
            func mean(_ at: Int) -> Double { curves.reduce(0) { $0 + $1.best[at - 1] } / Double(seeds) }
            let spread = curves.reduce(0.0) { $0 + ($1.best[49] - mean(50)) * ($1.best[49] - mean(50)) }
            let error = (spread / Double(max(1, seeds - 1)) / Double(seeds)).squareRoot()
            let seconds = curves.reduce(0) { $0 + $1.seconds } / Double(seeds) / 40
            print(
                objective.definition.name,
                [10, 20, 30, 50].map { String(format: "@%d %.2f", $0, mean($0)) }
                    .joined(separator: "  "),
                String(
                    format: "± %.2f, optimum %.3f, %.0f ms a proposal, longest %.0f ms",
                    error, objective.definition.optimum, 1000 * seconds, 1000 * (curves.map(\.longest).max() ?? 0)))
        }
    }
}
