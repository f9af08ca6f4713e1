/// How qpx speaks with programs that carry trials out: `docs/evaluator.md` says it in full.
enum EvaluatorProtocol {
    /// The version that this build speaks. A message of another version is refused rather than guessed at.
    static let version = 1
    /// Characters of a metric's or task's name.
    static let longestName = 200
    /// Metrics in one reply.
    static let mostMetrics = 100_000
}
