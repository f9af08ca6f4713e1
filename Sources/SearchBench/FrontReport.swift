import Engine
import Foundation

/// How much of the true front's hypervolume searches reach, as a Markdown table.
struct FrontReport {
    let options: SearchBenchOptions

    func text(note: (String) -> Void) throws -> String {
        var text = "Hypervolume of value against bytes up to the largest allocation, in percent of the true front's "
        text += "(mean over \(options.seeds) seeds; true values of everything tried; \"~\": best known front):\n\n"
        text += "| objective | points | method | @10 | @20 | @30 | @50 ± se | s |\n"
        text += "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |\n"
        for kind in options.kinds {
            for objective in problems(kind) {
                let front = TrueFront(objective)
                let reference = front.points.first?.value ?? 0
                let whole = Front(front.points, limit: objective.budget, reference: reference).hypervolume
                let mark = front.isExact ? "" : "~"
                for method in FrontRun.Method.allCases {
                    note("\(objective.definition.name): \(method.title)")
                    let started = Date()
                    let curves = try curves(
                        FrontRun(objective: objective, method: method, trials: 50, reference: reference))
                    let seconds = Date().timeIntervalSince(started)
                    let cells = SearchBenchReport.stops.map { stop in
                        curves.map { curve in
                            100 * (curve.count >= stop ? curve[stop - 1] : curve.last ?? 0) / whole
                        }
                    }
                    let means = cells.map { $0.reduce(0, +) / Double($0.count) }
                    let last = cells[3]
                    let spread = last.reduce(0) { $0 + ($1 - means[3]) * ($1 - means[3]) }
                    let error = (spread / Double(max(1, last.count - 1)) / Double(last.count)).squareRoot()
                    text += "| \(objective.definition.name) | \(mark)\(front.points.count) | \(method.title) | "
                    text += means.dropLast().map { String(format: "%.1f", $0) }.joined(separator: " | ")
                    text += String(format: " | %.1f ± %.1f | %.0f |\n", means[3], error, seconds)
                }
            }
        }
        return text
    }

    private func problems(_ kind: String) -> [ClosedFormObjective] {
        let objectives: [ClosedFormObjective] =
            options.ids.map { $0.compactMap { ClosedFormObjective.family(kind, id: $0) } }
            ?? ClosedFormObjective.all.filter { $0.definition.name == kind }
        // The whole way from the smallest to the largest allocation.
        return objectives.map { $0.with(budgetMilli: 1000 * ($0.definition.choices.last ?? 8)) }
    }

    private func curves(_ run: FrontRun) throws -> [[Double]] {
        try Parallelism(threads: options.threads).map(options.seeds) { seed in
            Result { try run.curve(seed: UInt64(seed)) }
        }.map { try $0.get() }
    }
}
