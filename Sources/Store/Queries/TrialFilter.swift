/// Which trials, and in what order. Everything that is set must hold.
public struct TrialFilter: Sendable {
    /// How to sort.
    public enum Order: Sendable, Equatable {
        /// By search and number.
        case number
        /// The latest first.
        case newest
        /// By the value of the objective; trials without one come last.
        case objective(ObjectiveDirection)
        /// The smallest first.
        case weightBytes

        fileprivate var sql: String {
            switch self {
            case .number: "trial.search_id, trial.number"
            case .newest: "trial.id DESC"
            case .objective(.maximize): "trial.objective_value DESC NULLS LAST, trial.search_id, trial.number"
            case .objective(.minimize): "trial.objective_value ASC NULLS LAST, trial.search_id, trial.number"
            case .weightBytes: "trial.weight_bytes ASC NULLS LAST, trial.search_id, trial.number"
            }
        }
    }

    /// A bound on a final metric.
    public struct MetricBound: Sendable, Equatable {
        /// The metric's name.
        public var name: String
        /// Its task; nil for any.
        public var task: String?
        /// The range in which the value must lie.
        public var range: ClosedRange<Double>

        /// A bound from its parts.
        public init(name: String, task: String? = nil, range: ClosedRange<Double>) {
            self.name = name
            self.task = task
            self.range = range
        }
    }

    /// The precision of a layer, or of a module in it.
    public struct LayerBits: Sendable, Equatable {
        /// The layer, from 0.
        public var layer: Int
        /// A module such as "q_proj", also as part of a whole layer; nil for layers that are not split.
        public var module: String?
        /// The bits, scales not included.
        public var bits: Int

        /// A precision from its parts.
        public init(layer: Int, module: String? = nil, bits: Int) {
            self.layer = layer
            self.module = module
            self.bits = bits
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
    /// Layers that must have certain bits.
    public var layers: [LayerBits] = []
    /// Bounds on final metrics.
    public var metrics: [MetricBound] = []
    /// The most bytes of weights.
    public var maximumWeightBytes: Int?
    /// Whether archived trials, and those of archived searches, are shown too.
    public var includesArchived = false
    /// How to sort.
    public var order = Order.number
    /// How many at most; nil for all.
    public var limit: Int?

    /// All trials that are not archived.
    public init() {}

    /// The trials of one search that are not archived.
    public init(search id: Int) { searches = [id] }

    /// The SQL and the values of its parameters.
    func query() -> (sql: String, arguments: [String: any SQLConvertible]) {
        var conditions = SQLConditions()
        if !searches.isEmpty { conditions.addAny("trial.search_id", searches) }
        if let ids {
            conditions.add("trial.id IN (SELECT value FROM json_each(:ids))", ["ids": Database.list(ids)])
        }
        if !states.isEmpty { conditions.addAny("trial.state", states) }
        if !kinds.isEmpty { conditions.addAny("trial.kind", kinds) }
        if !numbers.isEmpty { conditions.addNumbers(numbers) }
        for layer in layers { conditions.add(layer) }
        for metric in metrics { conditions.add(metric) }
        if let maximumWeightBytes {
            conditions.add("trial.weight_bytes <= :maximum_bytes", ["maximum_bytes": maximumWeightBytes])
        }
        if !includesArchived { conditions.add("trial.archived_at IS NULL AND search.archived_at IS NULL", [:]) }
        var sql = TrialRecord.selection + conditions.whereClause + "\nORDER BY " + order.sql
        if let limit {
            sql += "\nLIMIT :limit"
            conditions.arguments["limit"] = limit
        }
        return (sql, conditions.arguments)
    }
}

/// The conditions of a WHERE clause, joined by AND, with their parameters.
private struct SQLConditions {
    private var texts: [String] = []
    var arguments: [String: any SQLConvertible] = [:]

    var whereClause: String { texts.isEmpty ? "" : "\nWHERE " + texts.joined(separator: "\n    AND ") }

    mutating func add(_ text: String, _ values: [String: any SQLConvertible]) {
        texts.append(text)
        arguments.merge(values) { _, new in new }
    }

    /// The column has one of the values.
    mutating func addAny(_ column: String, _ values: [any SQLConvertible]) {
        let names = values.map { value in
            let name = "value\(arguments.count)"
            arguments[name] = value
            return ":" + name
        }
        texts.append("\(column) IN (\(names.joined(separator: ", ")))")
    }

    mutating func addNumbers(_ ranges: [ClosedRange<Int>]) {
        let parts = ranges.map { range in
            let index = arguments.count
            arguments["from\(index)"] = range.lowerBound
            arguments["to\(index)"] = range.upperBound
            return "trial.number BETWEEN :from\(index) AND :to\(index)"
        }
        texts.append("(" + parts.joined(separator: " OR ") + ")")
    }

    mutating func add(_ layer: TrialFilter.LayerBits) {
        let index = arguments.count
        add(
            """
            trial.allocation_id IN (
                SELECT allocation_id FROM allocation_layer
                WHERE layer = :layer\(index) AND bits = :bits\(index) AND module IN ('all', :module\(index)))
            """, ["layer\(index)": layer.layer, "bits\(index)": layer.bits, "module\(index)": layer.module ?? "all"])
    }

    mutating func add(_ bound: TrialFilter.MetricBound) {
        let index = arguments.count
        var text = """
            EXISTS (SELECT 1 FROM metric WHERE metric.trial_id = trial.id AND metric.name = :name\(index)
                AND metric.step = -1 AND metric.value BETWEEN :low\(index) AND :high\(index)
            """
        var values: [String: any SQLConvertible] = [
            "name\(index)": bound.name,
            // Infinite bounds would be bound as NULL; the largest numbers mean the same here.
            "low\(index)": max(bound.range.lowerBound, -.greatestFiniteMagnitude),
            "high\(index)": min(bound.range.upperBound, .greatestFiniteMagnitude),
        ]
        if let task = bound.task {
            text += " AND metric.task = :task\(index)"
            values["task\(index)"] = task
        }
        add(text + ")", values)
    }
}
