/// What a purge removed for good, or would remove.
public struct PurgeOutcome: Sendable, Equatable {
    /// Searches, with all their trials.
    public var searches: [String] = []
    /// Trials of searches that stay, by name.
    public var trials: [String] = []
    /// Archived trials and searches that stay, because something that is in sight was made from them.
    public var kept: [String] = []
    /// How many trials went altogether.
    public var trialCount = 0
}

extension Store {
    /// Removes archived trials and searches from the file, with everything that was measured of them: all or, when
    /// something goes wrong, nothing.
    ///
    /// One that a trial in sight repeats or raced against, or that a search in sight learned from, stays; so does one with
    /// a recorded file.
    /// - Parameters:
    ///   - limit: only what was archived before this time.
    ///   - keptArtifacts: row ids of recorded files that do not keep their owner: those that are not qpx's to remove.
    ///   - isTrial: says what would go and changes nothing.
    public func purge(archivedBefore limit: String, ignoring keptArtifacts: [Int] = [], isTrial: Bool = false) throws
        -> PurgeOutcome
    {
        struct Undone: Error { let outcome: PurgeOutcome }
        let time = now()
        do {
            return try write { database in
                let outcome = try database.purge(before: limit, ignoring: keptArtifacts, at: time)
                if isTrial { throw Undone(outcome: outcome) }
                return outcome
            }
        } catch let undone as Undone {
            return undone.outcome
        }
    }
}

extension Database {
    fileprivate func purge(before limit: String, ignoring kept: [Int], at time: String) throws -> PurgeOutcome {
        try executeScript(
            """
            CREATE TEMP TABLE purged_search (id INTEGER PRIMARY KEY);
            CREATE TEMP TABLE purged (id INTEGER PRIMARY KEY);
            """)
        try execute(
            "INSERT INTO purged_search SELECT id FROM search WHERE archived_at < :limit AND state <> 'running'",
            ["limit": limit])
        try execute(
            """
            INSERT INTO purged SELECT id FROM trial
            WHERE state <> 'running' AND (archived_at < :limit OR search_id IN (SELECT id FROM purged_search))
            """, ["limit": limit])
        try keepWhatIsNeeded(ignoring: kept)
        var outcome = PurgeOutcome()
        outcome.searches = try rows(
            "SELECT name FROM search WHERE id IN (SELECT id FROM purged_search) ORDER BY id"
        ) { try $0.text("name") }
        outcome.trials = try rows(
            """
            SELECT search.name || '/' || trial.number AS name FROM trial JOIN search ON search.id = trial.search_id
            WHERE trial.id IN (SELECT id FROM purged) AND search.id NOT IN (SELECT id FROM purged_search)
            ORDER BY trial.id
            """
        ) { try $0.text("name") }
        outcome.kept = try rows(
            """
            SELECT name FROM (
                SELECT name, 0 AS is_trial, id FROM search
                WHERE archived_at < :limit AND id NOT IN (SELECT id FROM purged_search)
                UNION ALL
                SELECT search.name || '/' || trial.number, 1, trial.id
                FROM trial JOIN search ON search.id = trial.search_id
                WHERE trial.archived_at < :limit AND trial.id NOT IN (SELECT id FROM purged))
            ORDER BY is_trial, id
            """, ["limit": limit]
        ) { try $0.text("name") }
        outcome.trialCount = try first("SELECT count(*) AS trials FROM purged") { try $0.integer("trials") } ?? 0
        try removePurged(at: time)
        try executeScript("DROP TABLE temp.purged; DROP TABLE temp.purged_search;")
        return outcome
    }

    /// Takes back what something that stays refers to, until nothing is left to take back.
    private func keepWhatIsNeeded(ignoring kept: [Int]) throws {
        let ignored = Self.list(kept)
        var changes: Int
        repeat {
            changes = try execute(
                """
                DELETE FROM purged WHERE id IN (
                    SELECT rerun_of FROM trial WHERE rerun_of IS NOT NULL AND id NOT IN (SELECT id FROM purged)
                    UNION SELECT incumbent_id FROM race WHERE trial_id NOT IN (SELECT id FROM purged)
                    UNION SELECT source_id FROM result_origin
                        WHERE source_id IS NOT NULL AND trial_id NOT IN (SELECT id FROM purged)
                    UNION SELECT trial_id FROM observation
                        WHERE origin = 'warm-start' AND search_id NOT IN (SELECT id FROM purged_search)
                    UNION SELECT trial_id FROM artifact WHERE trial_id IS NOT NULL AND deleted_at IS NULL
                        AND id NOT IN (SELECT value FROM json_each(:ignored)))
                """, ["ignored": ignored])
            changes += try execute(
                """
                DELETE FROM purged_search WHERE id IN (
                    SELECT search_id FROM trial WHERE id NOT IN (SELECT id FROM purged)
                    UNION SELECT source_search_id FROM search_source
                        WHERE search_id NOT IN (SELECT id FROM purged_search)
                    UNION SELECT source_search_id FROM observation
                        WHERE source_search_id IS NOT NULL AND search_id NOT IN (SELECT id FROM purged_search)
                    UNION SELECT search_id FROM artifact WHERE search_id IS NOT NULL AND deleted_at IS NULL
                        AND id NOT IN (SELECT value FROM json_each(:ignored)))
                """, ["ignored": ignored])
            // Trials in sight of a search that stays after all stay with it.
            changes += try execute(
                """
                DELETE FROM purged WHERE id IN (
                    SELECT id FROM trial
                    WHERE archived_at IS NULL AND search_id NOT IN (SELECT id FROM purged_search))
                """)
        } while changes > 0
    }

    /// Children first; what the triggers ask for is that the trials are marked.
    private func removePurged(at time: String) throws {
        try execute(
            "UPDATE trial SET archived_at = :time WHERE archived_at IS NULL AND id IN (SELECT id FROM purged)",
            ["time": time])
        let (trials, searches) = ("IN (SELECT id FROM purged)", "IN (SELECT id FROM purged_search)")
        for table in [
            "suggestion", "metric", "example_result", "training_loss", "race", "result_origin", "attempt",
            "trial_transition",
            "recommendation", "tag", "note", "event", "artifact",
        ] {
            try execute("DELETE FROM \(table) WHERE trial_id \(trials)")
        }
        try execute("DELETE FROM observation WHERE trial_id \(trials) OR search_id \(searches)")
        // The ones that repeat before the ones that are repeated.
        while try execute(
            """
            DELETE FROM trial WHERE id \(trials) AND id NOT IN (
                SELECT rerun_of FROM trial WHERE rerun_of IS NOT NULL)
            """) > 0
        {}
        for table in [
            "recommendation", "search_transition", "search_source", "importance", "tag", "note", "event", "artifact",
        ] {
            try execute("DELETE FROM \(table) WHERE search_id \(searches)")
        }
        try execute("DELETE FROM search WHERE id \(searches)")
    }
}
