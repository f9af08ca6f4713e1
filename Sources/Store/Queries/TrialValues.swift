/// A value of an expression.
public enum TrialValue: Sendable, Equatable {
    case missing
    case integer(Int)
    case number(Double)
    case text(String)
}

/// What names there are in a database beside the fields that every trial has.
public struct RecordedNames: Sendable, Equatable {
    /// Final metrics with their tasks, by name and task; the task is empty for a metric that belongs to none.
    public var metrics: [(name: String, task: String)]
    /// Keys of the searches' specifications, in alphabetic order.
    public var settings: [String]

    /// Whether both hold the same names.
    public static func == (a: Self, b: Self) -> Bool {
        a.settings == b.settings
            && a.metrics.map { "\($0.name)\n\($0.task)" } == b.metrics.map { "\($0.name)\n\($0.task)" }
    }
}

extension Store {
    /// Values of expressions for some trials: for each id a value per expression; nothing for ids that do not exist.
    public func values(of expressions: [TrialExpression], ofTrials ids: [Int]) throws -> [Int: [TrialValue]] {
        guard !expressions.isEmpty else { return [:] }
        return try read { database in
            var sql = TrialExpressionSQL()
            let columns = expressions.enumerated().map { "\(sql.text($1)) AS value\($0)" }
            let text =
                sql.prefix + "SELECT trial.id AS id, " + columns.joined(separator: ", ") + TrialRecord.tables
                + sql.joins
                + "\nWHERE trial.id IN (SELECT value FROM json_each(:ids))"
            let rows = try database.rows(
                text, sql.arguments.merging(["ids": Database.list(ids)]) { old, _ in old }
            ) { row in
                (try row.integer("id"), expressions.indices.map { TrialValue(row.value("value\($0)")) })
            }
            return Dictionary(rows, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The names of metrics and settings that are recorded.
    public func recordedNames() throws -> RecordedNames {
        try read { database in
            var metrics: [(name: String, task: String)] = []
            // From one to the next by the index: reading all metrics of all trials takes a hundred times as long.
            while let next = try database.nextMetric(after: metrics.last) { metrics.append(next) }
            let settings = try database.rows(Self.settingNamesQuery) { try $0.text("key") }
            return RecordedNames(metrics: metrics, settings: settings)
        }
    }

    static let nextTaskQuery = """
        SELECT name, task FROM metric WHERE step = -1 AND name = :name AND task > :task ORDER BY name, task LIMIT 1
        """

    static let nextMetricQuery = """
        SELECT name, task FROM metric WHERE step = -1 AND name > :name ORDER BY name, task LIMIT 1
        """

    static let settingNamesQuery = """
        SELECT DISTINCT setting.key AS key FROM search, json_each(search.specification) AS setting ORDER BY key
        """
}

extension Database {
    /// The next name and task in alphabetic order. In two steps: of a comparison of pairs SQLite reads all that is equal.
    fileprivate func nextMetric(after last: (name: String, task: String)?) throws -> (name: String, task: String)? {
        func read(_ row: Row) throws -> (name: String, task: String) { (try row.text("name"), try row.text("task")) }
        if let last,
            let next = try first(Store.nextTaskQuery, ["name": last.name, "task": last.task], read)
        {
            return next
        }
        return try first(Store.nextMetricQuery, ["name": last?.name ?? ""], read)
    }
}

extension TrialValue {
    init(_ value: SQLValue?) {
        switch value {
        case .integer(let value): self = .integer(Int(value))
        case .real(let value): self = .number(value)
        case .text(let value): self = .text(value)
        case .null, .blob, nil: self = .missing
        }
    }
}
