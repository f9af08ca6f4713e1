/// A file that a trial, a search or a stage made or used.
public struct ArtifactRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the trial, if it belongs to one.
    public var trialID: Int?
    /// Row id of the search, if it belongs to one.
    public var searchID: Int?
    /// Row id of the stage, if it belongs to one.
    public var stageID: Int?
    /// What it is, such as "adapter", "report", "task".
    public var kind: String
    /// Where it lies.
    public var path: String
    /// Its size.
    public var bytes: Int
    /// SHA-256 of its content, lower-case hex.
    public var sha256: String
    /// When it was recorded.
    public internal(set) var createdAt = ""
    /// When the file was removed.
    public internal(set) var deletedAt: String?

    /// An artifact to record. `completeTrial` fills in the trial.
    public init(
        kind: String, path: String, bytes: Int, sha256: String, trialID: Int? = nil, searchID: Int? = nil,
        stageID: Int? = nil
    ) {
        self.kind = kind
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
        self.trialID = trialID
        self.searchID = searchID
        self.stageID = stageID
    }

    init(row: Row) throws {
        self.init(
            kind: try row.text("kind"), path: try row.text("path"), bytes: try row.integer("bytes"),
            sha256: try row.text("sha256"), trialID: try row.optionalInteger("trial_id"),
            searchID: try row.optionalInteger("search_id"), stageID: try row.optionalInteger("stage_id"))
        id = try row.integer("id")
        createdAt = try row.text("created_at")
        deletedAt = try row.optionalText("deleted_at")
    }

    func insert(into database: Database, at time: String) throws -> ArtifactRecord {
        var stored = self
        stored.createdAt = time
        stored.id = try database.insert(
            into: "artifact",
            [
                "trial_id": trialID, "search_id": searchID, "stage_id": stageID, "kind": kind, "path": path,
                "bytes": bytes, "sha256": sha256, "created_at": time,
            ])
        return stored
    }
}
