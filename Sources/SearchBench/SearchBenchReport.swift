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
            case .design: text += try design()
            case .transfer: text += try transfer()
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
        let knowledge = importanceError == nil ? "knowing nothing" : "given an importance that is off by a factor of 2"
        var text = "Mean best true value after as many trials, the first \(options.initialTrials) of them random; "
        text += "qpx \(knowledge), \(options.seeds) seeds:\n\n"
        text += "| objective | method | seeds | @10 | @20 | @30 | @50 ± se | handed out @30 | @50 | ms a proposal |\n"
        text += "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        let settings = proposer
        for kind in options.kinds {
            let means = try curves(kind) { objective, _ in
                SearchRun(
                    objective: objective, trials: 50, initialTrials: options.initialTrials,
                    importanceError: importanceError, options: settings)
            }
            let best = Self.stops.map { means.best(after: $0) }
            text += "| \(name(kind)) | qpx | \(options.seeds) | "
            text += best.dropLast().map { Self.fixed($0.mean) }.joined(separator: " | ")
            text += " | \(Self.fixed(best[3].mean)) ± \(Self.fixed(best[3].standardError))"
            text += " | \(Self.fixed(means.incumbent(after: 30))) | \(Self.fixed(means.incumbent(after: 50)))"
            text += String(format: " | %.0f |\n", means.milliseconds)
            // The figures of others are of these four problems, knowing nothing, after ten shared trials.
            guard importanceError == nil, options.ids == nil, options.initialTrials == 10 else { continue }
            for other in OtherSearches.all where other.objective == kind {
                text += "| | \(other.method) | \(other.seeds) | "
                text += other.best.dropLast().map(Self.fixed).joined(separator: " | ")
                text += " | \(Self.fixed(other.best[3])) ± \(Self.fixed(other.standardError)) | | | |\n"
            }
        }
        return text
    }

    /// Searches that begin as those on models do, by acquisition.
    private func design() throws -> String {
        var text =
            "Mean best true value within the budget after as many trials, begun with uniform allocations, the exact "
        text += "one by an importance that is off by a factor of 2, and random ones up to six within the budget; "
        text += "\(options.seeds) seeds:\n\n"
        text += "| objective | acquisition | @8 | @12 | @16 | @30 | @50 ± se |\n"
        text += "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
        let acquisitions: [(name: String, acquisition: any Acquisition)] =
            [0.5, 1, 1.5, 2, 2.5].map { ("ucb, beta \($0)", UpperConfidenceBound(beta: $0)) }
            + [("log_ei", LogExpectedImprovement())]
        for kind in options.kinds {
            for (name, acquisition) in acquisitions {
                var settings = proposer
                settings.acquisition = acquisition
                let means = try curves(kind) { [settings] objective, _ in
                    SearchRun(
                        objective: objective, trials: 50, beginsByDesign: true, importanceError: 0.7, options: settings)
                }
                let last = means.best(after: 50)
                text += "| \(self.name(kind)) | \(name) | "
                text += [8, 12, 16, 30].map { Self.fixed(means.best(after: $0).mean) }.joined(separator: " | ")
                text += " | \(Self.fixed(last.mean)) ± \(Self.fixed(last.standardError)) |\n"
            }
        }
        return text
    }

    /// The problem, and how far one can get.
    private func name(_ kind: String) -> String {
        let optimum = problems(kind).first?.definition.optimum
        guard options.ids == nil, let optimum else { return kind }
        return "\(kind) (\(Self.fixed(optimum)))"
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

    private static func fixed(_ value: Double) -> String { String(format: "%.2f", value) }
}
