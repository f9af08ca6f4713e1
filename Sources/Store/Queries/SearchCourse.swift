/// A candidate of a search that has come to its end, as far as the course of the search is concerned.
public struct CourseRecord: Equatable, Sendable {
    /// Row id of the trial.
    public var trialID: Int
    /// Its number in the search.
    public var number: Int
    /// The objective's value, where it may be the best: complete, within the budget, not stopped early; else nil.
    public var value: Double?
    /// Its standard error.
    public var standardError: Double?
    /// When it ended.
    public var finishedAt: String?
    /// How long it worked.
    public var durationSeconds: Double?
    /// Whether it was measured elsewhere: such trials do not count towards a search's limit.
    public var isImported: Bool

    /// A candidate from its parts.
    public init(
        trialID: Int, number: Int, value: Double?, standardError: Double? = nil, finishedAt: String? = nil,
        durationSeconds: Double? = nil, isImported: Bool = false
    ) {
        self.trialID = trialID
        self.number = number
        self.value = value
        self.standardError = standardError
        self.finishedAt = finishedAt
        self.durationSeconds = durationSeconds
        self.isImported = isImported
    }
}

extension Store {
    /// The candidates of a search that are complete or failed, in the order in which they ended; archived ones are
    /// left out.
    public func course(ofSearch id: Int) throws -> [CourseRecord] {
        try read { database in
            try database.rows(Self.courseQuery, ["search": id]) { row in
                CourseRecord(
                    trialID: try row.integer("id"), number: try row.integer("number"),
                    value: try row.optionalReal("value"),
                    standardError: try row.optionalReal("objective_standard_error"),
                    finishedAt: try row.optionalText("finished_at"),
                    durationSeconds: try row.optionalReal("duration_seconds"),
                    isImported: try row.choice("origin", TrialOrigin.self) == .imported)
            }
        }
    }

    static let courseQuery = """
        SELECT id, number, origin, finished_at, duration_seconds, objective_standard_error,
            iif(state = 'complete' AND within_budget IS NOT 0 AND fidelity = 1, objective_value, NULL) AS value
        FROM trial
        WHERE search_id = :search AND state IN ('complete', 'failed') AND archived_at IS NULL
            AND kind IN ('proposal', 'baseline', 'initial')
        ORDER BY finished_at, number
        """
}
