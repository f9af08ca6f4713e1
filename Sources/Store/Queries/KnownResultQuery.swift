extension Store {
    /// The first trial whose result was computed from the same inputs, whole, by this program; archived ones are out of sight,
    /// but their digits are the same.
    /// - Parameter digest: of everything that the result depends on.
    public func trial(withResult digest: String) throws -> TrialRecord? {
        try read { database in
            try database.first(Self.knownResultQuery, ["digest": digest], TrialRecord.init(row:))
        }
    }

    static let knownResultQuery = """
        \(TrialRecord.selection)
        WHERE trial.id IN (SELECT trial_id FROM result_origin WHERE digest = :digest AND source_id IS NULL)
            AND trial.state = 'complete' AND trial.fidelity = 1 AND trial.kind <> 'rerun'
        ORDER BY trial.id LIMIT 1
        """

    /// What a complete trial brought, to be recorded of another one with the same inputs; its files are not part of it.
    public func result(ofTrial id: Int) throws -> TrialResult {
        let trial = try trial(id: id)
        return TrialResult(
            objectiveValue: trial.objectiveValue, objectiveStandardError: trial.objectiveStandardError,
            durationSeconds: trial.durationSeconds ?? 0, metrics: try metrics(ofTrials: [id])[id] ?? [],
            exampleResults: try exampleResults(ofTrial: id), trainingLosses: try trainingLosses(ofTrial: id))
    }

    /// Where the results of trials are from, by trial; of trials that another program measured nothing is known.
    public func origins(ofTrials ids: [Int]) throws -> [Int: ResultOrigin] {
        try read { database in
            let found = try database.rows(
                ResultOrigin.selection + "\nWHERE result_origin.trial_id IN (SELECT value FROM json_each(:ids))",
                ["ids": Database.list(ids)]
            ) { (try $0.integer("trial_id"), try ResultOrigin(row: $0)) }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }
}
