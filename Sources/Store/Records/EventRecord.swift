/// Something worth knowing later: a warning, a resume, a cache that was used.
public struct EventRecord: Equatable, Sendable {
    /// How much it matters.
    public enum Level: String, Sendable, CaseIterable, SQLConvertible {
        /// For those who look for a fault.
        case debug
        /// The normal course.
        case info
        /// Something that the user should know.
        case warning
        /// Something that went wrong.
        case error
    }

    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the search it concerns.
    public var searchID: Int?
    /// Row id of the trial it concerns.
    public var trialID: Int?
    /// When.
    public internal(set) var at = ""
    /// How much it matters.
    public var level: Level
    /// One line.
    public var message: String

    /// An event to record.
    public init(level: Level, message: String, searchID: Int? = nil, trialID: Int? = nil) {
        self.level = level
        self.message = message
        self.searchID = searchID
        self.trialID = trialID
    }

    init(row: Row) throws {
        self.init(
            level: try row.choice("level", Level.self), message: try row.text("message"),
            searchID: try row.optionalInteger("search_id"), trialID: try row.optionalInteger("trial_id"))
        id = try row.integer("id")
        at = try row.text("at")
    }

    func insert(into database: Database, at time: String) throws {
        try database.insert(
            into: "event",
            ["search_id": searchID, "trial_id": trialID, "at": time, "level": level, "message": message])
    }
}
