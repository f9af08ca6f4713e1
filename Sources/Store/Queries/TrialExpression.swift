/// What can be asked of a trial: values, comparisons, logic. Compiled to SQL in which every value is a bound parameter.
///
/// A comparison with a missing value is missing, neither true nor false, and does not choose a trial.
public indirect enum TrialExpression: Sendable, Equatable {
    /// How two values are compared.
    public enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// How two numbers become one.
    public enum Arithmetic: String, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
    }

    /// What is made of numbers.
    public enum Function: String, Sendable, CaseIterable {
        case abs
        case min
        case max
    }

    /// What of a metric.
    public enum MetricPart: String, Sendable, CaseIterable {
        case value
        case standardError = "standard_error"
        case count
    }

    /// What a trial, or its search, can have several of.
    public enum Words: Sendable, Equatable {
        case tag
        case note
    }

    case number(Double)
    case text(String)
    /// What a trial or its search is recorded with.
    case field(TrialField)
    /// A final metric; without a task the mean over those that the trial has.
    case metric(name: String, task: String?, part: MetricPart)
    /// Bits of a layer, or of a module in it; missing where the layer's modules differ.
    case bits(layer: Int, module: String?)
    /// The precision's name of a layer, or of a module in it; missing where the layer's modules differ.
    case precision(layer: Int, module: String?)
    /// How many layers (or modules, where layers are split) have these bits.
    case count(bits: Int)
    /// A setting of the trial's specification, by its key.
    case setting(String)
    case negative(TrialExpression)
    case arithmetic(Arithmetic, TrialExpression, TrialExpression)
    case call(Function, [TrialExpression])
    case comparison(Comparison, TrialExpression, TrialExpression)
    /// Whether text fits a pattern with `*` and `?`.
    case matches(TrialExpression, pattern: String)
    /// Whether one of a trial's or its search's tags or notes is the text, or fits the pattern.
    case has(Words, text: String, isPattern: Bool)
    case isMissing(TrialExpression)
    case not(TrialExpression)
    case and(TrialExpression, TrialExpression)
    case or(TrialExpression, TrialExpression)
}

/// Expressions as SQL text, with the parameters and the tables that the text needs.
struct TrialExpressionSQL {
    /// Values of the parameters.
    private(set) var arguments: [String: any SQLConvertible] = [:]
    private var settings: [String] = []

    /// Settings of searches, each read once and not once for every trial: stands before SELECT.
    var prefix: String {
        guard !settings.isEmpty else { return "" }
        let tables = settings.indices.map { index in
            """
            setting\(index) AS MATERIALIZED
                (SELECT id, json_extract(specification, :setting\(index)) AS value FROM search)
            """
        }
        return "WITH " + tables.joined(separator: ", ") + "\n"
    }

    /// Stands behind the tables of `TrialRecord.selection`.
    var joins: String {
        settings.indices.map { "\n    LEFT JOIN setting\($0) ON setting\($0).id = trial.search_id" }.joined()
    }

    /// The text of an expression; its parameters are added to `arguments`.
    mutating func text(_ expression: TrialExpression) -> String {
        switch expression {
        case .number(let value): return bind(value)
        case .text(let value): return bind(value)
        case .field(let field): return field.sql
        case .metric(let name, let task, let part): return metric(name, task, part)
        case .bits(let layer, let module): return unit("bits", layer, module)
        case .precision(let layer, let module): return unit("precision", layer, module)
        case .count(let bits):
            return
                "(SELECT count(*) FROM allocation_layer WHERE allocation_id = trial.allocation_id AND bits = \(bind(bits)))"
        case .setting(let key): return setting(key)
        case .negative(let part): return "(-\(text(part)))"
        // SQL divides whole numbers without a remainder; nobody means that here.
        case .arithmetic(.divide, let a, let b): return "(1.0 * \(text(a)) / \(text(b)))"
        case .arithmetic(let operation, let a, let b): return "(\(text(a)) \(operation.rawValue) \(text(b)))"
        case .call(let function, let parts):
            return "\(function.rawValue)(\(parts.map { text($0) }.joined(separator: ", ")))"
        case .comparison(let comparison, let a, let b): return "(\(text(a)) \(comparison.rawValue) \(text(b)))"
        case .matches(let part, let pattern): return "(\(text(part)) GLOB \(bind(Self.glob(pattern))))"
        case .has(let words, let word, let isPattern): return has(words, word, isPattern)
        case .isMissing(let part): return "(\(text(part)) IS NULL)"
        case .not(let part): return "(NOT \(text(part)))"
        case .and(let a, let b): return "(\(text(a)) AND \(text(b)))"
        case .or(let a, let b): return "(\(text(a)) OR \(text(b)))"
        }
    }

    private mutating func bind(_ value: any SQLConvertible) -> String {
        let name = "expression\(arguments.count)"
        arguments[name] = value
        return ":" + name
    }

    private mutating func metric(_ name: String, _ task: String?, _ part: TrialExpression.MetricPart) -> String {
        let column = "metric.\(part.rawValue)"
        let place = "FROM metric WHERE metric.trial_id = trial.id AND metric.name = \(bind(name)) AND metric.step = -1"
        guard let task else { return "(SELECT avg(\(column)) \(place))" }
        return "(SELECT \(column) \(place) AND metric.task = \(bind(task)))"
    }

    private mutating func unit(_ column: String, _ layer: Int, _ module: String?) -> String {
        let place = "FROM allocation_layer WHERE allocation_id = trial.allocation_id AND layer = \(bind(layer))"
        guard let module else {
            return "(SELECT CASE WHEN min(\(column)) = max(\(column)) THEN min(\(column)) END \(place))"
        }
        return "(SELECT \(column) \(place) AND module IN ('all', \(bind(module))))"
    }

    private mutating func setting(_ key: String) -> String {
        let index = settings.firstIndex(of: key) ?? settings.count
        if index == settings.count {
            settings.append(key)
            arguments["setting\(index)"] = #"$.""# + key + #"""#
        }
        // What a trial departs in from its search's specification comes first.
        return "coalesce(json_extract(trial.specification, :setting\(index)), setting\(index).value)"
    }

    private mutating func has(_ words: TrialExpression.Words, _ word: String, _ isPattern: Bool) -> String {
        let (table, column) = words == .tag ? ("tag", "name") : ("note", "text")
        let test = isPattern ? "GLOB \(bind(Self.glob(word)))" : "= \(bind(word))"
        return """
            (EXISTS (SELECT 1 FROM \(table) WHERE \(table).trial_id = trial.id AND \(table).\(column) \(test))
                OR EXISTS (SELECT 1 FROM \(table) WHERE \(table).search_id = trial.search_id
                    AND \(table).\(column) \(test)))
            """
    }

    /// SQLite's patterns have a third kind of place, in brackets.
    static func glob(_ pattern: String) -> String {
        pattern.reduce(into: "") { text, character in
            if character == "[" { text += "[[]" } else { text.append(character) }
        }
    }
}
