extension Store {
    /// The stage made from these inputs, if it was made. Whether its product still lies at its path, the caller looks.
    public func stage(digest: String) throws -> StageRecord? {
        try read { database in
            try database.first(
                "SELECT * FROM stage WHERE digest = :digest", ["digest": digest], StageRecord.init(row:))
        }
    }

    /// Records a stage; one with the same digest, whose product was lost, is replaced.
    @discardableResult
    public func recordStage(_ stage: StageRecord) throws -> StageRecord {
        let time = now()
        return try write { database in
            guard let stored = try stage.upsert(into: database, at: time) else {
                throw StoreError.constraint("stage \(stage.digest) was not stored")
            }
            return stored
        }
    }
}

/// Whose files or events.
public enum RecordOwner: Sendable, Equatable {
    /// A trial, by row id.
    case trial(Int)
    /// A search, by row id: its own, not those of its trials.
    case search(Int)
    /// A stage, by row id.
    case stage(Int)

    var column: (name: String, id: Int) {
        switch self {
        case .trial(let id): ("trial_id", id)
        case .search(let id): ("search_id", id)
        case .stage(let id): ("stage_id", id)
        }
    }
}

extension Store {
    /// Records a file that a search or a stage made or used; those of a trial come with `completeTrial`, later ones here.
    @discardableResult
    public func recordArtifact(_ artifact: ArtifactRecord) throws -> ArtifactRecord {
        let time = now()
        return try write { try artifact.insert(into: $0, at: time) }
    }

    /// The files of a trial, a search or a stage, in the order recorded.
    public func artifacts(of owner: RecordOwner) throws -> [ArtifactRecord] {
        let column = owner.column
        return try read { database in
            try database.rows(
                "SELECT * FROM artifact WHERE \(column.name) = :id ORDER BY id", ["id": column.id],
                ArtifactRecord.init(row:))
        }
    }

    /// Records that an artifact's file was removed.
    public func markArtifactDeleted(id: Int) throws {
        let time = now()
        try write { database in
            _ = try database.execute("UPDATE artifact SET deleted_at = :time WHERE id = :id", ["id": id, "time": time])
        }
    }

    /// Records something worth knowing later.
    public func record(_ event: EventRecord) throws {
        let time = now()
        try write { try event.insert(into: $0, at: time) }
    }

    /// The events of a search, those of its trials included where they name both, in order.
    public func events(ofSearch id: Int) throws -> [EventRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM event WHERE search_id = :search ORDER BY id", ["search": id], EventRecord.init(row:))
        }
    }

    /// The events of a trial, in order.
    public func events(ofTrial id: Int) throws -> [EventRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM event WHERE trial_id = :trial ORDER BY id", ["trial": id], EventRecord.init(row:))
        }
    }
}
