internal import Store

/// Gives the names of an expression their meaning: from what a user wrote to what the store can answer.
struct TrialExpressionBuilder {
    let catalogue: TrialNameCatalogue

    /// What a condition says, as after `--where`.
    /// - Throws: `ExpressionError` with the place.
    func condition(_ text: String) throws -> TrialExpression { try condition(try Expression(text)) }

    /// What a value says, as after `--columns` and `--sort`.
    func value(_ text: String) throws -> TrialExpression {
        let expression = try Expression(text)
        return isCondition(expression) ? try condition(expression) : try value(expression).expression
    }

    /// How to sort: keys separated by commas, `-` before one for the largest first.
    func keys(_ text: String) throws -> [TrialFilter.Key] {
        try ColumnList.parts(text).map { part in
            let isDescending = part.first == "-"
            return TrialFilter.Key(
                try value(String(isDescending ? part.dropFirst() : part[...])), isDescending: isDescending)
        }
    }

    private typealias Typed = (expression: TrialExpression, kind: TrialField.Kind?)

    private func isCondition(_ expression: Expression) -> Bool {
        switch expression {
        case .comparison, .matches, .isMissing, .not, .and, .or: true
        case .number, .text, .boolean, .name, .negative, .arithmetic, .call: false
        }
    }

    private func condition(_ expression: Expression) throws -> TrialExpression {
        switch expression {
        case .comparison(let comparison, let a, let b): return try compare(comparison, a, b)
        case .matches(let part, let pattern): return try matches(part, pattern)
        case .isMissing(.name(let name)):
            if case .words(let words) = try catalogue.meaning(of: name) {
                return .not(.has(words, text: "*", isPattern: true))
            }
            return .isMissing(try value(.name(name)).expression)
        case .isMissing(let part): return .isMissing(try value(part).expression)
        case .not(let part): return .not(try condition(part))
        case .and(let a, let b): return .and(try condition(a), try condition(b))
        case .or(let a, let b): return .or(try condition(a), try condition(b))
        case .boolean(let value): return .comparison(.equal, .number(value ? 1 : 0), .number(1))
        case .name(let name):
            guard case .value(let value, .boolean, _) = try catalogue.meaning(of: name) else {
                throw ExpressionError(
                    "'\(name.text)' is no condition", at: name.position, hint: "compare it, as in \(name.text) > 0.5")
            }
            return .comparison(.equal, value, .number(1))
        case .number, .text, .negative, .arithmetic, .call:
            throw ExpressionError("this is a value, not a condition", at: expression.position ?? 1)
        }
    }

    private func compare(_ comparison: Expression.Comparison, _ a: Expression, _ b: Expression) throws
        -> TrialExpression
    {
        if let found = try compareWords(comparison, a, b) { return found }
        // A word without quotes is text where the other side is: state = complete.
        let (left, right) = (try bareWord(a, beside: b) ?? a, try bareWord(b, beside: a) ?? b)
        try check(left, isOneOf: try words(of: right))
        try check(right, isOneOf: try words(of: left))
        let (x, y) = (try value(left), try value(right))
        if let first = x.kind, let second = y.kind, first != second {
            throw ExpressionError(
                "\(Self.name(first)) cannot be compared with \(Self.name(second))", at: a.position ?? b.position ?? 1)
        }
        return .comparison(Self.store(comparison), x.expression, y.expression)
    }

    private static func store(_ comparison: Expression.Comparison) -> TrialExpression.Comparison {
        switch comparison {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }

    /// `tag = paper`: whether one of the tags is.
    private func compareWords(
        _ comparison: Expression.Comparison, _ a: Expression, _ b: Expression
    ) throws -> TrialExpression? {
        for (one, other) in [(a, b), (b, a)] {
            guard case .name(let name) = one, ["tag", "note"].contains(name.text),
                case .words(let words) = try catalogue.meaning(of: name)
            else { continue }
            let text: String
            switch other {
            case .text(let value, _): text = value
            case .name(let name): text = name.text
            default: throw ExpressionError("'\(name.text)' is compared with text", at: name.position)
            }
            guard comparison == .equal || comparison == .notEqual else {
                throw ExpressionError("'\(name.text)' has no order", at: name.position, hint: "use =, !=, ~ or !~")
            }
            let has = TrialExpression.has(words, text: text, isPattern: false)
            return comparison == .equal ? has : .not(has)
        }
        return nil
    }

    private func matches(_ part: Expression, _ pattern: String) throws -> TrialExpression {
        if case .name(let name) = part, case .words(let words) = try catalogue.meaning(of: name) {
            return .has(words, text: pattern, isPattern: true)
        }
        let (expression, kind) = try value(part)
        guard kind != .number, kind != .boolean else {
            throw ExpressionError("~ compares text, and this is a number", at: part.position ?? 1)
        }
        return .matches(expression, pattern: pattern)
    }

    private func bareWord(_ expression: Expression, beside other: Expression) throws -> Expression? {
        guard case .name(let name) = expression, name.parts.count == 1, case .name(let field) = other,
            case .value(_, let kind, _) = try? catalogue.meaning(of: field), kind == .text || kind == nil,
            try (try? catalogue.meaning(of: name)) == nil || words(of: other)?.contains(name.text) == true
        else { return nil }
        return .text(name.text, position: name.position)
    }

    private func words(of expression: Expression) throws -> [String]? {
        guard case .name(let name) = expression, case .value(_, _, let words) = try catalogue.meaning(of: name) else {
            return nil
        }
        return words
    }

    private func check(_ expression: Expression, isOneOf words: [String]?) throws {
        guard let words, case .text(let text, let position) = expression, !words.contains(text) else { return }
        throw ExpressionError(
            "'\(text)' is none of \(words.joined(separator: ", "))." + Suggestion.question(for: text, in: words),
            at: position)
    }

    private func value(_ expression: Expression) throws -> Typed {
        switch expression {
        case .number(let value): return (.number(value), .number)
        case .text(let value, _): return (.text(value), .text)
        case .boolean(let value): return (.number(value ? 1 : 0), .boolean)
        case .name(let name):
            guard case .value(let value, let kind, _) = try catalogue.meaning(of: name) else {
                throw ExpressionError("'\(name.text)' may be several", at: name.position, hint: "use =, !=, ~ or !~")
            }
            return (value, kind)
        case .negative(let part): return (.negative(try number(part)), .number)
        case .arithmetic(let operation, let a, let b):
            let own: TrialExpression.Arithmetic =
                switch operation {
                case .add: .add
                case .subtract: .subtract
                case .multiply: .multiply
                case .divide: .divide
                }
            return (.arithmetic(own, try number(a), try number(b)), .number)
        case .call(let function, let arguments):
            let own: TrialExpression.Function =
                switch function {
                case .abs: .abs
                case .min: .min
                case .max: .max
                }
            return (.call(own, try arguments.map(number)), .number)
        case .comparison, .matches, .isMissing, .not, .and, .or: return (try condition(expression), .boolean)
        }
    }

    private func number(_ expression: Expression) throws -> TrialExpression {
        let (value, kind) = try value(expression)
        guard kind == .number || kind == nil else {
            throw ExpressionError(
                "arithmetic takes numbers, and this is \(Self.name(kind ?? .text))", at: expression.position ?? 1)
        }
        return value
    }

    private static func name(_ kind: TrialField.Kind) -> String {
        switch kind {
        case .number: "a number"
        case .text: "text"
        case .boolean: "true or false"
        }
    }
}
