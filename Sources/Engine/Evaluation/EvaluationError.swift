/// Why a model cannot be evaluated on a task or text.
public enum EvaluationError: EngineError {
    /// An empty context, and no token to put in its place.
    case noPrefixToken(source: String)
    /// No token is left for a continuation: its text merged with the context's last token.
    case noTokens(source: String, id: String, choice: Int)
    /// A continuation has more tokens than the model's context.
    case continuationTooLong(source: String, id: String, choice: Int, tokens: Int, contextLength: Int)
    /// The tokenizer gave a token that the model does not have.
    case tokenOutsideVocabulary(source: String, token: Int32, vocabularySize: Int)
    /// The model's probabilities are no numbers.
    case notFinite(source: String, id: String)
    /// A window that the model cannot read, or that predicts nothing.
    case windowLength(Int, contextLength: Int)
    /// A maximum of windows below one.
    case maximumWindows(Int)

    /// One line: what is wrong, where, what to do.
    public var description: String {
        switch self {
        case .noPrefixToken(let source):
            "\(source): a context is empty and the tokenizer has neither a beginning- nor an end-of-text token; "
                + "add one to its configuration"
        case .noTokens(let source, let id, let choice):
            "\(source): example '\(id)': choice \(choice) has no token of its own after the context; change its text"
        case .continuationTooLong(let source, let id, let choice, let tokens, let contextLength):
            "\(source): example '\(id)': choice \(choice) has \(tokens) tokens, the model reads \(contextLength); "
                + "leave the example out"
        case .tokenOutsideVocabulary(let source, let token, let vocabularySize):
            "\(source): the tokenizer gives token \(token), the model has \(vocabularySize); "
                + "do tokenizer and model belong together?"
        case .notFinite(let source, let id):
            "\(source): the log-likelihood of '\(id)' is not a finite number; "
                + "the model's weights are damaged or training diverged"
        case .windowLength(let length, let contextLength):
            "windows of \(length) tokens cannot be scored: choose 2 to \(contextLength), the model's context length"
        case .maximumWindows(let count): "a maximum of \(count) windows leaves nothing to score: choose 1 or more"
        }
    }
}
