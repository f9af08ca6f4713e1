/// Which settings and metrics a comparison shows.
struct ComparisonFilter: Sendable {
    /// Metrics asked for by name; empty for all.
    var metrics: [MetricName] = []
    /// Patterns of names of settings and metrics, one of which must fit; empty for all.
    var keep: [String] = []
    /// Patterns of names that are left out.
    var drop: [String] = []

    /// Whether a name is shown: any of several names of the same thing may fit.
    private func shows(_ names: [String]) -> Bool {
        func fits(_ patterns: [String]) -> Bool {
            patterns.contains { pattern in names.contains(where: Glob(pattern).matches) }
        }
        return (keep.isEmpty || fits(keep)) && !fits(drop)
    }

    /// Whether a setting is shown.
    func shows(_ setting: ComparedSetting) -> Bool { shows([setting.name]) }

    /// Whether a metric is shown; a pattern may be that of its name or of NAME/TASK.
    func shows(_ metric: ComparedMetric) -> Bool {
        (metrics.isEmpty || metrics.contains { $0.matches(metric) }) && shows([metric.name, metric.title])
    }

    /// Refuses names and patterns that mean nothing in a comparison: a mistyped one must not look like an equal one.
    /// - Throws: `Failure` with status 3.
    func check(settings: [ComparedSetting], metrics known: [ComparedMetric]) throws(Failure) {
        let titles = known.map(\.title)
        let names = known.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
        for metric in metrics where !known.contains(where: metric.matches) {
            let text = metric.task.map { "\(metric.name)/\($0)" } ?? metric.name
            throw .notFound(
                "--metric: no trial of the comparison has a metric '\(text)'."
                    + Suggestion.question(for: text, in: metric.task == nil ? names + titles : titles),
                hint: known.isEmpty ? "no metric was recorded" : "there are \(titles.joined(separator: ", "))")
        }
        let all = settings.map(\.name) + names + titles
        for pattern in keep where !all.contains(where: Glob(pattern).matches) {
            throw .notFound(
                "--keep: no setting and no metric is called '\(pattern)'." + Suggestion.question(for: pattern, in: all),
                hint: "* stands for any text, ? for one character")
        }
    }
}
