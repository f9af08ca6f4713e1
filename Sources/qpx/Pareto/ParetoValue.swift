internal import Store

/// What is traded against memory in a front: the objective of the searches, or any metric that was recorded.
struct ParetoValue: Sendable, Equatable {
    /// The name of the objective or metric.
    let name: String
    /// The task it was measured on; nil for the objective, and for a metric of whatever task.
    let task: String?
    /// Which way it is better.
    let direction: ObjectiveDirection
    /// Whether it is the objective itself, not a metric.
    let isObjective: Bool

    /// 1 where more is better, else −1: values times this are to be maximised.
    var sign: Double { direction == .maximize ? 1 : -1 }
    /// As people write it: "loss", "acc/piqa".
    var title: String { task.map { "\(name)/\($0)" } ?? name }
    /// Decimals that it is printed with.
    var decimals: Int { MetricText.decimals(name) }

    /// The objective that searches have in common.
    /// - Throws: `Failure` with status 64 where they have none.
    init(objectiveOf searches: [SearchRecord]) throws(Failure) {
        let first = searches.first
        if let other = searches.first(where: {
            $0.objective != first?.objective || $0.direction != first?.direction
        }), let first {
            throw .usage(
                "search '\(other.name)' is for '\(other.objective)' (\(other.direction.rawValue)), search "
                    + "'\(first.name)' for '\(first.objective)' (\(first.direction.rawValue)): they have no common front",
                hint: "--metric names a metric that both have")
        }
        name = first?.objective ?? ""
        direction = first?.direction ?? .maximize
        task = nil
        isObjective = true
    }

    /// A metric, as NAME or NAME/TASK.
    /// - Parameter direction: as it was asked for; nil where the name says it.
    /// - Throws: `Failure` with status 64.
    init(metric text: String, direction: ObjectiveDirection?) throws(Failure) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, !parts.contains("") else {
            throw .usage("--metric: '\(text)' is no metric", hint: "say NAME or NAME/TASK, as in acc/piqa")
        }
        self.name = name
        task = parts.count > 1 ? parts[1] : nil
        guard let known = direction ?? Self.direction(of: name) else {
            throw .usage(
                "--direction is missing: is a larger '\(name)' better?", hint: "say --direction maximize or minimize")
        }
        self.direction = known
        isObjective = false
    }

    /// The way that metrics of a name are better, where names say it.
    private static func direction(of name: String) -> ObjectiveDirection? {
        let word = name.lowercased()
        if ["acc", "f1", "exact_match"].contains(where: word.hasPrefix) { return .maximize }
        return ["loss", "perplexity", "ppl"].contains(where: word.contains) ? .minimize : nil
    }

    /// The value of a trial, with its standard error; nil where it has none.
    /// - Throws: `Failure` with status 64 where several tasks have a metric of that name.
    func of(_ trial: TrialRecord, _ metrics: [MetricRecord]) throws(Failure) -> (value: Double, error: Double?)? {
        if isObjective { return trial.objectiveValue.map { ($0, trial.objectiveStandardError) } }
        let found = metrics.filter { $0.name == name && $0.step == nil && (task == nil || $0.task == task) }
        guard found.count <= 1 else {
            let names = found.map { $0.task.isEmpty ? name : "\(name)/\($0.task)" }
            throw .usage(
                "--metric: \(trial.name) has \(found.count) metrics called '\(name)'",
                hint: "say one of \(names.joined(separator: ", "))")
        }
        guard let metric = found.first, let value = metric.value, value.isFinite else { return nil }
        return (value, metric.standardError)
    }
}
