/// Which trials, and in what order. Everything that is set must hold.
public struct TrialFilter: Sendable {
    /// How to sort; trials that are alike in all of it come by search and number.
    public enum Order: Sendable, Equatable {
        /// By search and number.
        case number
        /// The latest first.
        case newest
        /// By the value of the objective, the best first; trials without one come last.
        case objective(ObjectiveDirection)
        /// By values, the first one first; where one is missing, last.
        case values([Key])
    }

    /// A value to sort by.
    public struct Key: Sendable, Equatable {
        /// The value.
        public var expression: TrialExpression
        /// Whether the largest comes first.
        public var isDescending: Bool

        /// A key from its parts.
        public init(_ expression: TrialExpression, isDescending: Bool = false) {
            self.expression = expression
            self.isDescending = isDescending
        }
    }

    /// Row ids of searches; empty for all.
    public var searches: [Int] = []
    /// Row ids of trials; nil for any.
    public var ids: [Int]?
    /// Numbers in the search; empty for all.
    public var numbers: [ClosedRange<Int>] = []
    /// States; empty for all.
    public var states: [TrialState] = []
    /// Kinds; empty for all.
    public var kinds: [TrialKind] = []
    /// What must hold; nil for anything.
    public var condition: TrialExpression?
    /// Whether archived trials, and those of archived searches, are shown too.
    public var includesArchived = false
    /// How to sort.
    public var order = Order.number
    /// How many at most; nil for all.
    public var limit: Int?
    /// How many are passed over first.
    public var offset = 0

    /// All trials that are not archived.
    public init() {}

    /// The trials of one search that are not archived.
    public init(search id: Int) { searches = [id] }

    /// A selection of row ids alone.
    static let idColumn = "SELECT trial.id AS id" + TrialRecord.tables

    /// The SQL of the trials, and the values of its parameters.
    func query(
        columns: String = TrialRecord.selection
    ) -> (sql: String, arguments: [String: any SQLConvertible]) {
        var conditions = conditions()
        let order = orderClause(&conditions)
        var sql = conditions.statement(columns) + "\nORDER BY " + order
        if limit != nil || offset > 0 {
            sql += "\nLIMIT :limit OFFSET :offset"
            conditions.add(["limit": limit ?? -1, "offset": offset])
        }
        return (sql, conditions.arguments)
    }

    /// The SQL that counts the trials, whatever the limit.
    func countQuery() -> (sql: String, arguments: [String: any SQLConvertible]) {
        let conditions = conditions()
        return (conditions.statement("SELECT count(*) AS trials" + TrialRecord.tables), conditions.arguments)
    }

    private func conditions() -> SQLConditions {
        var conditions = SQLConditions()
        if !searches.isEmpty { conditions.addAny("trial.search_id", searches) }
        if let ids {
            conditions.add("trial.id IN (SELECT value FROM json_each(:ids))", ["ids": Database.list(ids)])
        }
        if !states.isEmpty { conditions.addAny("trial.state", states) }
        if !kinds.isEmpty { conditions.addAny("trial.kind", kinds) }
        if !numbers.isEmpty { conditions.addNumbers(numbers) }
        if let condition { conditions.add(condition) }
        if !includesArchived { conditions.add("trial.archived_at IS NULL AND search.archived_at IS NULL", [:]) }
        return conditions
    }

    private func orderClause(_ conditions: inout SQLConditions) -> String {
        let byNumber = "trial.search_id, trial.number"
        switch order {
        case .number: return byNumber
        case .newest: return "trial.id DESC"
        case .objective(.maximize): return "trial.objective_value DESC NULLS LAST, \(byNumber)"
        case .objective(.minimize): return "trial.objective_value ASC NULLS LAST, \(byNumber)"
        case .values(let keys):
            let texts = keys.map { key in
                conditions.text(key.expression) + (key.isDescending ? " DESC" : " ASC") + " NULLS LAST"
            }
            return (texts + [byNumber]).joined(separator: ", ")
        }
    }
}

/// The conditions of a WHERE clause, joined by AND, with their parameters.
private struct SQLConditions {
    private var texts: [String] = []
    private var own: [String: any SQLConvertible] = [:]
    private var expressions = TrialExpressionSQL()

    var arguments: [String: any SQLConvertible] { own.merging(expressions.arguments) { _, new in new } }

    /// The whole statement from its beginning, "SELECT … FROM …".
    func statement(_ selection: String) -> String {
        let condition = texts.isEmpty ? "" : "\nWHERE " + texts.joined(separator: "\n    AND ")
        return expressions.prefix + selection + expressions.joins + condition
    }

    /// The SQL of an expression.
    mutating func text(_ expression: TrialExpression) -> String { expressions.text(expression) }

    mutating func add(_ values: [String: any SQLConvertible]) { own.merge(values) { _, new in new } }

    mutating func add(_ text: String, _ values: [String: any SQLConvertible]) {
        texts.append(text)
        add(values)
    }

    /// The column has one of the values.
    mutating func addAny(_ column: String, _ values: [any SQLConvertible]) {
        let names = values.map { value in
            let name = "value\(own.count)"
            own[name] = value
            return ":" + name
        }
        texts.append("\(column) IN (\(names.joined(separator: ", ")))")
    }

    mutating func addNumbers(_ ranges: [ClosedRange<Int>]) {
        let parts = ranges.map { range in
            let index = own.count
            own["from\(index)"] = range.lowerBound
            own["to\(index)"] = range.upperBound
            return "trial.number BETWEEN :from\(index) AND :to\(index)"
        }
        texts.append("(" + parts.joined(separator: " OR ") + ")")
    }

    mutating func add(_ condition: TrialExpression) {
        for part in condition.conjuncts {
            switch part {
            case .comparison(.equal, .bits(let layer, let module), .number(let bits)):
                addAllocations(layer, module, bits)
            case .comparison(let comparison, .metric(let name, let task?, .value), .number(let bound))
            where comparison != .notEqual:
                addMetric(name, task, comparison, bound)
            default: texts.append(text(part))
            }
        }
    }

    /// The same as the comparison for each trial by itself, found by the index of final metrics.
    private mutating func addMetric(
        _ name: String, _ task: String, _ comparison: TrialExpression.Comparison, _ bound: Double
    ) {
        let index = own.count
        add(
            """
            trial.id IN (
                SELECT trial_id FROM metric WHERE step = -1 AND name = :name\(index) AND task = :task\(index)
                    AND value \(comparison.rawValue) :bound\(index))
            """, ["name\(index)": name, "task\(index)": task, "bound\(index)": bound])
    }

    /// The same as the comparison for each trial by itself; there are fewer allocations than trials.
    private mutating func addAllocations(_ layer: Int, _ module: String?, _ bits: Double) {
        let index = own.count
        var values: [String: any SQLConvertible] = ["layer\(index)": layer, "bits\(index)": bits]
        let place = "SELECT allocation_id FROM allocation_layer WHERE layer = :layer\(index)"
        guard let module else {
            // A layer that is split has the bits if all of its modules have.
            add(
                """
                trial.allocation_id IN (
                    \(place) AND bits = :bits\(index) EXCEPT \(place) AND bits <> :bits\(index))
                """, values)
            return
        }
        values["module\(index)"] = module
        add(
            "trial.allocation_id IN (\(place) AND bits = :bits\(index) AND module IN ('all', :module\(index)))", values)
    }
}

extension TrialExpression {
    /// The parts that must all hold.
    fileprivate var conjuncts: [TrialExpression] {
        guard case .and(let a, let b) = self else { return [self] }
        return a.conjuncts + b.conjuncts
    }
}
