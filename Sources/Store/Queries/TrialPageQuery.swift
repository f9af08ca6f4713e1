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
    /// - Parameters:
    ///   - filter: which trials, in what order; its own limit does not count.
    ///   - offset: how many to leave out.
    ///   - limit: how many at most.
    public func trialPage(_ filter: TrialFilter, offset: Int, limit: Int) throws -> TrialPage {
        var filter = filter
        filter.limit = nil
        let query = filter.query()
        return try read { database in
            let total = try database.first("SELECT count(*) AS total FROM (\(query.sql))", query.arguments) {
                try $0.integer("total")
            }
            let arguments = query.arguments.merging(["page_limit": limit, "page_offset": offset]) { own, _ in own }
            let trials = try database.rows(
                query.sql + "\nLIMIT :page_limit OFFSET :page_offset", arguments, TrialRecord.init(row:))
            let metrics = try database.rows(
                """
                SELECT * FROM metric WHERE trial_id IN (SELECT value FROM json_each(:ids)) AND step = -1
                ORDER BY trial_id, task, name
                """, ["ids": Database.list(trials.map(\.id))]
            ) { (trial: try $0.integer("trial_id"), metric: try MetricRecord(row: $0)) }
            return TrialPage(
                total: total ?? 0, trials: trials,
                metrics: Dictionary(grouping: metrics, by: \.trial).mapValues { $0.map(\.metric) })
        }
    }
}
