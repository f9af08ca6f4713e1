/// What a comparison reads of several trials at once.
extension Store {
    /// How trials answered their tasks, by trial; each trial's by task. Questions that several of them answered are read
    /// once.
    public func exampleResults(ofTrials ids: [Int]) throws -> [Int: [ExampleResultRecord]] {
        try read { database in
            let sets = try database.rows(
                """
                SELECT DISTINCT set_id FROM example_result WHERE trial_id IN (SELECT value FROM json_each(:ids))
                ORDER BY set_id
                """, ["ids": Database.list(ids)]
            ) { try $0.integer("set_id") }
            var items: [Int: [(item: String, choices: Int)]] = [:]
            for set in sets { items[set] = try database.exampleItems(ofSet: set) }
            // One array of ids for all results of a set: comparing it with itself costs nothing.
            let names = items.mapValues { $0.map(\.item) }
            var results: [Int: [ExampleResultRecord]] = [:]
            for (trial, set, result) in try database.rows(
                Self.exampleResultsQuery, ["ids": Database.list(ids)],
                { row in
                    let set = try row.integer("set_id")
                    return (
                        try row.integer("trial_id"), set, try ExampleResultRecord(row: row, items: items[set] ?? [])
                    )
                })
            {
                var result = result
                if let shared = names[set] { result.items = shared }
                results[trial, default: []].append(result)
            }
            return results
        }
    }

    static let exampleResultsQuery = """
        SELECT * FROM example_result WHERE trial_id IN (SELECT value FROM json_each(:ids)) ORDER BY trial_id, task
        """

    /// The last recorded step of trials' recoveries, by trial; those without one are not there.
    public func finalTrainingLosses(ofTrials ids: [Int]) throws -> [Int: TrainingLossRecord] {
        try read { database in
            let found = try database.rows(
                Self.finalTrainingLossesQuery, ["ids": Database.list(ids)]
            ) { (try $0.integer("trial_id"), try TrainingLossRecord(row: $0)) }
            return Dictionary(found, uniquingKeysWith: { _, last in last })
        }
    }

    static let finalTrainingLossesQuery = """
        SELECT training_loss.* FROM json_each(:ids) AS asked JOIN training_loss ON training_loss.trial_id = asked.value
        WHERE training_loss.step = (SELECT max(step) FROM training_loss AS other WHERE other.trial_id = asked.value)
        ORDER BY training_loss.trial_id
        """
}
