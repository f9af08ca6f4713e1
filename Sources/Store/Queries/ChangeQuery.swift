/// How far a database has come, as a reader who looks again and again keeps it: two that are equal show the same.
public struct ChangeMark: Equatable, Sendable {
    /// The last change of a trial's state.
    var trialTransition: Int
    /// The last change of a search's state.
    var searchTransition: Int
    /// Everything else that may change what is shown: events, tags, notes, what is archived, what is recommended.
    var others: String
}

/// What has happened between two looks.
public struct Changes: Equatable, Sendable {
    /// How far the database has come now.
    public var mark: ChangeMark
    /// Trials whose state changed, `search/number`, oldest change first, each once.
    public var trials: [String]
    /// Searches whose state changed, or that such a trial is of.
    public var searches: [String]
}

extension Store {
    /// A number that changes whenever another connection has written to the file. It costs no look into the file.
    public func dataVersion() throws -> Int {
        try read { database in
            try database.first("PRAGMA data_version") { try $0.integer("data_version") } ?? 0
        }
    }

    /// What has changed since an earlier look; nil when nothing has.
    /// - Parameter earlier: how far the database had come; nil for the first look, which names no trials.
    public func changes(since earlier: ChangeMark?) throws -> Changes? {
        try read { database in
            let mark = try database.changeMark()
            guard mark != earlier else { return nil }
            guard let earlier else { return Changes(mark: mark, trials: [], searches: []) }
            let trials = try database.rows(
                Self.changedTrialsQuery, ["after": earlier.trialTransition]
            ) { (search: try $0.text("name"), number: try $0.integer("number")) }
            let searches = try database.rows(
                """
                SELECT search.name AS name FROM search_transition JOIN search ON search.id = search_transition.search_id
                WHERE search_transition.id > :after
                GROUP BY search.id ORDER BY min(search_transition.id)
                """, ["after": earlier.searchTransition]
            ) { try $0.text("name") }
            var names: [String] = []
            for name in searches + trials.map(\.search) where !names.contains(name) { names.append(name) }
            return Changes(mark: mark, trials: trials.map { "\($0.search)/\($0.number)" }, searches: names)
        }
    }

    static let changedTrialsQuery = """
        SELECT search.name AS name, trial.number AS number
        FROM trial_transition JOIN trial ON trial.id = trial_transition.trial_id
            JOIN search ON search.id = trial.search_id
        WHERE trial_transition.id > :after
        GROUP BY trial.id ORDER BY min(trial_transition.id)
        LIMIT 1000
        """
}

extension Database {
    fileprivate func changeMark() throws -> ChangeMark {
        let mark = try first(
            """
            SELECT (SELECT ifnull(max(id), 0) FROM trial_transition) AS trial_transition,
                (SELECT ifnull(max(id), 0) FROM search_transition) AS search_transition,
                (SELECT ifnull(max(id), 0) FROM event) || ' ' ||
                (SELECT ifnull(max(id), 0) || ' ' || count(*) FROM tag) || ' ' ||
                (SELECT ifnull(max(id), 0) || ' ' || count(*) FROM note) || ' ' ||
                (SELECT count(*) || ' ' || ifnull(max(archived_at), '') FROM search
                 WHERE archived_at IS NOT NULL) || ' ' ||
                (SELECT count(*) || ' ' || ifnull(max(archived_at), '') FROM trial
                 WHERE archived_at IS NOT NULL) || ' ' ||
                (SELECT count(*) || ' ' || ifnull(max(created_at), '') FROM recommendation) AS others
            """
        ) { row in
            ChangeMark(
                trialTransition: try row.integer("trial_transition"),
                searchTransition: try row.integer("search_transition"), others: try row.text("others"))
        }
        return mark ?? ChangeMark(trialTransition: 0, searchTransition: 0, others: "")
    }
}
