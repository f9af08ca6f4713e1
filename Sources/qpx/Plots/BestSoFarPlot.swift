internal import Store

/// The best value that a search had after each trial: several searches on the same axes.
struct BestSoFarPlot: Plot {
    let name = "best-so-far"
    let title = "Best so far"
    let abstract = "The best value after each trial, one line per search."
    let needs = "a complete trial within the budget"
    let options: [PlotOption] = [.metric]
    let keys =
        "value, searches: [{search, budget_bytes, trials: [{trial, position, value, stderr, within_budget, best}]}]"

    func drawing(of subject: PlotSubject) throws -> (any PlotDrawing)? {
        let value = try subject.value()
        let measured = try subject.measured(value)
        let lines = zip(subject.searches, measured).map { BestSoFarLine(search: $0, trials: $1, sign: value.sign) }
        guard lines.contains(where: { !$0.steps.isEmpty }) else { return nil }
        return BestSoFarDrawing(value: value, lines: lines)
    }
}

/// One search: its trials in their order, and what was best after each.
struct BestSoFarLine: Sendable {
    /// A trial that made a new best.
    struct Step: Sendable, Equatable {
        /// How many trials had been measured with it, from 1.
        let position: Int
        let value: Double
    }

    let search: SearchRecord
    let trials: [MeasuredTrial]
    /// Where the best changed.
    let steps: [Step]

    init(search: SearchRecord, trials: [MeasuredTrial], sign: Double) {
        self.search = search
        self.trials = trials
        var steps: [Step] = []
        for (index, trial) in trials.enumerated() where trial.isEligible {
            guard steps.last.map({ sign * trial.value > sign * $0.value }) ?? true else { continue }
            steps.append(Step(position: index + 1, value: trial.value))
        }
        self.steps = steps
    }

    /// The best after so many trials; nil before there is one.
    func best(after position: Int) -> Double? { steps.last { $0.position <= position }?.value }

    /// The corners of its line.
    var corners: [(x: Double, y: Double)] {
        var corners: [(x: Double, y: Double)] = []
        for step in steps {
            if let last = corners.last { corners.append((Double(step.position), last.y)) }
            corners.append((Double(step.position), step.value))
        }
        if let last = corners.last { corners.append((Double(trials.count), last.y)) }
        return corners
    }
}

/// Best-so-far lines with the trials that they come from.
struct BestSoFarDrawing: PlotDrawing {
    let value: ParetoValue
    let lines: [BestSoFarLine]
    /// The best allocation that is the same everywhere, of a search alone; to compare with.
    let uniform: MeasuredTrial?
    let x: ChartFrame.Axis
    let y: ChartFrame.Axis
    /// Trials whose value is too far off to be drawn.
    let leftOut: Int

    init(value: ParetoValue, lines: [BestSoFarLine]) {
        self.value = value
        self.lines = lines
        let baselines = lines.flatMap(\.trials).filter { $0.trial.kind == .baseline && $0.isEligible }
        uniform =
            lines.count == 1
            ? baselines.reduce(nil) { best, next in
                best.map { value.sign * $0.value >= value.sign * next.value } ?? false ? best : next
            } : nil
        let most = Double(lines.map(\.trials.count).max() ?? 1)
        x = ChartFrame.Axis(title: "trials", range: 0...max(most * 1.02, 1), isWhole: true)
        // The very first trials may be far off: they don't press flat what comes after them.
        let core = lines.flatMap { line -> [Double] in
            let start = min(max(2, line.trials.count / 20), line.steps.last?.position ?? 0)
            return (line.best(after: start).map { [$0] } ?? [])
                + line.steps.filter { $0.position >= start }.map(\.value)
        }
        let all = lines.flatMap(\.trials).map(\.value)
        let fences = OutlierFences.range(all) ?? 0...1
        let near = all.filter { fences.contains($0) || core.contains($0) }
        y = ChartFrame.Axis(
            title: value.axisTitle, range: LinearScale.range(of: near + core, margin: 0.06) ?? 0...1)
        leftOut = all.count - near.count
    }

    var title: String { "\(value.title), best so far: " + lines.map(\.search.name).joined(separator: ", ") }

    var summary: String {
        lines.map { line in
            guard let last = line.steps.last else { return "\(line.search.name) has nothing within its budget." }
            return
                "\(line.search.name): best \(value.title) \(NumberText.fixed(last.value, value.decimals)), reached after "
                + "\(last.position) of \(line.trials.count) trials."
        }.joined(separator: " ")
    }

    var notes: [String] {
        var notes: [String] = []
        if leftOut > 0 {
            notes.append("\(leftOut) trial\(leftOut == 1 ? " lies" : "s lie") outside the picture.")
        }
        let count = lines.map(\.trials.count).reduce(0, +)
        if count - leftOut > MarkThinning.limit {
            notes.append("Of \(NumberText.grouped(count)) trials, those are drawn that do not lie on one another.")
        }
        return notes
    }

    var json: JSONValue {
        [
            "value": value.json,
            "searches": .array(
                lines.map { line in
                    var steps = line.steps[...]
                    var best: Double?
                    return [
                        "search": .string(line.search.name), "budget_bytes": .optional(line.search.budgetBytes),
                        "trials": .array(
                            line.trials.enumerated().map { index, trial in
                                if let step = steps.first, step.position <= index + 1 {
                                    best = step.value
                                    steps.removeFirst()
                                }
                                return [
                                    "trial": .string(trial.trial.name), "position": .int(index + 1),
                                    "value": .number(trial.value), "stderr": .optional(trial.standardError),
                                    "within_budget": .optional(trial.trial.isWithinBudget),
                                    "best": .optional(best),
                                ]
                            }),
                    ]
                }),
        ]
    }
}

extension ParetoValue {
    /// What stands at an axis: "accuracy (more is better)".
    var axisTitle: String { "\(title) (\(direction == .maximize ? "more" : "less") is better)" }

    /// What is measured, with stable keys.
    var json: JSONValue {
        [
            "name": .string(name), "task": .optional(task), "direction": .string(direction.rawValue),
            "is_objective": .bool(isObjective),
        ]
    }
}
