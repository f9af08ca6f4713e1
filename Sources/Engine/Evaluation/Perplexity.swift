/// Perplexity of a text in disjoint windows.
///
/// The text is encoded once, with the tokenizer's special tokens, and cut into windows of S tokens; what is left over at the
/// end is dropped. In each window tokens 2 … S are predicted from the window alone, so a window gives S − 1 losses;
/// perplexity = exp(mean of all losses). Values of different window lengths cannot be compared.
///
/// Source: Ma et al. 2023, "LLM-Pruner: On the Structural Pruning of Large Language Models", whose code uses S = 128.
public struct Perplexity: Sendable, Equatable {
    /// How a text is scored.
    public struct Options: Sendable, Equatable {
        /// Tokens in a window, S.
        public var windowLength: Int
        /// The first so many windows are scored; `nil` for all.
        public var maximumWindows: Int?
        /// How the file becomes the text.
        public var textProtocol: TextProtocol

        /// Windows of 128 tokens, all of them, over the rows of the file.
        public init(windowLength: Int = 128, maximumWindows: Int? = nil, textProtocol: TextProtocol = .rows) {
            self.windowLength = windowLength
            self.maximumWindows = maximumWindows
            self.textProtocol = textProtocol
        }
    }

    /// The text's file, as it was given.
    public let file: String
    /// How it is scored.
    public let options: Options
    /// Tokens of the whole text.
    let tokenCount: Int
    /// One request per window.
    let requests: [ScoringRequest]

    /// Encodes a file and cuts it into windows.
    /// - Throws: `TextFileError`, `EvaluationError`.
    init(file: String, options: Options, tokens: ContinuationTokens) throws {
        if options.textProtocol != .plain, RowFile.holdsRows(file) {
            // The rows of a data set, where each is an object, and not lines.
            let rows = try TextRows.read(file)
            try self.init(wholeText: rows.joined(separator: "\n\n"), file: file, options: options, tokens: tokens)
        } else {
            let text = options.textProtocol.text(of: try TextFile.read(file))
            try self.init(wholeText: text, file: file, options: options, tokens: tokens)
        }
    }

    /// Encodes the content of `file` and cuts it into windows.
    init(text: String, file: String, options: Options, tokens: ContinuationTokens) throws {
        try self.init(
            wholeText: options.textProtocol.text(of: text), file: file, options: options, tokens: tokens)
    }

    private init(wholeText: String, file: String, options: Options, tokens: ContinuationTokens) throws {
        let length = options.windowLength
        guard length >= 2, length <= tokens.contextLength else {
            throw EvaluationError.windowLength(length, contextLength: tokens.contextLength)
        }
        if let maximum = options.maximumWindows, maximum < 1 { throw EvaluationError.maximumWindows(maximum) }
        let ids = tokens.encoder.encodeWhole(wholeText)
        guard ids.count >= length else {
            throw TextFileError.tooShort(file: file, tokens: ids.count, windowLength: length)
        }
        try tokens.check(ids, source: file)
        let windows = min(ids.count / length, options.maximumWindows ?? .max)
        self.file = file
        self.options = options
        self.tokenCount = ids.count
        self.requests = (0..<windows).map {
            ScoringRequest(tokens: Array(ids[$0 * length..<($0 + 1) * length]), targetStart: 1)
        }
    }

    /// The text's result, from the results of `requests` in their order.
    func result(_ scores: [ScoringResult]) throws(EvaluationError) -> TextResult {
        precondition(scores.count == requests.count, "\(scores.count) results for \(requests.count) windows")
        return try result(of: nil, scores)
    }

    /// The result on some of the windows.
    ///
    /// - Parameters:
    ///   - chosen: the windows by number, ascending, at least one; nil for all.
    ///   - scores: the results of their requests.
    func result(of chosen: [Int]?, _ scores: [ScoringResult]) throws(EvaluationError) -> TextResult {
        precondition(scores.count == chosen?.count ?? requests.count, "one result per window")
        let losses = scores.map { -$0.logLikelihood / Double(options.windowLength - 1) }
        guard losses.allSatisfy(\.isFinite) else {
            let place = losses.firstIndex { !$0.isFinite } ?? 0
            throw .notFinite(source: file, id: "window \(chosen?[place] ?? place)")
        }
        // Windows have equally many losses: the mean of their means is the mean of all.
        let meanLoss = losses.reduce(0, +) / Double(losses.count)
        return TextResult(
            file: file, perplexity: DeterministicMath.exp(meanLoss), meanLoss: meanLoss,
            meanLossStandardError: StandardError.ofMean(losses), tokens: tokenCount, windows: scores.count,
            windowLength: options.windowLength, textProtocol: options.textProtocol,
            windowLogLikelihoods: scores.map(\.logLikelihood), windowNumbers: chosen)
    }
}

/// What a model scored on a text. In JSON, what is undefined is null.
public struct TextResult: Sendable, Equatable, Codable {
    /// The text's file, as it was given.
    public let file: String
    /// exp(`meanLoss`).
    public let perplexity: Double
    /// Mean loss per predicted token, in nats.
    public let meanLoss: Double
    /// Standard error of `meanLoss` over windows, whose losses are not independent token by token; undefined for one.
    public let meanLossStandardError: Double?
    /// Tokens of the whole text, special tokens included, whether or not they fell into a scored window.
    public let tokens: Int
    /// Windows that were scored.
    public let windows: Int
    /// Tokens in a window.
    public let windowLength: Int
    /// How the file became the text.
    public let textProtocol: TextProtocol
    /// Log-likelihood of each window in nats, for comparing two models window by window; not part of the JSON.
    public var windowLogLikelihoods: [Double]?
    /// Numbers of the windows that were scored, ascending, where that was stopped early; nil for all from 0 on. Not part of
    /// the JSON.
    public var windowNumbers: [Int]?

    /// Tokens that were predicted: all but the first of each window.
    public var predictedTokens: Int { windows * (windowLength - 1) }

    private enum CodingKeys: String, CodingKey {
        case file, perplexity, tokens, windows
        case meanLoss = "mean_loss"
        case meanLossStandardError = "mean_loss_stderr"
        case windowLength = "window_length"
        case textProtocol = "text_protocol"
    }

    /// Writes an undefined error as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(perplexity, forKey: .perplexity)
        try container.encode(meanLoss, forKey: .meanLoss)
        try container.encode(meanLossStandardError, forKey: .meanLossStandardError)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(windows, forKey: .windows)
        try container.encode(windowLength, forKey: .windowLength)
        try container.encode(textProtocol, forKey: .textProtocol)
    }
}
