/// A part of a long list of trials.
public struct TrialPage: Sendable {
    /// How many trials the filter lets through in all.
    public var total: Int
    /// Those of this page, in the filter's order.
    public var trials: [TrialRecord]
    /// Their final metrics, by trial id; empty unless they were asked for.
    public var metrics: [Int: [MetricRecord]]
}

extension Store {
    /// A page of the trials that a filter lets through, as it was at one moment.
    /// - Parameters:
    ///   - filter: which trials, in what order; its offset and limit say which page.
    ///   - includingMetrics: whether their final metrics come along.
    public func trialPage(_ filter: TrialFilter, includingMetrics: Bool) throws -> TrialPage {
        try read { database in
            let (trials, total) = try database.trialPage(filter)
            guard includingMetrics else { return TrialPage(total: total, trials: trials, metrics: [:]) }
            let metrics = try database.rows(
                Self.pageMetricsQuery, ["ids": Database.list(trials.map(\.id))]
            ) { (trial: try $0.integer("trial_id"), metric: try MetricRecord(row: $0)) }
            return TrialPage(
                total: total, trials: trials,
                metrics: Dictionary(grouping: metrics, by: \.trial).mapValues { $0.map(\.metric) })
        }
    }

    static let pageMetricsQuery = """
        SELECT * FROM metric WHERE trial_id IN (SELECT value FROM json_each(:ids)) AND step = -1
        ORDER BY trial_id, task, name
        """
}

extension Database {
    fileprivate func trialPage(_ filter: TrialFilter) throws -> (trials: [TrialRecord], total: Int) {
        // A condition is asked once, and both come of it; without one, an index counts.
        guard filter.condition != nil else {
            let trials = try trials(filter)
            let isWhole = filter.limit == nil && filter.offset == 0
            return (trials, isWhole ? trials.count : try trialCount(filter))
        }
        var all = filter
        (all.limit, all.offset) = (nil, 0)
        let ids = try trialIDs(all)
        let rest = ids.dropFirst(filter.offset)
        return (try trials(Array(filter.limit.map { rest.prefix($0) } ?? rest)), ids.count)
    }
}
