/// Puts the words of an expression together; see `Expression` for the grammar.
struct ExpressionParser {
    private let tokens: [ExpressionToken]
    private var index = 0
    private var depth = 0

    /// Deeper than anybody writes, and far from the end of the stack.
    private static let depthLimit = 100

    /// - Parameter tokens: the last one is `end`.
    init(_ tokens: [ExpressionToken]) { self.tokens = tokens }

    private var token: ExpressionToken { tokens[min(index, tokens.count - 1)] }

    /// The expression that all words together are.
    mutating func whole() throws(ExpressionError) -> Expression {
        guard token.kind != .end else { throw ExpressionError("there is nothing", at: 1) }
        let expression = try condition()
        guard token.kind == .end else { throw unexpected("and, or, a comparison or the end") }
        return expression
    }

    private func unexpected(_ wanted: String) -> ExpressionError {
        token.kind == .end
            ? ExpressionError("the expression ends where \(wanted) should be", at: token.position)
            : ExpressionError("'\(token.text)' stands where \(wanted) should be", at: token.position)
    }

    private mutating func take(_ kind: ExpressionToken.Kind) -> Bool {
        guard token.kind == kind else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard take(.symbol(symbol)) else { throw unexpected("'\(symbol)'") }
    }

    private mutating func condition() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else {
            throw ExpressionError("parentheses are nested too deeply", at: token.position)
        }
        var expression = try conjunction()
        while take(.keyword("or")) { expression = .or(expression, try conjunction()) }
        return expression
    }

    private mutating func conjunction() throws(ExpressionError) -> Expression {
        var expression = try negation()
        while take(.keyword("and")) { expression = .and(expression, try negation()) }
        return expression
    }

    private mutating func negation() throws(ExpressionError) -> Expression {
        var isNegated = false
        while take(.keyword("not")) { isNegated.toggle() }
        let expression = try comparison()
        return isNegated ? .not(expression) : expression
    }

    private mutating func comparison() throws(ExpressionError) -> Expression {
        var left = try sum()
        var whole: Expression?
        // 0.2 <= ratio < 0.5 is two comparisons.
        while case .symbol(let symbol) = token.kind, let comparison = Expression.Comparison(rawValue: symbol) {
            index += 1
            let right = try sum()
            let next = Expression.comparison(comparison, left, right)
            whole = whole.map { .and($0, next) } ?? next
            left = right
        }
        if let whole { return whole }
        switch token.kind {
        case .symbol("~"), .symbol("!~"): return try pattern(left)
        case .keyword("is"):
            index += 1
            let isNegated = take(.keyword("not"))
            guard take(.keyword("missing")) else { throw unexpected("'missing'") }
            return isNegated ? .not(.isMissing(left)) : .isMissing(left)
        case .keyword("in"):
            index += 1
            return try membership(of: left)
        case .keyword("not"):
            index += 1
            guard take(.keyword("in")) else { throw unexpected("'in'") }
            return .not(try membership(of: left))
        default: return left
        }
    }

    private mutating func pattern(_ left: Expression) throws(ExpressionError) -> Expression {
        let isNegated = take(.symbol("!~"))
        if !isNegated { index += 1 }
        guard case .text(let pattern) = token.kind else { throw unexpected("a pattern in quotes, as '*4-bit'") }
        index += 1
        return isNegated ? .not(.matches(left, pattern: pattern)) : .matches(left, pattern: pattern)
    }

    private mutating func membership(of left: Expression) throws(ExpressionError) -> Expression {
        try expect("(")
        var whole = Expression.comparison(.equal, left, try sum())
        while take(.symbol(",")) { whole = .or(whole, .comparison(.equal, left, try sum())) }
        try expect(")")
        return whole
    }

    private mutating func sum() throws(ExpressionError) -> Expression {
        var expression = try product()
        while case .symbol(let symbol) = token.kind, symbol == "+" || symbol == "-" {
            index += 1
            expression = .arithmetic(symbol == "+" ? .add : .subtract, expression, try product())
        }
        return expression
    }

    private mutating func product() throws(ExpressionError) -> Expression {
        var expression = try factor()
        while case .symbol(let symbol) = token.kind, symbol == "*" || symbol == "/" {
            index += 1
            expression = .arithmetic(symbol == "*" ? .multiply : .divide, expression, try factor())
        }
        return expression
    }

    private mutating func factor() throws(ExpressionError) -> Expression {
        var isNegative = false
        while take(.symbol("-")) { isNegative.toggle() }
        let value = try primary()
        guard isNegative else { return value }
        if case .number(let number) = value { return .number(-number) }
        return .negative(value)
    }

    private mutating func primary() throws(ExpressionError) -> Expression {
        let start = token
        switch start.kind {
        case .number(let value):
            index += 1
            return .number(value)
        case .text(let value):
            index += 1
            return .text(value, position: start.position)
        case .keyword("true"), .keyword("false"):
            index += 1
            return .boolean(start.text == "true")
        case .name(let parts):
            index += 1
            guard take(.symbol("(")) else { return .name(.init(parts: parts, position: start.position)) }
            return try call(start, parts)
        case .symbol("("):
            index += 1
            let inner = try condition()
            try expect(")")
            return inner
        default: throw unexpected("a value")
        }
    }

    private mutating func call(_ start: ExpressionToken, _ parts: [String]) throws(ExpressionError) -> Expression {
        let known = Expression.Function.allCases.map(\.rawValue)
        guard parts.count == 1, let function = Expression.Function(rawValue: parts[0]) else {
            throw ExpressionError(
                "unknown function '\(start.text)'." + Suggestion.question(for: start.text, in: known),
                at: start.position, hint: "functions are \(known.joined(separator: ", "))")
        }
        var arguments = [try condition()]
        while take(.symbol(",")) { arguments.append(try condition()) }
        try expect(")")
        guard function == .abs ? arguments.count == 1 : arguments.count >= 2 else {
            throw ExpressionError(
                function == .abs ? "abs takes one value" : "\(function.rawValue) takes two values or more",
                at: start.position)
        }
        return .call(function, arguments)
    }
}
