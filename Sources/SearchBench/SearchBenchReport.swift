import Engine
import Foundation

/// The measurements as Markdown tables.
struct SearchBenchReport {
    let options: SearchBenchOptions

    /// Numbers of trials at which values are read.
    static let stops = [10, 20, 30, 50]

    /// Measures and writes.
    func text(note: (String) -> Void) throws -> String {
        var text = ""
        for part in options.parts {
            note(part.rawValue)
            switch part {
            case .quality: text += try quality(importanceError: nil)
            case .importance: text += try quality(importanceError: 0.7)
            case .transfer: text += try transfer()
            case .speed: text += try speed()
            case .front: text += try FrontReport(options: options).text(note: note)
            }
            text += "\n"
        }
        return text
    }

    private func problems(_ kind: String) -> [ClosedFormObjective] {
        guard let ids = options.ids else { return ClosedFormObjective.all.filter { $0.definition.name == kind } }
        return ids.compactMap { ClosedFormObjective.family(kind, id: $0) }
    }

    private var proposer: Proposer.Options {
        var settings = Proposer.Options()
        if let name = options.acquisition, let acquisition = Acquisitions.named(name) {
            settings.acquisition = acquisition
        }
        return settings
    }

    /// All searches on problems of a kind, in a fixed order.
    private func curves(
        _ kind: String, _ make: @Sendable (ClosedFormObjective, UInt64) throws -> SearchRun
    ) throws -> CurveMeans {
        let problems = problems(kind)
        let seeds = options.seeds
        let results = Parallelism(threads: options.threads).map(problems.count * seeds) { index in
            Result {
                let seed = UInt64(index % seeds)
                return try make(problems[index / seeds], seed).curve(seed: seed)
            }
        }
        return CurveMeans(curves: try results.map { try $0.get() })
    }

    private func quality(importanceError: Double?) throws -> String {
        let kind =
            importanceError == nil ? "without a prior importance" : "with a prior importance off by a factor of 2"
        var text = "Mean best true value (\(options.seeds) seeds), \(kind):\n\n"
        text += "| objective | @10 | @20 | @30 | @50 ± se | handed out @30 | @50 | ms a proposal |\n"
        text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        let settings = proposer
        for kind in options.kinds {
            let means = try curves(kind) { objective, _ in
                SearchRun(
                    objective: objective, trials: 50, importanceError: importanceError, options: settings)
            }
            let best = Self.stops.map { means.best(after: $0) }
            text += "| \(kind) | " + best.dropLast().map { Self.fixed($0.mean) }.joined(separator: " | ")
            text += " | \(Self.fixed(best[3].mean)) ± \(Self.fixed(best[3].standardError))"
            text += " | \(Self.fixed(means.incumbent(after: 30))) | \(Self.fixed(means.incumbent(after: 50)))"
            text += String(format: " | %.0f |\n", means.milliseconds)
        }
        return text
    }

    /// Trials that a search with history needs to come where one without is after 30.
    private func transfer() throws -> String {
        var text = "Trials until the mean best true value of a search without history after 30 trials is reached, "
        text += "and that value after 10 and 30 (\(options.seeds) seeds; history: 30 trials of an earlier search):\n\n"
        text +=
            "| objective | history | trials | @1 | @5 | @10 | @30 |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
        let settings = proposer
        for kind in options.kinds {
            let cold = try curves(kind) { objective, _ in
                SearchRun(objective: objective, trials: 50, options: settings)
            }
            let goal = cold.best(after: 30).mean
            func row(_ name: String, _ means: CurveMeans) {
                let values = [1, 5, 10, 30].map { Self.fixed(means.best(after: $0).mean) }
                text += "| \(kind) | \(name) | \(means.trials(toReach: goal).map(String.init) ?? "over 50") | "
                text += values.joined(separator: " | ") + " |\n"
            }
            row("none", cold)
            for transfer in Transfer.allCases {
                row(
                    transfer.rawValue,
                    try curves(kind) { objective, seed in
                        SearchRun(
                            objective: objective, trials: 50, initialTrials: 0,
                            history: try transfer.history(for: objective, seed: seed, count: 30), options: settings)
                    })
            }
        }
        return text
    }

    /// How long one proposal takes, first with nothing computed before, then with one more observation.
    private func speed() throws -> String {
        var text = "Time of one proposal on one thread:\n\n"
        text += "| dimensions | observations | from nothing, ms | with one more, ms |\n| ---: | ---: | ---: | ---: |\n"
        for (units, count) in [(16, 50), (32, 100), (32, 300), (32, 1000), (112, 100)] {
            let (space, budget, observations) = try speedProblem(units: units, count: count + 5)
            var first: [Double] = []
            var next: [Double] = []
            for round in 0..<3 {
                let proposer = try Proposer(space: space, budgetBytes: budget)
                func seconds(_ known: Int) throws -> Double {
                    let begin = ContinuousClock.now
                    _ = try proposer.propose(observations: Array(observations.prefix(known)), trial: known, seed: 1)
                    return begin.duration(to: .now) / .seconds(1)
                }
                first.append(try seconds(count))
                next.append(try seconds(count + 1 + round))
            }
            text += String(
                format: "| %d | %d | %.0f | %.0f |\n", units, count, 1000 * first.sorted()[1],
                1000 * next.sorted()[1])
        }
        return text
    }

    private func speedProblem(
        units: Int, count: Int
    ) throws -> (space: AllocationSpace, budgetBytes: Int, observations: [Observation]) {
        var random = RandomSource(seed: UInt64(units))
        let sizes = (0..<units).map { _ in 1000 + random.integer(below: 500) }
        let space = try AllocationSpace(
            choices: [4, 8].map { AllocationSpace.Choice(name: "q\($0)", bits: $0) },
            unitBytes: sizes.map { size in [4, 8].map { size * $0 / 8 } }, unitWeights: sizes)
        let budget = (space.minimumBytes + space.maximumBytes) / 2
        guard let draw = RandomAllocation(in: space, budgetBytes: budget) else {
            throw SearchBenchOptions.Failure(description: "nothing fits the budget")
        }
        let effects = (0..<units).map { _ in random.uniform() }
        let observations = (0..<count).map { _ in
            let indices = draw.indices(random: &random)
            let value = zip(effects, indices).reduce(0.0) { $0 + $1.0 * Double($1.1) } + 0.2 * random.normal()
            return Observation(allocation: space.allocation(of: indices), value: value, standardError: 0.2)
        }
        return (space, budget, observations)
    }

    private static func fixed(_ value: Double) -> String { String(format: "%.2f", value) }
}
