/// A recorded file, and whose it is.
public struct OwnedArtifact: Sendable, Equatable {
    /// The record.
    public var artifact: ArtifactRecord
    /// Name of the search that it belongs to, itself or through a trial; nil for a stage's.
    public var search: String?
    /// Row id of that search.
    public var searchID: Int?
    /// Number of the trial that it belongs to.
    public var trialNumber: Int?
    /// When its trial, or else its search, was archived; nil while both are in sight.
    public var archivedAt: String?
    /// Whether its trial is running, or it is a search's own and that is running.
    public var isInUse: Bool

    /// Whose it is, such as "my-search/7".
    public var owner: String {
        guard let search else { return artifact.stageID == nil ? "nobody" : "a stage" }
        return trialNumber.map { "\(search)/\($0)" } ?? search
    }

    fileprivate init(row: Row) throws {
        artifact = try ArtifactRecord(row: row)
        search = try row.optionalText("search_name")
        searchID = try row.optionalInteger("owner_search_id")
        trialNumber = try row.optionalInteger("trial_number")
        archivedAt = try row.optionalText("archived_at")
        isInUse = try row.boolean("in_use")
    }
}

/// A cached step, and what still needs it.
public struct StageUse: Sendable, Equatable {
    /// The record.
    public var stage: StageRecord
    /// Searches in sight whose pruned model it made, by name.
    public var searches: [String]
}

extension Store {
    /// All files that are recorded and not marked as removed, in the order recorded.
    public func artifactOwners() throws -> [OwnedArtifact] {
        try read { database in
            try database.rows(
                """
                SELECT artifact.*, search.name AS search_name, search.id AS owner_search_id,
                    trial.number AS trial_number, ifnull(trial.archived_at, search.archived_at) AS archived_at,
                    ifnull(iif(trial.id IS NULL, search.state = 'running', trial.state IN ('waiting', 'running')), 0)
                        AS in_use
                FROM artifact
                    LEFT JOIN trial ON trial.id = artifact.trial_id
                    LEFT JOIN search ON search.id = ifnull(trial.search_id, artifact.search_id)
                WHERE artifact.deleted_at IS NULL
                ORDER BY artifact.id
                """, [:], OwnedArtifact.init(row:))
        }
    }

    /// The cached steps that made a file or folder, oldest first.
    public func stageUses() throws -> [StageUse] {
        try read { database in
            let stages = try database.rows(
                "SELECT * FROM stage WHERE path IS NOT NULL ORDER BY id", [:], StageRecord.init(row:))
            return try stages.map { stage in
                // A stage made the model that lies in its folder, or the one whose digest its detail names.
                let searches = try database.rows(
                    """
                    SELECT search.name FROM search JOIN model ON model.id = search.pruned_model_id
                    WHERE search.archived_at IS NULL
                        AND (model.path = :path OR model.sha256 = json_extract(:detail, '$.sha256'))
                    ORDER BY search.name
                    """, ["path": stage.path, "detail": stage.detail]
                ) { try $0.text("name") }
                return StageUse(stage: stage, searches: searches)
            }
        }
    }

    /// Names of the trials that are running by what the file says, archived ones included.
    public func runningTrialNames() throws -> [String] {
        try read { database in
            try database.rows(
                """
                SELECT search.name || '/' || trial.number AS name
                FROM trial JOIN search ON search.id = trial.search_id
                WHERE trial.state = 'running' ORDER BY trial.id
                """
            ) { try $0.text("name") }
        }
    }

    /// Names of the searches that are running by what the file says.
    public func runningSearchNames() throws -> [String] {
        try read { database in
            try database.rows("SELECT name FROM search WHERE state = 'running' ORDER BY id") { try $0.text("name") }
        }
    }

    /// The best trial of each archived search, by row id.
    public func bestOfArchivedSearches() throws -> Set<Int> {
        try read { database in
            let searches = try database.rows(
                "SELECT * FROM search WHERE archived_at IS NOT NULL", [:], SearchRecord.init(row:))
            return Set(try searches.compactMap { try database.best(of: $0)?.trial.id })
        }
    }
}
