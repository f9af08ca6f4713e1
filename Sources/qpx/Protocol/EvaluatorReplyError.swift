/// What is wrong with a reply.
enum EvaluatorReplyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no JSON object in the text.
    case nothing
    /// The text of a reply file is not JSON.
    case notJSON(reason: String)
    /// A version that this build does not speak.
    case otherProtocol(found: String)
    /// A member has a value of the wrong kind.
    case wrongValue(field: String, found: String, expected: String)
    /// A member that must be there is not.
    case missing(field: String)
    /// Two metrics have one name, task and step.
    case duplicate(field: String, metric: String)
    /// There is neither an objective nor a metric of its name.
    case noObjective(name: String, metrics: [String])
    /// Several tasks have a metric of the objective's name.
    case ambiguousObjective(name: String, metrics: [String])

    /// One line.
    var description: String {
        switch self {
        case .nothing:
            "the reply holds no JSON object; write one as the last line of standard output, or to the reply file"
        case .notJSON(let reason): "the reply is not JSON: \(reason)"
        case .otherProtocol(let found):
            "the reply's protocol is \(found); this qpx speaks \(EvaluatorProtocol.version)"
        case .wrongValue(let field, let found, let expected): "the reply's \(field) is \(found), not \(expected)"
        case .missing(let field): "the reply has no \(field)"
        case .duplicate(let field, let metric): "the reply's \(field) is there twice: \(metric)"
        case .noObjective(let name, let metrics):
            "the reply has no objective and no metric called '\(name)'"
                + (metrics.isEmpty ? "" : "; it has \(Self.list(metrics))")
        case .ambiguousObjective(let name, let metrics):
            "the reply has no objective and several metrics called '\(name)': \(Self.list(metrics)); add an objective"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
