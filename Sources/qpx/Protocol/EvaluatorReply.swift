internal import Engine
internal import Store

/// What a program answers to a trial: metrics and the objective, or why there are none.
struct EvaluatorReply: Sendable, Equatable {
    /// The objective as the reply says it.
    struct Objective: Sendable, Equatable {
        /// Finite.
        var value: Double
        /// Of the value; not negative.
        var standardError: Double?
    }

    /// Everything that was measured, in the order of the reply; no two of one name, task and step.
    var metrics: [MetricRecord] = []
    /// The objective, where the reply says it outright.
    var objective: Objective?
    /// Why the attempt failed, one line; nil where it did not.
    var error: String?

    /// The objective of that name: what the reply says outright, else the metric that is called so, as `name` or
    /// `name/task`. A metric with a task also answers to its name alone where no other metric has that name.
    /// - Throws: `EvaluatorReplyError.noObjective`, `.ambiguousObjective`.
    func objective(named name: String) throws(EvaluatorReplyError) -> Objective {
        if let objective { return objective }
        let final = metrics.filter { $0.step == nil }
        if let exact = final.first(where: { $0.spoken == name }), let value = exact.value {
            return Objective(value: value, standardError: exact.standardError)
        }
        let named = final.filter { $0.name == name }
        guard let metric = named.first, let value = metric.value else {
            throw .noObjective(name: name, metrics: final.map(\.spoken))
        }
        guard named.count == 1 else { throw .ambiguousObjective(name: name, metrics: named.map(\.spoken)) }
        return Objective(value: value, standardError: metric.standardError)
    }

    /// The rows that the store keeps.
    /// - Parameter name: of the search's objective.
    /// - Throws: `EvaluatorReplyError` where there is no objective.
    func result(
        objective name: String, durationSeconds: Double, artifacts: [ArtifactRecord] = []
    ) throws(EvaluatorReplyError) -> TrialResult {
        let objective = try objective(named: name)
        return TrialResult(
            objectiveValue: objective.value, objectiveStandardError: objective.standardError,
            durationSeconds: durationSeconds, metrics: metrics, artifacts: artifacts)
    }
}

extension MetricRecord {
    /// `name`, or `name/task`.
    var spoken: String { task.isEmpty ? name : "\(name)/\(task)" }
}
