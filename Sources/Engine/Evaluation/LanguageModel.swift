/// What evaluation needs of a model.
public protocol LanguageModel: Sendable {
    /// Number of token ids.
    var vocabularySize: Int { get }
    /// Longest input in tokens.
    var contextLength: Int { get }
    /// Scores every request. Results are in the order of the requests, and do not depend on how requests are batched
    /// or on the number of threads.
    func score(_ requests: [ScoringRequest]) throws -> [ScoringResult]
}

/// Asks for the log-probabilities of the tail of a token sequence.
public struct ScoringRequest: Sendable, Equatable {
    /// The whole sequence; its last token is predicted but never read.
    public let tokens: [Int32]
    /// Index of the first token that is predicted, at least 1: tokens `targetStart…` are scored, each given all before.
    public let targetStart: Int

    /// Scores `tokens[targetStart...]`.
    public init(tokens: [Int32], targetStart: Int) {
        self.tokens = tokens
        self.targetStart = targetStart
    }
}

/// The log-probabilities that a model gives the tail of a sequence.
public struct ScoringResult: Sendable, Equatable {
    /// Natural-log probability of each scored token, in nats.
    public let tokenLogLikelihoods: [Double]
    /// Whether every scored token is the model's most probable one.
    public let isGreedy: Bool

    /// A result.
    public init(tokenLogLikelihoods: [Double], isGreedy: Bool) {
        self.tokenLogLikelihoods = tokenLogLikelihoods
        self.isGreedy = isGreedy
    }

    /// Sum over the scored tokens, in their order, in nats.
    public var logLikelihood: Double { tokenLogLikelihoods.reduce(0, +) }
}
