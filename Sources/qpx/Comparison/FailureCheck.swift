internal import Store

/// A condition under which a script is to stop, such as `accuracy < baseline - 2*se`, for each trial of a comparison.
///
/// Names are metrics (`acc.piqa`, `loss`), the objective, and what a trial weighs and took; `baseline.NAME` is the same of
/// the baseline, `se.NAME` the standard error of the difference to it. Without a name, `baseline` and `se` are those of
/// what they are compared with.
struct FailureCheck: Sendable {
    /// As it was written.
    let text: String
    private let expression: Expression

    private static let flag = "--fail-if"

    /// - Throws: `Failure` with status 64 for what is no condition.
    init(_ text: String) throws(Failure) {
        self.text = text
        do {
            expression = try Self.completed(try Expression(text))
        } catch {
            throw error.failure(of: Self.flag)
        }
    }

    /// A trial for which the condition holds.
    struct Finding: Sendable, Equatable {
        var trial: String
        /// The comparisons that hold, with numbers: "0.5938 < 0.6386".
        var sides: [String]
    }

    /// The trials for which it holds: of all but the baseline.
    /// - Throws: `Failure` with status 64 for a name that means nothing, and where a value is missing: what cannot be
    ///   checked has not passed.
    func findings(_ comparison: TrialComparison) throws(Failure) -> [Finding] {
        var findings: [Finding] = []
        for index in comparison.trials.indices.dropFirst() {
            let names = CheckNames(comparison: comparison, index: index)
            let trial = comparison.trials[index].trial.name
            do {
                switch try expression.value(names.value) {
                case .boolean(true):
                    findings.append(Finding(trial: trial, sides: try Self.sides(expression, names)))
                case .boolean(false): continue
                case .missing:
                    let missing = try expression.names.filter { name throws(ExpressionError) in
                        try names.value(name) == .missing
                    }.map(\.text)
                    throw Failure.usage(
                        "\(Self.flag): '\(text)' cannot be checked for \(trial): "
                            + (missing.isEmpty ? "it has no value" : "\(missing.joined(separator: ", ")) is missing"))
                case .number, .text:
                    throw Failure.usage(
                        "\(Self.flag): '\(text)' is no condition", hint: "as in 'accuracy < baseline - 2*se'")
                }
            } catch let error as ExpressionError {
                throw error.failure(of: Self.flag)
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(error)
            }
        }
        return findings
    }

    /// One line that says what holds, for which trials, with the numbers.
    static func failure(_ checks: [(check: FailureCheck, findings: [Finding])]) -> Failure? {
        let texts = checks.filter { !$0.findings.isEmpty }.map { entry in
            let trials = entry.findings.map { "\($0.trial) (\($0.sides.joined(separator: ", ")))" }
            return "'\(entry.check.text)' holds for \(trials.joined(separator: ", "))"
        }
        return texts.isEmpty ? nil : Failure(.checkFailed, "\(flag): " + texts.joined(separator: "; "))
    }
}

extension FailureCheck {
    /// The comparisons of an expression that hold, with the numbers of their sides.
    private static func sides(_ expression: Expression, _ names: CheckNames) throws(ExpressionError) -> [String] {
        switch expression {
        case .comparison(let comparison, let a, let b):
            guard try expression.value(names.value) == .boolean(true) else { return [] }
            let texts = (text(try a.value(names.value)), text(try b.value(names.value)))
            return ["\(texts.0) \(comparison.rawValue) \(texts.1)"]
        case .and(let a, let b), .or(let a, let b): return try sides(a, names) + sides(b, names)
        case .matches(let part, let pattern): return ["\(text(try part.value(names.value))) ~ '\(pattern)'"]
        case .not(let part), .isMissing(let part):
            return try part.names.map { name throws(ExpressionError) in
                "\(name.text) is \(text(try names.value(name)))"
            }
        case .number, .text, .boolean, .name, .negative, .arithmetic, .call: return []
        }
    }

    private static func text(_ value: ExpressionValue) -> String {
        switch value {
        case .missing: "missing"
        case .number(let number): number == number.rounded() ? NumberText.exact(number) : NumberText.fixed(number, 6)
        case .text(let text): "'\(text)'"
        case .boolean(let value): value ? "true" : "false"
        }
    }

    /// The expression with what `baseline` and `se` stand for.
    private static func completed(_ expression: Expression) throws(ExpressionError) -> Expression {
        switch expression {
        case .comparison(let comparison, let a, let b):
            let subject = try subject(of: a.names + b.names)
            return .comparison(comparison, a.completed(with: subject), b.completed(with: subject))
        case .and(let a, let b): return .and(try completed(a), try completed(b))
        case .or(let a, let b): return .or(try completed(a), try completed(b))
        case .not(let part): return .not(try completed(part))
        case .isMissing(let part), .matches(let part, _), .negative(let part):
            _ = try subject(of: part.names)
            return expression
        default:
            _ = try subject(of: expression.names)
            return expression
        }
    }

    /// What is compared: the only name beside `baseline` and `se`.
    private static func subject(of names: [Expression.Name]) throws(ExpressionError) -> [String]? {
        let open = names.first { $0.parts.count == 1 && CheckNames.relations.contains($0.parts[0]) }
        var subjects: [[String]] = []
        for name in names where !CheckNames.relations.contains(name.parts[0]) && !subjects.contains(name.parts) {
            subjects.append(name.parts)
        }
        guard let open else { return nil }
        guard subjects.count == 1 else {
            throw ExpressionError(
                "'\(open.text)' of what?", at: open.position,
                hint: "compare one name, or say which, as in \(open.text).accuracy")
        }
        return subjects[0]
    }
}

extension Expression {
    /// The expression with a name behind each `baseline` and `se` that has none.
    fileprivate func completed(with subject: [String]?) -> Expression {
        guard let subject else { return self }
        switch self {
        case .name(let name):
            guard name.parts.count == 1, CheckNames.relations.contains(name.parts[0]) else { return self }
            return .name(Name(parts: name.parts + subject, position: name.position))
        case .negative(let part): return .negative(part.completed(with: subject))
        case .arithmetic(let operation, let a, let b):
            return .arithmetic(operation, a.completed(with: subject), b.completed(with: subject))
        case .call(let function, let arguments): return .call(function, arguments.map { $0.completed(with: subject) })
        case .comparison(let comparison, let a, let b):
            return .comparison(comparison, a.completed(with: subject), b.completed(with: subject))
        case .matches(let part, let pattern): return .matches(part.completed(with: subject), pattern: pattern)
        case .isMissing(let part): return .isMissing(part.completed(with: subject))
        case .not(let part): return .not(part.completed(with: subject))
        case .and(let a, let b): return .and(a.completed(with: subject), b.completed(with: subject))
        case .or(let a, let b): return .or(a.completed(with: subject), b.completed(with: subject))
        case .number, .text, .boolean: return self
        }
    }
}
