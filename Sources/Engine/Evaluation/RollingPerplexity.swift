/// A document whose loss is counted per word and byte of its original text.
public struct RollingDocument: Sendable, Equatable {
    /// Names the document in progress and errors.
    public let name: String
    /// The text whose words and bytes are counted.
    public let original: String
    /// The text that the model reads.
    public let scored: String

    /// A document; by default the model reads the original text.
    public init(name: String, original: String, scored: String? = nil) {
        self.name = name
        self.original = original
        self.scored = scored ?? original
    }

    /// Number of fields of the original text cut at runs of white space; blanks at an end add an empty field.
    public var words: Int {
        var runs = 0
        var wasBlank = false
        for scalar in original.unicodeScalars {
            let isBlank = scalar.isBlank
            if isBlank, !wasBlank { runs += 1 }
            wasBlank = isBlank
        }
        return runs + 1
    }

    /// UTF-8 bytes of the original text.
    public var bytes: Int { original.utf8.count }
}

/// The windows that predict every token of a document exactly once.
///
/// Tokens are those of the text with special tokens, all predicted, the first after the prefix token. Full windows follow
/// each other with one token of context; the last, short one gets as much context as the model reads.
///
/// Source: lm-evaluation-harness 0.4.13, `utils.get_rolling_token_windows` and task "wikitext".
struct RollingPerplexity {
    let document: RollingDocument
    let requests: [ScoringRequest]

    init(_ document: RollingDocument, tokens: ContinuationTokens) throws(EvaluationError) {
        let ids = tokens.encoder.encodeWhole(document.scored)
        guard !ids.isEmpty else { throw .noTokens(source: document.name, id: document.name, choice: 0) }
        let sequence = [try tokens.prefixToken(source: document.name)] + ids
        try tokens.check(sequence, source: document.name)
        let limit = tokens.contextLength
        self.document = document
        // `sequence[i]` is what comes before the i-th token of the text, so targets begin at 1.
        self.requests = stride(from: 1, to: sequence.count, by: limit).map { start in
            let end = min(start + limit, sequence.count)
            let first = max(0, end - limit - 1)
            return ScoringRequest(tokens: Array(sequence[first..<end]), targetStart: start - first)
        }
    }

    /// The document's log-likelihood in nats, from the results of `requests` in their order.
    func logLikelihood(_ scores: [ScoringResult]) throws(EvaluationError) -> Double {
        precondition(scores.count == requests.count, "\(scores.count) results for \(requests.count) windows")
        let sum = scores.reduce(0) { $0 + $1.logLikelihood }
        guard sum.isFinite else { throw .notFinite(source: document.name, id: document.name) }
        return sum
    }
}

/// The windows of all documents of a task.
struct RollingSheet {
    let task: RollingTask
    private let parts: [RollingPerplexity]
    /// Windows of all documents, one document after the other.
    let requests: [ScoringRequest]

    init(_ task: RollingTask, tokens: ContinuationTokens) throws(EvaluationError) {
        var parts: [RollingPerplexity] = []
        for document in task.documents { parts.append(try RollingPerplexity(document, tokens: tokens)) }
        self.task = task
        self.parts = parts
        requests = parts.flatMap(\.requests)
    }

    /// The task's result, from the results of `requests` in their order.
    func result(_ scores: [ScoringResult]) throws(EvaluationError) -> RollingTaskResult {
        var rest = scores[...]
        var logLikelihoods: [Double] = []
        for part in parts {
            logLikelihoods.append(try part.logLikelihood(Array(rest.prefix(part.requests.count))))
            rest = rest.dropFirst(part.requests.count)
        }
        return RollingTaskResult(
            task: task.name, result: RollingResult(documents: task.documents, logLikelihoods: logLikelihoods))
    }
}

/// What a model scored on whole documents.
public struct RollingResult: Sendable, Equatable, Codable {
    /// Number of documents.
    public let documents: Int
    /// Log-likelihood of each document, in nats.
    public let logLikelihoods: [Double]
    /// Words of all documents.
    public let words: Int
    /// Bytes of all documents.
    public let bytes: Int
    /// exp(loss per word); sums run over all documents before dividing.
    public let wordPerplexity: Double
    /// exp(loss per byte).
    public let bytePerplexity: Double
    /// Loss per byte in bits.
    public let bitsPerByte: Double

    init(documents: [RollingDocument], logLikelihoods: [Double]) {
        precondition(documents.count == logLikelihoods.count, "one log-likelihood per document")
        let loss = -logLikelihoods.reduce(0, +)
        let words = documents.reduce(0) { $0 + $1.words }
        let bytes = documents.reduce(0) { $0 + $1.bytes }
        self.documents = documents.count
        self.logLikelihoods = logLikelihoods
        self.words = words
        self.bytes = bytes
        wordPerplexity = DeterministicMath.exp(loss / Double(max(1, words)))
        bytePerplexity = DeterministicMath.exp(loss / Double(max(1, bytes)))
        bitsPerByte = loss / Double(max(1, bytes)) / DeterministicMath.log(2)
    }

    private enum CodingKeys: String, CodingKey {
        case documents, words, bytes
        case logLikelihoods = "log_likelihoods"
        case wordPerplexity = "word_perplexity"
        case bytePerplexity = "byte_perplexity"
        case bitsPerByte = "bits_per_byte"
    }
}
