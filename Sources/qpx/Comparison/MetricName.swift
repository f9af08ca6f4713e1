internal import Store

/// A metric as it is asked for: NAME for whatever task, or NAME/TASK.
struct MetricName: Sendable, Equatable {
    /// "acc", "loss".
    let name: String
    /// The task it was measured on; nil for any.
    let task: String?

    /// - Throws: `Failure` with status 64.
    init(_ text: String, of flag: String) throws(Failure) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, !parts.contains("") else {
            throw .usage("\(flag): '\(text)' is no metric", hint: "say NAME or NAME/TASK, as in acc/piqa")
        }
        self.name = name
        task = parts.count > 1 ? parts[1] : nil
    }

    /// Whether a metric is meant.
    func matches(_ metric: ComparedMetric) -> Bool { matches(metric.name, task: metric.task) }

    /// Whether a metric is meant.
    func matches(_ name: String, task: String) -> Bool { name == self.name && (self.task == nil || self.task == task) }
}
