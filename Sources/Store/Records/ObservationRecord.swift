/// What the surrogate of a search learns from: an allocation and its value. Never changes.
public struct ObservationRecord: Equatable, Sendable {
    /// Where an observation came from.
    public enum Origin: String, Sendable, CaseIterable, SQLConvertible {
        /// A trial of the search.
        case search
        /// A baseline of the search.
        case baseline
        /// A trial of an earlier search.
        case warmStart = "warm-start"
    }

    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the search that learns.
    public var searchID: Int
    /// Row id of the trial that was measured; of the source search where the origin is warm start.
    public var trialID: Int
    /// The number of that trial in its own search; filled in by the store.
    public internal(set) var trialNumber = 0
    /// Row id of the allocation.
    public var allocationID: Int
    /// The allocation's precisions by layer; filled in by the store.
    public internal(set) var allocation = ""
    /// The objective's value, finite.
    public var value: Double
    /// Its standard error, where it is known.
    public var standardError: Double?
    /// This trial's share of the standard error of a difference between trials that answered the same questions.
    public var pairedStandardError: Double?
    /// Whether qpx measured it itself, on questions that all trials of its search share; filled in by the store.
    public internal(set) var isNative = false
    /// Where it came from.
    public var origin: Origin
    /// Row id of the earlier search, for a warm start.
    public var sourceSearchID: Int?
    /// Which part of the evaluation the value rests on: 1, or less where the trial was stopped early; filled in by the
    /// store.
    public internal(set) var fidelity = 1.0
    /// When it was recorded.
    public internal(set) var createdAt = ""

    /// The noise of the value, as far as it differs from trial to trial: standard error, where it is known.
    ///
    /// Who measures elsewhere says it himself. The standard errors of trials that qpx measured have the error of choosing
    /// the questions in them, which is the same for all and says nothing about their order: theirs is the paired one.
    /// That of a trial that was stopped early is the error of its estimate, which is paired already.
    public var noise: Double? { isNative && fidelity >= 1 ? pairedStandardError : standardError }

    init(
        searchID: Int, trialID: Int, allocationID: Int, value: Double, standardError: Double?,
        pairedStandardError: Double? = nil, origin: Origin, sourceSearchID: Int? = nil
    ) {
        self.searchID = searchID
        self.trialID = trialID
        self.allocationID = allocationID
        self.value = value
        self.standardError = standardError
        self.pairedStandardError = pairedStandardError
        self.origin = origin
        self.sourceSearchID = sourceSearchID
    }

    /// The columns that `init(row:)` reads, and the tables that they come from.
    static let selection = """
        SELECT observation.*, trial.number AS trial_number, trial.fidelity AS fidelity,
            allocation.precisions AS precisions,
            (measured.evaluator = 'native' AND trial.origin <> 'imported') AS is_native
        FROM observation JOIN trial ON trial.id = observation.trial_id
            JOIN search AS measured ON measured.id = trial.search_id
            JOIN allocation ON allocation.id = observation.allocation_id
        """

    init(row: Row) throws {
        self.init(
            searchID: try row.integer("search_id"), trialID: try row.integer("trial_id"),
            allocationID: try row.integer("allocation_id"), value: try row.real("value"),
            standardError: try row.optionalReal("standard_error"),
            pairedStandardError: try row.optionalReal("paired_standard_error"),
            origin: try row.choice("origin", Origin.self),
            sourceSearchID: try row.optionalInteger("source_search_id"))
        id = try row.integer("id")
        isNative = try row.boolean("is_native")
        trialNumber = try row.integer("trial_number")
        allocation = try row.text("precisions")
        fidelity = try row.real("fidelity")
        createdAt = try row.text("created_at")
    }

    func insert(into database: Database, at time: String) throws {
        try database.insert(
            into: "observation",
            [
                "search_id": searchID, "trial_id": trialID, "allocation_id": allocationID,
                "value": try finite(value, "an observation's value"), "standard_error": standardError,
                "paired_standard_error": pairedStandardError, "origin": origin, "source_search_id": sourceSearchID,
                "created_at": time,
            ])
    }
}
