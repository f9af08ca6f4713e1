extension Store {
    /// The metrics of trials, by trial; each trial's by task, name and step.
    public func metrics(ofTrials ids: [Int]) throws -> [Int: [MetricRecord]] {
        try read { try $0.metrics(ofTrials: ids) }
    }

    /// The final metrics of all trials of a search that are not archived, by trial.
    public func metrics(ofSearch id: Int) throws -> [Int: [MetricRecord]] {
        try read { try $0.metrics(Self.searchMetricsQuery, ["search": id]) }
    }

    static let searchMetricsQuery = """
        SELECT metric.* FROM trial JOIN metric ON metric.trial_id = trial.id
        WHERE trial.search_id = :search AND trial.archived_at IS NULL AND metric.step = -1
        ORDER BY metric.trial_id, metric.task, metric.name
        """

    /// How a trial answered its tasks, by task.
    public func exampleResults(ofTrial id: Int) throws -> [ExampleResultRecord] {
        try read { database in
            let found = try database.rows(
                "SELECT task, set_id FROM example_result WHERE trial_id = :trial ORDER BY task", ["trial": id]
            ) { (task: try $0.text("task"), set: try $0.integer("set_id")) }
            return try found.compactMap { result in
                let items = try database.exampleItems(ofSet: result.set)
                return try database.first(
                    "SELECT * FROM example_result WHERE trial_id = :trial AND task = :task",
                    ["trial": id, "task": result.task]
                ) { try ExampleResultRecord(row: $0, items: items) }
            }
        }
    }

    /// Every step of a trial's recovery.
    public func trainingLosses(ofTrial id: Int) throws -> [TrainingLossRecord] {
        try read { database in
            try database.rows(
                "SELECT * FROM training_loss WHERE trial_id = :trial ORDER BY step", ["trial": id],
                TrainingLossRecord.init(row:))
        }
    }
}

extension Database {
    func metrics(ofTrials ids: [Int]) throws -> [Int: [MetricRecord]] {
        try metrics(
            """
            SELECT * FROM metric WHERE trial_id IN (SELECT value FROM json_each(:ids))
            ORDER BY trial_id, task, name, step
            """, ["ids": Self.list(ids)])
    }

    fileprivate func metrics(_ sql: String, _ arguments: [String: any SQLConvertible]) throws -> [Int: [MetricRecord]] {
        var metrics: [Int: [MetricRecord]] = [:]
        for (trial, metric) in try rows(
            sql, arguments, { (try $0.integer("trial_id"), try MetricRecord(row: $0)) })
        {
            metrics[trial, default: []].append(metric)
        }
        return metrics
    }

    func exampleItems(ofSet id: Int) throws -> [(item: String, choices: Int)] {
        try rows(
            "SELECT item, choices FROM example_item WHERE set_id = :set ORDER BY position", ["set": id]
        ) { row in
            let choices = try row.integer("choices")
            guard (1...ExampleResultRecord.choiceLimit).contains(choices) else {
                throw StoreError.badRow(column: "choices", reason: "\(choices)")
            }
            return (try row.text("item"), choices)
        }
    }
}
