internal import Store

/// What the flags of `qpx tell` say.
struct TellMessage: Sendable {
    private let value: Double?
    private let standardError: Double?
    private let metrics: [MetricRecord]
    private let duration: Double?
    private let failure: String?
    private let isAlive: Bool
    private let lease: Double?

    /// - Throws: `Failure` where the flags do not go together or are no numbers.
    init(_ settings: Settings, isAlive: Bool) throws(Failure) {
        value = try settings.number("value", "any finite number") { _ in true }
        standardError = try settings.number("standard-error", "at least 0") { $0 >= 0 }
        duration = try settings.seconds("duration")
        failure = try settings.text("failed")
        lease = try settings.seconds("lease")
        self.isAlive = isAlive
        var metrics: [MetricRecord] = []
        for text in try settings.texts("metric") {
            let metric = try Self.metric(text)
            guard !metrics.contains(where: { $0.name == metric.name && $0.task == metric.task }) else {
                throw .usage("--metric: '\(metric.title)' is there twice")
            }
            metrics.append(metric)
        }
        self.metrics = metrics
        let hasResult = value != nil || !metrics.isEmpty
        let count = [hasResult, failure != nil, isAlive].count { $0 }
        guard count == 1 else {
            throw .usage(
                count == 0 ? "nothing is told" : "a trial brought something, failed, or goes on: tell one of them",
                hint: "--value or --metric, --failed, or --alive")
        }
        guard standardError == nil || value != nil else { throw .usage("--standard-error: needs --value") }
        guard duration == nil || hasResult else { throw .usage("--duration: needs --value or --metric") }
        guard lease == nil || isAlive else { throw .usage("--lease: needs --alive") }
    }

    /// The message to a search of this objective.
    func resolved(objective: String) throws(Failure) -> TellRunner.Message {
        if isAlive { return .alive(lease: lease) }
        if let failure { return .failed(failure.split(whereSeparator: \.isNewline).joined(separator: " ")) }
        let named = metrics.filter { $0.name == objective || "\($0.name)/\($0.task)" == objective }
        let alone = named.count == 1 ? named.first : named.first { $0.task.isEmpty }
        guard let value = value ?? alone?.value else {
            throw .usage("--value is missing: the search's objective is '\(objective)'")
        }
        let error = self.value == nil ? alone?.standardError : standardError
        // Tables and comparisons look among the metrics.
        let own = named.isEmpty ? [MetricRecord(name: objective, value: value, standardError: error)] : []
        return .result(
            TrialResult(
                objectiveValue: value, objectiveStandardError: error, durationSeconds: duration ?? 0,
                metrics: own + metrics))
    }

    /// `name=value`, `name/task=value`, with `±error` or `+-error` behind.
    private static func metric(_ text: String) throws(Failure) -> MetricRecord {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let left = halves.first, let right = halves.last else {
            throw .usage("--metric: '\(text)' is not name=value")
        }
        let path = left.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard path.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }), let name = path.first else {
            throw .usage("--metric: '\(text)': a name is not empty and has no blanks, as in acc/piqa=0.71")
        }
        let signs = right.split(separator: "±", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = signs.count == 2 ? signs.map(String.init) : Self.split(String(right), at: "+-")
        let numbers = parts.compactMap { Double($0.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }) }
        guard numbers.count == parts.count, let value = numbers.first, numbers.allSatisfy(\.isFinite) else {
            throw .usage("--metric: '\(text)': '\(right)' is not a number, as in 0.71 or 0.71±0.02")
        }
        let error = numbers.count == 2 ? numbers.last : nil
        guard error ?? 0 >= 0 else { throw .usage("--metric: '\(text)': a standard error is not negative") }
        return MetricRecord(
            name: String(name), task: path.count == 2 ? String(path[1]) : "", value: value, standardError: error)
    }

    private static func split(_ text: String, at mark: String) -> [String] {
        guard let range = text.firstRange(of: mark) else { return [text] }
        return [String(text[..<range.lowerBound]), String(text[range.upperBound...])]
    }
}
