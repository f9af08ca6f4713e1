/// Writes on from a prompt, token by token.
public struct Generator: Sendable {
    /// Why a text ended.
    public enum Ending: String, Sendable {
        /// The model said that the text ends.
        case endToken = "end_token"
        /// As many tokens as were asked for.
        case length
        /// The model's context is full.
        case context
        /// Whoever looks at the tokens had enough.
        case stopped
    }

    /// One token that was written.
    public struct Token: Sendable, Equatable {
        /// Its id.
        public let id: Int32
        /// ln of its probability under the model, in nats.
        public let logProbability: Double
    }

    /// What was written.
    public struct Result: Sendable {
        /// The new tokens, without the one that ends the text.
        public let tokens: [Token]
        /// Why there are no more.
        public let ending: Ending
    }

    /// The model.
    public let model: LlamaModel
    /// Most tokens to write.
    public let maximumTokens: Int
    /// Tokens that end the text.
    public let endTokens: Set<Int32>
    private let parallelism: Parallelism

    /// A generator.
    public init(
        model: LlamaModel, maximumTokens: Int, endTokens: Set<Int32>, parallelism: Parallelism = .serial
    ) {
        self.model = model
        self.maximumTokens = maximumTokens
        self.endTokens = endTokens
        self.parallelism = parallelism
    }

    /// Writes on from `prompt`.
    ///
    /// - Parameters:
    ///   - sampler: chooses the tokens; its seed decides all of them.
    ///   - observe: sees each token as it comes; false stops.
    /// - Throws: `GenerationError`, `ModelError`.
    public func generate(
        _ prompt: [Int32], sampler: Sampler, observe: (Token) throws -> Bool = { _ in true }
    ) throws -> Result {
        let limit = model.configuration.contextLength
        guard !prompt.isEmpty else { throw GenerationError.emptyPrompt }
        guard prompt.count < limit else {
            throw GenerationError.promptTooLong(tokens: prompt.count, contextLength: limit)
        }
        let stream = TokenStream(model: model, parallelism: parallelism)
        var sampler = sampler
        var logits = try stream.read(prompt)
        var tokens: [Token] = []
        while tokens.count < maximumTokens {
            let (id, logProbability) = try sampler.next(logits)
            if endTokens.contains(id) { return Result(tokens: tokens, ending: .endToken) }
            tokens.append(Token(id: id, logProbability: logProbability))
            guard try observe(Token(id: id, logProbability: logProbability)) else {
                return Result(tokens: tokens, ending: .stopped)
            }
            if tokens.count == maximumTokens { break }
            guard stream.length < limit else { return Result(tokens: tokens, ending: .context) }
            logits = try stream.read([id])
        }
        return Result(tokens: tokens, ending: .length)
    }
}
