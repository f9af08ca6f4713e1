extension Store {
    /// How trials did in their races, by trial; those that could not be stopped have none.
    public func races(ofTrials ids: [Int]) throws -> [Int: RaceRecord] {
        try read { database in
            let found = try database.rows(
                RaceRecord.selection + "\nWHERE race.trial_id IN (SELECT value FROM json_each(:ids))",
                ["ids": Database.list(ids)]
            ) { (try $0.integer("trial_id"), try RaceRecord(row: $0)) }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }

    /// How many trials of a search were stopped early, reruns and archived ones not counted.
    public func stoppedTrials(ofSearch id: Int) throws -> Int {
        try read { database in
            try database.first(
                """
                SELECT count(*) AS stopped FROM trial
                WHERE search_id = :search AND state = 'complete' AND fidelity < 1 AND kind <> 'rerun'
                    AND archived_at IS NULL
                """, ["search": id]
            ) { try $0.integer("stopped") } ?? 0
        }
    }

    /// Whom a trial of a search races against now: the best complete candidate within the budget that was evaluated whole
    /// and whose results are there example by example; the earlier of equals. Nil when there is none.
    /// - Parameter bytes: of all weights, at most; nil for any.
    public func incumbent(ofSearch id: Int, upTo bytes: Int? = nil) throws -> TrialRecord? {
        try read { database in
            let search = try database.search(id: id)
            return try database.first(
                Self.incumbentQuery(search.direction), ["search": search.id, "bytes": bytes], TrialRecord.init(row:))
        }
    }

    static func incumbentQuery(_ direction: ObjectiveDirection) -> String {
        """
        \(TrialRecord.selection)
        WHERE trial.search_id = :search AND trial.state = 'complete' AND trial.archived_at IS NULL
            AND trial.objective_value IS NOT NULL AND trial.within_budget IS NOT 0 AND trial.fidelity = 1
            AND trial.kind IN ('proposal', 'baseline', 'initial')
            AND (:bytes IS NULL OR trial.weight_bytes <= :bytes)
            AND EXISTS (SELECT 1 FROM example_result WHERE example_result.trial_id = trial.id)
        ORDER BY trial.objective_value \(direction == .maximize ? "DESC" : "ASC"), trial.number
        LIMIT 1
        """
    }
}
