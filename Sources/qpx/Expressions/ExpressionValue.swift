/// What an expression comes to where it is computed here, as `qpx compare --fail-if` does.
enum ExpressionValue: Sendable, Equatable {
    case missing
    case number(Double)
    case text(String)
    case boolean(Bool)

    /// "a number", for messages.
    fileprivate var kind: String {
        switch self {
        case .missing: "missing"
        case .number: "a number"
        case .text: "text"
        case .boolean: "a condition"
        }
    }
}

extension Expression {
    /// Computes the expression. As in SQL, a comparison with a missing value is missing itself, neither true nor false.
    ///
    /// - Parameter resolve: the value of a name; throws for names that mean nothing.
    /// - Throws: `ExpressionError` where a value is of the wrong kind, and what `resolve` throws.
    func value(_ resolve: (Name) throws(ExpressionError) -> ExpressionValue) throws(ExpressionError) -> ExpressionValue
    {
        switch self {
        case .number(let value): return .number(value)
        case .text(let value, _): return .text(value)
        case .boolean(let value): return .boolean(value)
        case .name(let name): return try resolve(name)
        case .negative(let part):
            guard let value = try number(part, resolve) else { return .missing }
            return .number(-value)
        case .arithmetic(let operation, let a, let b):
            guard let x = try number(a, resolve), let y = try number(b, resolve) else { return .missing }
            return Self.finite(operation.apply(x, y))
        case .call(let function, let arguments):
            var values: [Double] = []
            for argument in arguments {
                guard let value = try number(argument, resolve) else { return .missing }
                values.append(value)
            }
            return Self.finite(function.apply(values))
        case .comparison(let comparison, let a, let b):
            return try compare(comparison, try a.value(resolve), try b.value(resolve))
        case .matches(let part, let pattern):
            switch try part.value(resolve) {
            case .missing: return .missing
            case .text(let text): return .boolean(Glob(pattern).matches(text))
            case let other: throw mistyped("~ compares text", other)
            }
        case .isMissing(let part): return .boolean(try part.value(resolve) == .missing)
        case .not(let part): return try truth(part, resolve).map { .boolean(!$0) } ?? .missing
        case .and(let a, let b):
            let (x, y) = (try truth(a, resolve), try truth(b, resolve))
            if x == false || y == false { return .boolean(false) }
            return x == nil || y == nil ? .missing : .boolean(true)
        case .or(let a, let b):
            let (x, y) = (try truth(a, resolve), try truth(b, resolve))
            if x == true || y == true { return .boolean(true) }
            return x == nil || y == nil ? .missing : .boolean(false)
        }
    }

    private func compare(
        _ comparison: Comparison, _ a: ExpressionValue, _ b: ExpressionValue
    ) throws(ExpressionError) -> ExpressionValue {
        switch (a, b) {
        case (.missing, _), (_, .missing): return .missing
        case (.number(let x), .number(let y)): return .boolean(comparison.holds(x, y))
        case (.text(let x), .text(let y)): return .boolean(comparison.holds(x, y))
        case (.boolean(let x), .boolean(let y)) where comparison == .equal: return .boolean(x == y)
        case (.boolean(let x), .boolean(let y)) where comparison == .notEqual: return .boolean(x != y)
        default:
            throw ExpressionError("\(a.kind) cannot be compared with \(b.kind)", at: position ?? 1)
        }
    }

    private func number(
        _ part: Expression, _ resolve: (Name) throws(ExpressionError) -> ExpressionValue
    ) throws(ExpressionError) -> Double? {
        switch try part.value(resolve) {
        case .missing: return nil
        case .number(let value): return value
        case let other: throw mistyped("arithmetic takes numbers", other)
        }
    }

    private func truth(
        _ part: Expression, _ resolve: (Name) throws(ExpressionError) -> ExpressionValue
    ) throws(ExpressionError) -> Bool? {
        switch try part.value(resolve) {
        case .missing: return nil
        case .boolean(let value): return value
        case let other: throw part.mistyped("and, or and not join conditions", other)
        }
    }

    private func mistyped(_ wanted: String, _ found: ExpressionValue) -> ExpressionError {
        ExpressionError("\(wanted), and this is \(found.kind)", at: position ?? 1)
    }

    /// What cannot be computed, such as a division by zero, is missing.
    private static func finite(_ value: Double) -> ExpressionValue { value.isFinite ? .number(value) : .missing }
}

extension Expression.Comparison {
    /// Whether it holds between two values.
    func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}

extension Expression.Arithmetic {
    fileprivate func apply(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        }
    }
}

extension Expression.Function {
    fileprivate func apply(_ values: [Double]) -> Double {
        switch self {
        case .abs: Swift.abs(values.first ?? .nan)
        case .min: values.min() ?? .nan
        case .max: values.max() ?? .nan
        }
    }
}
