/// Chooses the next token from a model's logits.
public struct Sampler: Sendable {
    /// Divides the logits before the softmax; 0 takes the most probable token, the first of equals.
    public let temperature: Double
    /// Only the most probable tokens that together have at least this probability are drawn from; 1 for all.
    public let topP: Double
    private var random: RandomSource

    /// A sampler whose draws follow from `seed`.
    /// - Throws: `GenerationError.temperature`, `.topP` for numbers that make no sense.
    public init(temperature: Double = 0, topP: Double = 1, seed: UInt64 = 0) throws(GenerationError) {
        guard temperature >= 0, temperature.isFinite else { throw .temperature(temperature) }
        guard topP > 0, topP <= 1 else { throw .topP(topP) }
        self.temperature = temperature
        self.topP = topP
        random = RandomSource(seed: seed)
    }

    /// The next token for one row of logits, and ln of its probability under the model itself (temperature 1, all
    /// tokens), in nats.
    ///
    /// Source of top-p: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
    /// - Throws: `GenerationError.notFinite` if a logit is not a number.
    public mutating func next(_ logits: [Float]) throws(GenerationError) -> (token: Int32, logProbability: Double) {
        var best = 0
        for (index, logit) in logits.enumerated() {
            guard logit.isFinite else { throw .notFinite }
            if logit > logits[best] { best = index }
        }
        guard !logits.isEmpty else { throw .notFinite }
        let maximum = Double(logits[best])
        let sum = logits.reduce(0.0) { $0 + DeterministicMath.exp(Double($1) - maximum) }
        let token = temperature == 0 ? best : draw(logits, maximum: maximum)
        return (Int32(token), Double(logits[token]) - maximum - DeterministicMath.log(sum))
    }

    private mutating func draw(_ logits: [Float], maximum: Double) -> Int {
        let weights = logits.map { DeterministicMath.exp((Double($0) - maximum) / temperature) }
        var candidates = Array(weights.indices)
        if topP < 1 {
            // Equal probabilities in the order of their ids, so that the cut does not depend on the sort.
            candidates.sort { (weights[$1], $0) < (weights[$0], $1) }
            let needed = topP * weights.reduce(0, +)
            var reached = 0.0
            var count = 0
            while count < candidates.count, reached < needed {
                reached += weights[candidates[count]]
                count += 1
            }
            candidates.removeLast(candidates.count - count)
        }
        var rest = random.uniform() * candidates.reduce(0.0) { $0 + weights[$1] }
        for candidate in candidates {
            rest -= weights[candidate]
            if rest < 0 { return candidate }
        }
        return candidates.last ?? 0
    }
}

/// Why nothing can be generated.
public enum GenerationError: EngineError {
    /// A temperature below 0.
    case temperature(Double)
    /// A top-p outside 0 to 1.
    case topP(Double)
    /// The model's logits are not numbers.
    case notFinite
    /// The prompt has no token.
    case emptyPrompt
    /// The prompt leaves no room for another token.
    case promptTooLong(tokens: Int, contextLength: Int)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .temperature(let value): "a temperature of \(value) makes no sense: 0 or more"
        case .topP(let value): "a top-p of \(value) makes no sense: more than 0, at most 1"
        case .notFinite: "the model's logits are not finite numbers: its weights are damaged or diverged"
        case .emptyPrompt:
            "the prompt is empty and the tokenizer puts no token before a text: say something to go on from"
        case .promptTooLong(let tokens, let contextLength):
            "a prompt of \(tokens) tokens leaves no room in a context of \(contextLength): shorten it"
        }
    }
}
