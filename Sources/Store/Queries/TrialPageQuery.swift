/// A part of a long list of trials.
public struct TrialPage: Sendable {
    /// How many trials the filter lets through in all.
    public var total: Int
    /// Those of this page, in the filter's order.
    public var trials: [TrialRecord]
    /// Their final metrics, by trial id.
    public var metrics: [Int: [MetricRecord]]
}

extension Store {
    /// A page of the trials that a filter lets through, with their final metrics, as it was at one moment.
    /// - Parameter filter: which trials, in what order; its offset and limit say which page.
    public func trialPage(_ filter: TrialFilter) throws -> TrialPage {
        try read { database in
            let count = filter.countQuery()
            let total = try database.first(count.sql, count.arguments) { try $0.integer("trials") }
            let trials = try database.trials(filter)
            let metrics = try database.rows(
                Self.pageMetricsQuery, ["ids": Database.list(trials.map(\.id))]
            ) { (trial: try $0.integer("trial_id"), metric: try MetricRecord(row: $0)) }
            return TrialPage(
                total: total ?? 0, trials: trials,
                metrics: Dictionary(grouping: metrics, by: \.trial).mapValues { $0.map(\.metric) })
        }
    }

    static let pageMetricsQuery = """
        SELECT * FROM metric WHERE trial_id IN (SELECT value FROM json_each(:ids)) AND step = -1
        ORDER BY trial_id, task, name
        """
}
