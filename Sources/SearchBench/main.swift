@testable import Engine
import Foundation
// prototype
let env = ProcessInfo.processInfo.environment
let kinds = (env["KINDS"] ?? "ba16,ba32,mb16,ri16").split(separator: ",").map(String.init)
let seeds = UInt64(env["SEEDS"] ?? "5")!
let ids: [UInt64]? = env["IDS"].map {
    let p = $0.split(separator: "-").map { UInt64($0)! }; return Array(p[0]...p[1])
}
let trials = Int(env["TRIALS"] ?? "50")!
let told = Double(env["SE"] ?? "0.5")!
let useImportance = env["IMP"].map { Double($0)! }
let threads = Int(env["THREADS"] ?? "2")!

func bestKnown(_ o: ClosedFormObjective) -> Double {
    var random = RandomSource(seed: 1)
    let space = try! o.space()
    let sampler = RandomAllocation(in: space, budgetBytes: o.budget)!
    let set = FeasibleSet(space: space, budgetBytes: o.budget)
    func value(_ i: [Int]) -> Double { o.trueValue(i.map { o.definition.choices[$0] }) }
    var best = -Double.infinity
    for _ in 0..<40 {
        var at = sampler.indices(random: &random); var v = value(at)
        while true {
            var n: ([Int], Double)?
            for c in set.neighbours(of: at, maximalOnly: false) { let w = value(c); if w > n?.1 ?? v { n = (c, w) } }
            guard let n else { break }
            (at, v) = n
        }
        best = max(best, v)
    }
    return best
}

for kind in kinds {
    let clock = ContinuousClock.now
    let problems: [ClosedFormObjective] =
        ids.map { $0.compactMap { ClosedFormObjective.family(kind, id: $0) } }
        ?? ClosedFormObjective.all.filter { $0.definition.name == kind }
    let optima = problems.map { $0.definition.optimum ?? bestKnown($0) }
    let runs = problems.indices.flatMap { p in (0..<seeds).map { (p, $0) } }
    let curves = Parallelism(threads: threads).map(runs.count) {
        r -> (best: [Double], incumbent: [Double], seconds: Double) in
        let (p, seed) = runs[r]
        let o = problems[p]
        let space = try! o.space()
        var importance: [Double]?
        if let useImportance {
            var random = RandomSource(seed: seed).derived("importance")
            importance = o.sensitivities.map { $0 * exp(useImportance * random.normal()) }
        }
        let proposer = try! Proposer(
            space: space, budgetBytes: o.budget, importance: importance,
            options: .init(
                acquisition: env["BETA"].map { UpperConfidenceBound(beta: Double($0)!) } ?? UpperConfidenceBound(),
                maximalOnly: env["ALL"] == nil))
        var observations: [Observation] = []
        var best = -Double.infinity
        var out: [Double] = []; var inc: [Double] = []
        var seconds = 0.0
        for trial in 0..<trials {
            var bits = o.initial(seed: seed, index: min(trial, 9))
            if trial >= 10 {
                let begin = ContinuousClock.now
                guard
                    case .proposal(let proposal) = try! proposer.propose(
                        observations: observations, trial: trial, seed: seed)
                else { break }
                seconds += begin.duration(to: .now) / .seconds(1)
                bits = o.bits(proposal.allocation)
            }
            best = max(best, o.trueValue(bits)); out.append(best)
            observations.append(
                Observation(
                    allocation: o.allocation(bits), value: o.observed(bits, seed: seed, trial: trial),
                    standardError: told))
            if [10, 20, 30, 50].contains(trial + 1) {
                let i = try! proposer.incumbent(observations: observations)
                inc.append(i.map { o.trueValue(o.bits($0.allocation)) } ?? -.infinity)
            }
        }
        return (out.map { $0 - optima[p] }, inc.map { $0 - optima[p] }, seconds)
    }
    let n = Double(curves.count)
    func mean(_ f: ((best: [Double], incumbent: [Double], seconds: Double)) -> Double) -> Double {
        curves.map(f).reduce(0, +) / n
    }
    let base = ids == nil ? optima[0] : 0
    let at = [10, 20, 30, 50].filter { $0 <= trials }
    print(
        kind, at.map { t in String(format: "@%d %.3f", t, base + mean { $0.best[t - 1] }) }.joined(separator: "  "),
        "inc",
        at.enumerated().map { k, t in String(format: "%.3f", base + mean { $0.incumbent[k] }) }.joined(separator: " "),
        String(
            format: "%.0f ms/proposal, %.0f s", 1000 * mean { $0.seconds } / Double(max(1, trials - 10)),
            clock.duration(to: .now) / .seconds(1)))
}
