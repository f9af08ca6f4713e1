/// The residual stream at sampled token positions, before the first layer and after each, with the predictions there.
public struct LayerSamples: Sendable {
    /// `[samples, hidden]` each: the embeddings, then what each layer puts out.
    public let residuals: [Tensor]
    /// What the model predicts at each sample.
    public let predictions: PredictionSamples

    /// Number of the most frequent predictions that are classes of their own; all others share one.
    public static let classes = 16

    /// Runs `sequences` through `model` and keeps up to `positionsPerSequence` random positions of each: neighbouring
    /// positions depend on each other, so few from many sequences say more than many from few.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public init(
        of model: LlamaModel, sequences: [[Int32]], positionsPerSequence: Int = 16, seed: UInt64,
        parallelism: Parallelism = .serial
    ) throws(ModelError) {
        try model.check(TokenBatch(sequences))
        let random = RandomSource(seed: seed)
        let parts = parallelism.map(sequences.count) { index -> Part in
            let batch = TokenBatch([sequences[index]])
            var random = random.derived(index)
            let positions = random.permutation(batch.tokens.count).prefix(positionsPerSequence).sorted()
            let pass = ForwardPass(model: model, batch: batch, parallelism: .serial)
            var residuals = [CrossEntropy.gather(pass.embed(), positions).tensor.elements]
            let last = pass.hidden { _, output in
                residuals.append(CrossEntropy.gather(output, positions).tensor.elements)
            }
            let normalized = pass.normalized(CrossEntropy.gather(last, positions))
            let predicted = RowStatistics(pass.logits(normalized), parallelism: .serial).argmax
            return Part(residuals: residuals, normalized: normalized.tensor.elements, predictions: predicted)
        }
        let hidden = model.configuration.hidden
        let samples = parts.reduce(0) { $0 + $1.predictions.count }
        residuals = (0...model.blocks.count).map { layer in
            Tensor(parts.flatMap { $0.residuals[layer] }, shape: [samples, hidden])
        }
        predictions = PredictionSamples(
            tokens: parts.flatMap(\.predictions), vocabulary: model.configuration.vocabulary, classes: Self.classes,
            normalized: Tensor(parts.flatMap(\.normalized), shape: [samples, hidden]), head: model.head)
    }

    private struct Part: Sendable {
        let residuals: [[Float]]
        let normalized: [Float]
        let predictions: [Int32]
    }
}

/// The predictions at sampled positions, in the forms that estimators take.
public struct PredictionSamples: Sendable {
    /// The most probable next token, `[samples]`.
    public let tokens: [Int32]
    /// Number of token ids.
    public let vocabulary: Int
    /// The rank of the token among the most frequent predictions, or the number of ranks for all others, `[samples]`.
    public let classes: [Int32]
    /// Logits of the most frequent predictions, `[samples, ranks]`.
    public let scores: Tensor

    /// Predictions from their parts.
    public init(tokens: [Int32], vocabulary: Int, classes count: Int, scores: Tensor) {
        self.tokens = tokens
        self.vocabulary = vocabulary
        classes = Self.frequentClasses(tokens, keeping: count)
        self.scores = scores
    }

    init(tokens: [Int32], vocabulary: Int, classes count: Int, normalized: Tensor, head: WeightMatrix) {
        let frequent = Self.mostFrequent(tokens, count)
        let hidden = normalized.columns
        var row = [Float](repeating: 0, count: hidden)
        var scores = [Float](repeating: 0, count: tokens.count * frequent.count)
        for (rank, token) in frequent.enumerated() {
            row.withUnsafeMutableBufferPointer { row in
                guard let base = row.baseAddress else { return }
                head.decode(start: Int(token) * hidden, count: hidden, into: base)
            }
            for sample in tokens.indices {
                var sum = 0.0
                for column in 0..<hidden {
                    sum += Double(normalized.elements[sample * hidden + column]) * Double(row[column])
                }
                scores[sample * frequent.count + rank] = Float(sum)
            }
        }
        self.init(
            tokens: tokens, vocabulary: vocabulary, classes: count,
            scores: Tensor(scores, shape: [tokens.count, frequent.count]))
    }

    /// The `count` most frequent values become 0, 1, …, all others `count`; of equally frequent ones the smaller comes
    /// first.
    public static func frequentClasses(_ predictions: [Int32], keeping count: Int) -> [Int32] {
        var rank: [Int32: Int32] = [:]
        for (position, token) in mostFrequent(predictions, count).enumerated() { rank[token] = Int32(position) }
        return predictions.map { rank[$0] ?? Int32(clamping: max(1, count)) }
    }

    private static func mostFrequent(_ predictions: [Int32], _ count: Int) -> [Int32] {
        var frequency: [Int32: Int] = [:]
        for prediction in predictions { frequency[prediction, default: 0] += 1 }
        let ranked = frequency.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ranked.prefix(max(1, count)).map(\.key)
    }

    /// The given samples alone.
    func selecting(_ kept: [Int]) -> PredictionSamples {
        let columns = scores.columns
        return PredictionSamples(
            tokens: kept.map { tokens[$0] }, vocabulary: vocabulary, classes: kept.map { classes[$0] },
            scores: Tensor(
                kept.flatMap { scores.elements[$0 * columns..<($0 + 1) * columns] }, shape: [kept.count, columns]))
    }

    private init(tokens: [Int32], vocabulary: Int, classes: [Int32], scores: Tensor) {
        self.tokens = tokens
        self.vocabulary = vocabulary
        self.classes = classes
        self.scores = scores
    }
}
