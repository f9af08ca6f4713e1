internal import Store

/// What names mean in a check of one trial against the baseline.
struct CheckNames {
    let comparison: TrialComparison
    /// The position of the trial.
    let index: Int

    /// Names that say something of another name: `baseline.loss`, `se.loss`.
    static let relations = ["baseline", "se"]

    /// Names that every trial has, beside its metrics.
    static let facts = [
        "objective", "weight_bytes", "bits_per_weight", "duration", "training_loss", "differing_layers",
    ]

    /// The value of a name.
    /// - Throws: `ExpressionError` for a name that no trial of the comparison has.
    func value(_ name: Expression.Name) throws(ExpressionError) -> ExpressionValue {
        switch name.parts.first {
        case "baseline": return try plain(Array(name.parts.dropFirst()), of: 0, name)
        case "se": return try error(Array(name.parts.dropFirst()), name)
        default: return try plain(name.parts, of: index, name)
        }
    }

    private func plain(
        _ parts: [String], of index: Int, _ name: Expression.Name
    ) throws(ExpressionError) -> ExpressionValue {
        let cost = TrialCost(comparison, index)
        switch parts {
        case ["weight_bytes"]: return Self.number(cost.bytes.map(Double.init))
        case ["bits_per_weight"]: return Self.number(cost.bits)
        case ["duration"], ["duration_seconds"]: return Self.number(cost.seconds)
        case ["training_loss"]: return Self.number(cost.trainingLoss)
        case ["differing_layers"]:
            return index == 0 ? .number(0) : Self.number(comparison.distance(index).map { Double($0.layers.count) })
        case ["state"]: return .text(comparison.trials[index].trial.state.rawValue)
        default:
            let metric = try metric(parts, name)
            // A value of a part of the examples is no value of the metric.
            guard index == 0 ? metric.fidelities[0] >= 1 : !metric.isPartial(index) else { return .missing }
            return Self.number(metric.values[index]?.value)
        }
    }

    private func error(_ parts: [String], _ name: Expression.Name) throws(ExpressionError) -> ExpressionValue {
        guard !Self.facts.dropFirst().contains(where: { parts == [$0] }), parts != ["duration_seconds"] else {
            throw ExpressionError("\(parts.joined(separator: ".")) has no standard error", at: name.position)
        }
        return Self.number(try metric(parts, name).differenceError(index)?.value)
    }

    private static func number(_ value: Double?) -> ExpressionValue {
        value.flatMap { $0.isFinite ? .number($0) : nil } ?? .missing
    }

    /// A metric by NAME, NAME.TASK or TASK.NAME, as `qpx trials --where` takes it; the objective by its own name or as
    /// `objective`.
    private func metric(_ parts: [String], _ name: Expression.Name) throws(ExpressionError) -> ComparedMetric {
        let text = parts.joined(separator: ".")
        if let objective = comparison.objective, parts == ["objective"] || parts == [objectiveName] { return objective }
        guard parts != ["objective"] else {
            throw ExpressionError(
                "the trials have no common objective", at: name.position, hint: "name a metric, as in loss.held_out")
        }
        var found = comparison.allMetrics.filter { Self.isMeant($0, by: parts) }
        // Where the search was for something else, the mean over the tasks is what it measured beside that.
        if found.isEmpty, parts == ["accuracy"] { found = comparison.allMetrics.filter { $0.name == "mean_acc" } }
        let known = comparison.allMetrics.map { $0.task.isEmpty ? $0.name : "\($0.name).\($0.task)" }
        guard let metric = found.first else {
            let own = objectiveName.map { [$0] } ?? []
            throw ExpressionError(
                "no trial has a metric '\(text)'." + Suggestion.question(for: text, in: own + known + Self.facts),
                at: name.position,
                hint: "names are \((Self.facts + known).joined(separator: ", ")), baseline.NAME and se.NAME")
        }
        guard found.count == 1 else {
            let names = found.map { "\($0.name).\($0.task)" }
            throw ExpressionError(
                "'\(text)' is \(found.count) metrics", at: name.position,
                hint: "say one of \(names.joined(separator: ", "))")
        }
        return metric
    }

    private static func isMeant(_ metric: ComparedMetric, by parts: [String]) -> Bool {
        if parts.count == 1 { return metric.name == parts[0] }
        // A task's name may have points of its own.
        return parts == [metric.name] + metric.task.split(separator: ".").map(String.init)
            || parts == metric.task.split(separator: ".").map(String.init) + [metric.name]
    }

    /// The objective's name in the trials' searches; nil where they differ.
    private var objectiveName: String? {
        comparison.objective == nil ? nil : comparison.search(of: comparison.trials[0].trial)?.objective
    }
}
