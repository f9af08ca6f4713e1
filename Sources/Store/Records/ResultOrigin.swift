/// Where a trial's result is from.
public struct ResultOrigin: Equatable, Sendable {
    /// Digest of everything that the result depends on: trials with the same one have the same results, bit by bit.
    public var digest: String
    /// Row id of the trial whose recorded result was taken; nil where it was computed.
    public internal(set) var sourceID: Int?
    /// That trial's name, `search/number`; filled in by the store.
    public internal(set) var source: String?

    /// Computed from inputs with this digest.
    public init(digest: String) { self.digest = digest }

    /// Taken from another trial with that digest.
    public init(digest: String, from trial: TrialRecord) {
        self.digest = digest
        sourceID = trial.id
        source = trial.name
    }

    /// The columns that `init(row:)` reads, and the tables that they come from.
    static let selection = """
        SELECT result_origin.*, trial.number AS source_number, search.name AS source_search
        FROM result_origin LEFT JOIN trial ON trial.id = result_origin.source_id
            LEFT JOIN search ON search.id = trial.search_id
        """

    init(row: Row) throws {
        self.init(digest: try row.text("digest"))
        sourceID = try row.optionalInteger("source_id")
        if let search = try row.optionalText("source_search") {
            source = "\(search)/\(try row.integer("source_number"))"
        }
    }

    func insert(into database: Database, trialID: Int) throws {
        try database.insert(
            into: "result_origin", ["trial_id": trialID, "digest": digest, "source_id": sourceID])
    }
}
