/// Reads tokens one after the other and says what the model expects next; what was read is not computed again.
///
/// The logits have the bits of a pass over the whole text. Not for several threads at once.
public final class TokenStream {
    private let model: LlamaModel
    private let parallelism: Parallelism
    private let cache: KeyValueCache

    /// Tokens read at a time: enough to use the matrices well, few enough that activations stay small.
    private static let chunk = 256

    /// A stream at its beginning.
    public init(model: LlamaModel, parallelism: Parallelism = .serial) {
        self.model = model
        self.parallelism = parallelism
        cache = KeyValueCache(model.configuration)
    }

    /// Tokens read so far.
    public var length: Int { cache.length }

    /// Reads tokens behind those before.
    /// - Returns: the logits of what follows the last one, `[vocabulary]`; empty if there was no token.
    /// - Throws: `ModelError` if a token is outside the vocabulary or the text becomes longer than the context.
    public func read(_ tokens: [Int32]) throws(ModelError) -> [Float] {
        let limit = model.configuration.contextLength
        guard cache.length + tokens.count <= limit else {
            throw .sequenceTooLong(tokens: cache.length + tokens.count, contextLength: limit)
        }
        var last: Activation?
        var pass: ForwardPass?
        for start in stride(from: 0, to: tokens.count, by: Self.chunk) {
            let part = Array(tokens[start..<min(tokens.count, start + Self.chunk)])
            let batch = TokenBatch(continuation: part, from: cache.length)
            try model.check(batch)
            let step = ForwardPass(model: model, batch: batch, parallelism: parallelism, cache: cache)
            last = step.hidden()
            cache.advance(by: part.count)
            pass = step
        }
        guard let last, let pass, last.rows > 0 else { return [] }
        let row = CrossEntropy.gather(last, [last.rows - 1])
        return pass.logits(pass.normalized(row)).tensor.elements
    }
}
