/// Searches, and what hangs on them alone.
extension Merger {
    func mergeSearches() throws {
        let searches = try database.rows("SELECT * FROM source.search ORDER BY id", [:], SearchRecord.init(row:))
        var used: Set<Int> = []
        var added = 0
        for search in searches {
            let twins = try database.rows(
                """
                SELECT t.id FROM main.search AS t JOIN source.search AS s
                    ON t.created_at = s.created_at AND t.host = s.host AND t.seed = s.seed
                        AND t.specification = s.specification
                WHERE s.id = :id ORDER BY t.id
                """, ["id": search.id]
            ) { try $0.integer("id") }
            if let twin = twins.first(where: { !used.contains($0) }) {
                used.insert(twin)
                joined.insert(search.id)
                try map(.search, search.id, to: twin, "known")
                try update(twin, from: search)
            } else {
                let new = try insert(search)
                used.insert(new)
                added += 1
                try map(.search, search.id, to: new, "new")
            }
        }
        try copy(
            RowCopy(
                table: "search_transition", references: ["search_id": .search],
                key: ["search_id", "from_state", "to_state", "at", "host", "pid", "process_started"]))
        try copy(
            RowCopy(
                table: "search_source", references: ["search_id": .search, "source_search_id": .search],
                key: ["search_id", "source_search_id"], order: "s.search_id, s.source_search_id"))
        try copy(
            RowCopy(
                table: "importance", references: ["search_id": .search], key: ["search_id", "estimator", "layer"],
                order: "s.search_id, s.estimator, s.layer"))
        try count(.searches, table: "search", added: added)
    }

    private func insert(_ search: SearchRecord) throws -> Int {
        var name = search.name
        var number = 1
        while search.archivedAt == nil, try database.liveSearch(named: name) != nil {
            number += 1
            name = "\(search.name)-\(number)"
        }
        if name != search.name { outcome.remarks.append(.renamedSearch(from: search.name, to: name)) }
        // Its process is elsewhere, if it is anywhere.
        let isRunning = search.state == .running
        if isRunning { outcome.remarks.append(.runningSearch(name)) }
        try copy(
            RowCopy(
                table: "search", references: ["model_id": .model, "pruned_model_id": .model],
                expressions: ["name": ":name", "state": "iif(s.state = 'running', 'interrupted', s.state)"],
                condition: "s.id = :id"), ["id": search.id, "name": name])
        return try lastID(of: "search")
    }

    /// What is found out of a search when it goes on is taken over; how it ended, if it ended there last.
    private func update(_ id: Int, from search: SearchRecord) throws {
        try database.execute(
            """
            UPDATE main.search SET
                pruned_model_id = ifnull(search.pruned_model_id, pruned.new),
                parameters_removed = ifnull(search.parameters_removed, s.parameters_removed),
                budget_bytes = ifnull(search.budget_bytes, s.budget_bytes), space = ifnull(search.space, s.space),
                started_at = ifnull(search.started_at, s.started_at)
            FROM source.search AS s
                LEFT JOIN temp.merged AS pruned ON pruned.kind = 'model' AND pruned.old = s.pruned_model_id
            WHERE search.id = :id AND s.id = :old
            """, ["id": id, "old": search.id])
        guard search.state.isFinished, let ended = search.finishedAt else { return }
        try database.execute(
            """
            UPDATE main.search SET state = s.state, finished_at = s.finished_at, error = s.error,
                trial_limit = max(search.trial_limit, s.trial_limit)
            FROM source.search AS s
            WHERE search.id = :id AND s.id = :old AND search.state <> 'running'
                AND ifnull(search.finished_at, '') < :ended
            """, ["id": id, "old": search.id, "ended": ended])
    }

    /// What a search recommends rests on all of its trials. Where it got some, the other file's recommendations stand if
    /// that file knows all that there is here; otherwise the surrogate has to be asked again.
    func mergeRecommendations() throws {
        let searches = try database.rows(
            "SELECT old, new, state FROM temp.merged WHERE kind = 'search' ORDER BY old"
        ) { (old: try $0.integer("old"), new: try $0.integer("new"), state: try $0.text("state")) }
        for search in searches {
            let changes = try database.first(
                """
                SELECT count(*) AS changes FROM temp.merged AS m JOIN main.trial AS t ON t.id = m.new
                WHERE m.kind = 'trial' AND m.state IN ('new', 'adopted') AND t.search_id = :id
                """, ["id": search.new]
            ) { try $0.integer("changes") }
            guard let changes, changes > 0 else { continue }
            let unknown = try database.first(
                """
                SELECT count(*) AS unknown FROM main.trial AS t
                WHERE t.search_id = :id AND t.archived_at IS NULL AND t.state = 'complete'
                    AND t.id NOT IN (SELECT new FROM temp.merged WHERE kind = 'trial' AND state <> 'left')
                """, ["id": search.new]
            ) { try $0.integer("unknown") }
            try database.forgetRecommendations(ofSearch: search.new)
            guard unknown == 0 else { continue }
            try copy(
                RowCopy(
                    table: "recommendation", references: ["search_id": .search, "trial_id": .trial],
                    condition: "s.search_id = :id", order: "s.position"), ["id": search.old])
        }
    }
}
