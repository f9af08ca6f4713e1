/// A search as a list shows it.
public struct SearchSummary: Equatable, Sendable {
    /// The search.
    public var search: SearchRecord
    /// The name of its intact model.
    public var modelName: String
    /// How many trials it has, whatever their state, without archived ones.
    public var trials: Int
    /// How many are complete.
    public var complete: Int
    /// How many failed.
    public var failed: Int
    /// Its best trial, if it has one yet; see `BestTrial`.
    public var best: TrialRecord?
}

extension Store {
    /// The search of a row id, archived or not.
    public func search(id: Int) throws -> SearchRecord {
        try read { try $0.search(id: id) }
    }

    /// The search of a name, or of the beginning of one if no other begins so.
    /// - Throws: `StoreError.noSearch` with names that come near, `ambiguous` with those that begin so.
    public func search(named name: String) throws -> SearchRecord {
        try read { try $0.search(matching: name) }
    }

    /// The search in sight of that very name; nil where there is none.
    public func search(exactly name: String) throws -> SearchRecord? {
        try read { try $0.liveSearch(named: name) }
    }

    /// The searches that a name, the beginning of one, or a pattern with `*` and `?` stands for, oldest first.
    /// - Throws: `StoreError.noSearch` when there is none, `ambiguous` when a beginning is one of several.
    public func searches(matching name: String) throws -> [SearchRecord] {
        try read { try $0.searches(matching: name) }
    }

    /// All searches, newest first.
    public func searches(includingArchived: Bool = false) throws -> [SearchSummary] {
        try read { database in
            let summaries = try database.rows(
                Self.searchesQuery, ["archived": includingArchived]
            ) { row in
                SearchSummary(
                    search: try SearchRecord(row: row), modelName: try row.text("model_name"),
                    trials: try row.integer("trials"), complete: try row.integer("complete"),
                    failed: try row.integer("failed"))
            }
            return try summaries.map { summary in
                var summary = summary
                summary.best = try database.best(of: summary.search)?.trial
                return summary
            }
        }
    }

    static let searchesQuery = """
        SELECT search.*, model.name AS model_name,
            (SELECT count(*) FROM trial WHERE search_id = search.id AND archived_at IS NULL) AS trials,
            (SELECT count(*) FROM trial
             WHERE search_id = search.id AND state = 'complete' AND archived_at IS NULL) AS complete,
            (SELECT count(*) FROM trial
             WHERE search_id = search.id AND state = 'failed' AND archived_at IS NULL) AS failed
        FROM search JOIN model ON model.id = search.model_id
        WHERE :archived OR search.archived_at IS NULL
        ORDER BY search.id DESC
        """

    /// Where a search's warm start came from.
    public func sources(ofSearch id: Int) throws -> [SearchSourceRecord] {
        try read { database in
            try database.rows(
                """
                SELECT search_source.*, search.name AS name
                FROM search_source JOIN search ON search.id = search_source.source_search_id
                WHERE search_source.search_id = :id
                ORDER BY search_source.source_search_id
                """, ["id": id], SearchSourceRecord.init(row:))
        }
    }

    /// The changes of a search's state, in order.
    public func transitions(ofSearch id: Int) throws -> [TransitionRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM search_transition WHERE search_id = :id ORDER BY id", ["id": id],
                TransitionRecord.init(row:))
        }
    }

    /// The process that runs a search by what the file says; whether it is alive, `ProcessIdentity.isAlive` tells.
    public func processRunning(search id: Int) throws -> ProcessIdentity? {
        try read { try $0.processRunning(search: id) }
    }
}

extension Database {
    func search(id: Int) throws -> SearchRecord { try row("search", id: id, SearchRecord.init(row:)) }

    func liveSearch(named name: String) throws -> SearchRecord? {
        try first(
            "SELECT * FROM search WHERE name = :name AND archived_at IS NULL", ["name": name],
            SearchRecord.init(row:))
    }

    func search(matching name: String) throws -> SearchRecord {
        if let exact = try liveSearch(named: name) { return exact }
        let names = try rows("SELECT name FROM search WHERE archived_at IS NULL ORDER BY name") { try $0.text("name") }
        let candidates = name.isEmpty ? [] : names.filter { $0.hasPrefix(name) }
        guard candidates.count <= 1 else { throw StoreError.ambiguous(text: name, candidates: candidates) }
        guard let only = candidates.first, let search = try liveSearch(named: only) else {
            throw StoreError.noSearch(name: name, suggestions: NameSuggestion.nearest(to: name, among: names))
        }
        return search
    }

    func searches(matching name: String) throws -> [SearchRecord] {
        guard name.contains(where: { $0 == "*" || $0 == "?" }), try liveSearch(named: name) == nil else {
            return [try search(matching: name)]
        }
        let found = try rows(
            "SELECT * FROM search WHERE name GLOB :pattern AND archived_at IS NULL ORDER BY id",
            ["pattern": TrialExpressionSQL.glob(name)], SearchRecord.init(row:))
        guard !found.isEmpty else { throw StoreError.noSearch(name: name, suggestions: []) }
        return found
    }

    func processRunning(search id: Int) throws -> ProcessIdentity? {
        guard try search(id: id).state == .running else { return nil }
        return try first(
            "SELECT * FROM search_transition WHERE search_id = :id AND to_state = 'running' ORDER BY id DESC LIMIT 1",
            ["id": id]
        ) { try TransitionRecord(row: $0).process }
    }
}
