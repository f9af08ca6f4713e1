/// What is wrong with an expression, and where.
struct ExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    let reason: String
    /// Where, in characters from 1.
    let position: Int
    /// What to do.
    let hint: String?

    init(_ reason: String, at position: Int, hint: String? = nil) {
        self.reason = reason
        self.position = position
        self.hint = hint
    }

    /// "character 12: unknown name 'acuracy'".
    var description: String { "character \(position): \(reason)" }

    /// The error of a flag, or of another place, that the expression came from: one line.
    func failure(of place: String) -> Failure { .usage("\(place): \(description)", hint: hint) }
}
