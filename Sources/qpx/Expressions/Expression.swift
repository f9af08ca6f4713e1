/// What `--where`, `--sort`, `--columns` and `--fail-if` say: numbers, text, names, arithmetic, comparisons, logic.
///
/// Only its shape: what a name means depends on where the expression stands. It is never pasted into SQL.
///
///     condition  = conjunction { "or" conjunction }
///     conjunction = negation { "and" negation }
///     negation   = "not" negation | comparison
///     comparison = sum { ( "=" "!=" "<" "<=" ">" ">=" ) sum } | sum [ "not" ] "in" "(" sum { "," sum } ")"
///                | sum ( "~" | "!~" ) text | sum "is" [ "not" ] "missing"
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = "-" factor | number | text | name | name "(" sum { "," sum } ")" | "(" condition ")"
indirect enum Expression: Sendable, Equatable {
    /// How two values are compared.
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    /// How two numbers become one.
    enum Arithmetic: String, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
    }

    /// What is made of numbers.
    enum Function: String, Sendable, CaseIterable {
        case abs
        case min
        case max
    }

    /// A name as it was written.
    struct Name: Sendable, Equatable {
        /// Its parts, which points join.
        var parts: [String]
        /// Where it stands, in characters from 1.
        var position: Int

        /// The name with its points.
        var text: String { parts.joined(separator: ".") }
    }

    case number(Double)
    case text(String, position: Int)
    case boolean(Bool)
    case name(Name)
    case negative(Expression)
    case arithmetic(Arithmetic, Expression, Expression)
    case call(Function, [Expression])
    case comparison(Comparison, Expression, Expression)
    /// Whether text fits a pattern with `*` and `?`.
    case matches(Expression, pattern: String)
    case isMissing(Expression)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)

    /// Reads an expression.
    /// - Throws: `ExpressionError` with the place and what is wrong.
    init(_ text: String) throws(ExpressionError) {
        var parser = ExpressionParser(try ExpressionLexer.tokens(text))
        self = try parser.whole()
    }

    /// Every name in it, in the order of the text.
    var names: [Name] {
        switch self {
        case .number, .text, .boolean: []
        case .name(let name): [name]
        case .negative(let part), .matches(let part, _), .isMissing(let part), .not(let part): part.names
        case .arithmetic(_, let a, let b), .comparison(_, let a, let b), .and(let a, let b), .or(let a, let b):
            a.names + b.names
        case .call(_, let arguments): arguments.flatMap(\.names)
        }
    }

    /// Where its first name or text stands; for messages.
    var position: Int? {
        switch self {
        case .number, .boolean: nil
        case .text(_, let position): position
        case .name(let name): name.position
        case .negative(let part), .matches(let part, _), .isMissing(let part), .not(let part): part.position
        case .arithmetic(_, let a, let b), .comparison(_, let a, let b), .and(let a, let b), .or(let a, let b):
            a.position ?? b.position
        case .call(_, let arguments): arguments.lazy.compactMap(\.position).first
        }
    }
}
