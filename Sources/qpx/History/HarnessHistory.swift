internal import Engine
internal import Store

/// A result file of lm-evaluation-harness: one model, measured on some tasks.
struct HarnessHistory {
    /// The file, an absolute path.
    let path: String
    /// The precision of each unit.
    let words: [String]

    /// Reads the results as one trial.
    /// - Throws: `Failure` for a file that is none, or has not what the search makes better.
    func read(_ search: SearchRecord, _ problem: SearchProblem) throws -> History {
        func bad(_ reason: String) -> Failure { Failure(.failed, code: "bad_history", "\(path): \(reason)") }
        let json: Engine.JSONValue
        do {
            json = try JSONParser.parse(TextFile.read(path, says: "import lm-eval"), takesNotFinite: true)
        } catch let error as JSONError {
            throw bad("is not JSON: \(error)")
        }
        guard let results = json["results"]?.members, !results.isEmpty else { throw bad("has no 'results'") }
        var metrics: [MetricRecord] = []
        for result in results {
            // A group's numbers are means of its tasks', which are there themselves.
            let isGroup = json["group_subtasks"]?[result.name]?.elements?.isEmpty == false
            guard !isGroup, let members = result.value.members else { continue }
            metrics += Self.metrics(members, task: result.name, count: Self.count(json, result.name))
        }
        guard !metrics.isEmpty else { throw bad("its results hold no number") }
        let (value, error) = try objective(metrics, named: search.objective, bad)
        if search.objective == ObjectiveSpecification.Kind.accuracy.rawValue {
            let count = metrics.count { $0.name == "acc" }
            metrics.append(MetricRecord(name: "mean_acc", value: value, standardError: error, count: count))
        }
        var history = History()
        history.entries = [
            History.Entry(
                provenance: "lm-eval \(path)", words: words, value: value, standardError: error, metrics: metrics,
                seconds: json["total_evaluation_time_seconds"].flatMap { $0.double ?? $0.text.flatMap(Double.init) }
                    ?? 0)
        ]
        return history
    }

    /// "acc,none": the number; "acc_stderr,none": its standard error. What follows the comma names a filter.
    private static func metrics(
        _ members: [Engine.JSONValue.Member], task: String, count: Int?
    ) -> [MetricRecord] {
        var metrics: [MetricRecord] = []
        for member in members {
            let parts = member.name.split(separator: ",", maxSplits: 1).map(String.init)
            guard let name = parts.first, !name.hasSuffix("_stderr"), let value = member.value.double,
                !["alias", "sample_len", "samples"].contains(name)
            else { continue }
            let filter = parts.count > 1 ? parts[1] : "none"
            let error = members.first { $0.name == "\(name)_stderr" + (parts.count > 1 ? ",\(filter)" : "") }
            metrics.append(
                MetricRecord(
                    name: filter == "none" ? name : "\(name),\(filter)", task: task, value: value,
                    standardError: error?.value.double, count: count))
        }
        return metrics
    }

    private static func count(_ json: Engine.JSONValue, _ task: String) -> Int? {
        let samples = json["n-samples"]?[task]
        return samples?["effective"]?.integer ?? samples?["original"]?.integer
    }

    private func objective(
        _ metrics: [MetricRecord], named name: String, _ bad: (String) -> Failure
    ) throws -> (value: Double, standardError: Double?) {
        if name == ObjectiveSpecification.Kind.accuracy.rawValue {
            let accuracies = metrics.filter { $0.name == "acc" }
            guard !accuracies.isEmpty else { throw bad("has no 'acc', of which the objective 'accuracy' is the mean") }
            let mean = accuracies.compactMap(\.value).reduce(0, +) / Double(accuracies.count)
            return (mean, StandardError.ofAverage(accuracies.map(\.standardError)))
        }
        do {
            let found = try EvaluatorReply(metrics: metrics).objective(named: name)
            return (found.value, found.standardError)
        } catch {
            throw bad("has no result called '\(name)', the objective of the search")
        }
    }
}
