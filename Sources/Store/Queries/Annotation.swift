/// What people add to a trial or a search: tags and notes.
public struct NoteRecord: Equatable, Sendable {
    /// Row id.
    public var id: Int
    /// What it says.
    public var text: String
    /// When it was written.
    public var createdAt: String
}

/// A tag and what bears it.
public struct TagSummary: Equatable, Sendable {
    /// The tag.
    public var name: String
    /// How many trials bear it themselves; archived ones are not counted.
    public var trials: Int
    /// How many searches do.
    public var searches: Int
}

extension Store {
    /// Gives trials and searches a tag, all or none of them. Who bears it already keeps it.
    /// - Returns: how many did not bear it before.
    /// - Throws: `StoreError.badTag` for one that is empty or has a comma or a blank.
    @discardableResult
    public func addTag(_ name: String, to owners: [RecordOwner]) throws -> Int {
        guard !name.isEmpty, !name.contains(where: { $0 == "," || $0.isWhitespace }) else {
            throw StoreError.badTag(name)
        }
        let time = now()
        return try write { database in
            try owners.reduce(0) { count, owner in
                let (column, id) = owner.column
                return try count
                    + database.execute(
                        """
                        INSERT INTO tag (\(column), name, created_at)
                        SELECT :id, :name, :time
                        WHERE NOT EXISTS (SELECT 1 FROM tag WHERE \(column) = :id AND name = :name)
                        """, ["id": id, "name": name, "time": time])
            }
        }
    }

    /// Takes a tag from trials and searches.
    /// - Returns: how many bore it.
    @discardableResult
    public func removeTag(_ name: String, from owners: [RecordOwner]) throws -> Int {
        try write { database in
            try owners.reduce(0) { count, owner in
                let (column, id) = owner.column
                return try count
                    + database.execute(
                        "DELETE FROM tag WHERE \(column) = :id AND name = :name", ["id": id, "name": name])
            }
        }
    }

    /// All tags with how many bear them, in alphabetic order.
    public func tags() throws -> [TagSummary] {
        try read { database in
            try database.rows(
                """
                SELECT tag.name AS name, count(trial.id) AS trials, count(search.id) AS searches
                FROM tag LEFT JOIN trial ON trial.id = tag.trial_id AND trial.archived_at IS NULL
                    LEFT JOIN search ON search.id = tag.search_id AND search.archived_at IS NULL
                GROUP BY tag.name ORDER BY tag.name
                """
            ) { row in
                TagSummary(
                    name: try row.text("name"), trials: try row.integer("trials"), searches: try row.integer("searches")
                )
            }
        }
    }

    /// The tags of trials, by trial id, each list in alphabetic order; those of their searches are not among them.
    public func tags(ofTrials ids: [Int]) throws -> [Int: [String]] { try tags("trial_id", ids) }

    /// The tags of searches, by search id, each list in alphabetic order.
    public func tags(ofSearches ids: [Int]) throws -> [Int: [String]] { try tags("search_id", ids) }

    private func tags(_ column: String, _ ids: [Int]) throws -> [Int: [String]] {
        let found = try read { database in
            try database.rows(
                """
                SELECT \(column) AS owner, name FROM tag
                WHERE \(column) IN (SELECT value FROM json_each(:ids)) ORDER BY \(column), name
                """, ["ids": Database.list(ids)]
            ) { (try $0.integer("owner"), [try $0.text("name")]) }
        }
        return Dictionary(found, uniquingKeysWith: +)
    }

    /// Writes a note about a trial or a search.
    /// - Returns: the note.
    @discardableResult
    public func addNote(_ text: String, to owner: RecordOwner) throws -> NoteRecord {
        let time = now()
        return try write { database in
            let (column, id) = owner.column
            try database.execute(
                "INSERT INTO note (\(column), text, created_at) VALUES (:id, :text, :time)",
                ["id": id, "text": text, "time": time])
            guard
                let note = try database.first(
                    "SELECT max(id) AS id FROM note WHERE \(column) = :id", ["id": id], { try $0.integer("id") })
            else { throw StoreError.noRow(table: "note", id: id) }
            return NoteRecord(id: note, text: text, createdAt: time)
        }
    }

    /// Takes a note away.
    /// - Throws: `StoreError.noRow` if there is none with that number.
    public func removeNote(id: Int) throws {
        try write { database in
            guard try database.execute("DELETE FROM note WHERE id = :id", ["id": id]) > 0 else {
                throw StoreError.noRow(table: "note", id: id)
            }
        }
    }

    /// The notes about a trial or a search, oldest first.
    public func notes(of owner: RecordOwner) throws -> [NoteRecord] {
        try read { database in
            let (column, id) = owner.column
            return try database.rows("SELECT * FROM note WHERE \(column) = :id ORDER BY id", ["id": id]) { row in
                NoteRecord(
                    id: try row.integer("id"), text: try row.text("text"), createdAt: try row.text("created_at"))
            }
        }
    }
}
