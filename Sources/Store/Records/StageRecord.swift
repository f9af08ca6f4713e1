/// An expensive step that many trials share (a pruned checkpoint, calibration statistics, a baseline's evaluation), found
/// again by the digest of everything that it was made from.
public struct StageRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// SHA-256 of the inputs, lower-case hex.
    public var digest: String
    /// What it is, such as "prune".
    public var kind: String
    /// Where its product lies, if it is a file or folder.
    public var path: String?
    /// How long it took to make.
    public var seconds: Double
    /// Its inputs and, where small, its results; JSON.
    public var detail: String
    /// When it was made.
    public internal(set) var createdAt = ""

    /// A stage to record.
    public init(digest: String, kind: String, path: String? = nil, seconds: Double, detail: String = "{}") {
        self.digest = digest
        self.kind = kind
        self.path = path
        self.seconds = seconds
        self.detail = detail
    }

    init(row: Row) throws {
        self.init(
            digest: try row.text("digest"), kind: try row.text("kind"), path: try row.optionalText("path"),
            seconds: try row.real("seconds"), detail: try row.text("detail"))
        id = try row.integer("id")
        createdAt = try row.text("created_at")
    }

    /// A stage whose product was lost is made again: the later one stands.
    func upsert(into database: Database, at time: String) throws -> StageRecord? {
        try database.first(
            """
            INSERT INTO stage (digest, kind, path, seconds, detail, created_at)
            VALUES (:digest, :kind, :path, :seconds, :detail, :created_at)
            ON CONFLICT (digest) DO UPDATE SET
                kind = excluded.kind, path = excluded.path, seconds = excluded.seconds, detail = excluded.detail,
                created_at = excluded.created_at
            RETURNING *
            """,
            [
                "digest": digest, "kind": kind, "path": path, "seconds": try finite(seconds, "a stage's duration"),
                "detail": detail, "created_at": time,
            ], StageRecord.init(row:))
    }
}
