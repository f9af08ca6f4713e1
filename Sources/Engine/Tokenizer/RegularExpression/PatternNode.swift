/// A regular expression as a tree.
indirect enum PatternNode: Sendable, Equatable {
    /// How a quantifier chooses between more and fewer repetitions.
    enum Mode: Sendable { case greedy, lazy, possessive }

    /// One scalar of a set.
    case set(ScalarSet)
    case sequence([PatternNode])
    /// The first that leads to a match.
    case alternation([PatternNode])
    case repetition(PatternNode, min: Int, max: Int?, mode: Mode)
    /// Whether the node matches here, without passing it.
    case lookahead(PatternNode, isNegated: Bool)
    case lineStart
    case lineEnd

    /// Whether the node can match without passing a scalar.
    var canBeEmpty: Bool {
        switch self {
        case .set: false
        case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
        case .alternation(let nodes): nodes.contains(where: \.canBeEmpty)
        case .repetition(let node, let min, _, _): min == 0 || node.canBeEmpty
        case .lookahead, .lineStart, .lineEnd: true
        }
    }
}

/// Why a pattern cannot be used; `offset` counts scalars.
struct PatternError: Error, Equatable {
    let offset: Int
    let reason: String
}
