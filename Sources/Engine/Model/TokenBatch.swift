/// Sequences that are computed together, one after another, without padding between them.
///
/// A row of a batch's activations is one token; attention looks only within its own sequence. What a token yields does
/// not depend on what else is in the batch, to the last bit. Sequences that arrive padded on the right give the same
/// results with their padding's labels ignored, because attention is causal; padding is simply not needed.
public struct TokenBatch: Sendable, Equatable {
    /// All tokens, sequence after sequence.
    public let tokens: [Int32]
    /// Position of each token in its sequence.
    public let positions: [Int32]
    /// Where each sequence stands in `tokens`.
    public let sequences: [Range<Int>]
    /// Which earlier sequence each sequence goes on from, so that a context that several continuations share is
    /// computed once; nil for one that begins on its own.
    let prefixes: [Int?]
    /// Position of the first token of sequences that begin on their own; above 0 behind a cache.
    let start: Int

    /// A batch of the given sequences.
    public init(_ sequences: [[Int32]]) {
        var tokens: [Int32] = []
        var positions: [Int32] = []
        var ranges: [Range<Int>] = []
        tokens.reserveCapacity(sequences.reduce(0) { $0 + $1.count })
        positions.reserveCapacity(tokens.capacity)
        for sequence in sequences {
            ranges.append(tokens.count..<tokens.count + sequence.count)
            tokens += sequence
            positions += (0..<Int32(sequence.count))
        }
        self.tokens = tokens
        self.positions = positions
        self.sequences = ranges
        prefixes = [Int?](repeating: nil, count: ranges.count)
        start = 0
    }

    /// One sequence that goes on at a position, behind what a cache holds.
    init(continuation tokens: [Int32], from position: Int) {
        self.tokens = tokens
        positions = tokens.indices.map { Int32(position + $0) }
        sequences = [0..<tokens.count]
        prefixes = [nil]
        start = position
    }

    /// A batch of contexts, each followed by its continuations, which read the context's keys and values.
    init(shared: [(context: [Int32], continuations: [[Int32]])]) {
        var tokens: [Int32] = []
        var positions: [Int32] = []
        var ranges: [Range<Int>] = []
        var prefixes: [Int?] = []
        for group in shared {
            let context = ranges.count
            ranges.append(tokens.count..<tokens.count + group.context.count)
            prefixes.append(nil)
            tokens += group.context
            positions += (0..<Int32(group.context.count))
            for continuation in group.continuations {
                ranges.append(tokens.count..<tokens.count + continuation.count)
                prefixes.append(context)
                tokens += continuation
                positions += (Int32(group.context.count)..<Int32(group.context.count + continuation.count))
            }
        }
        self.tokens = tokens
        self.positions = positions
        self.prefixes = prefixes
        sequences = ranges
        start = 0
    }

    /// The label of a token that has nothing to predict.
    public static let ignored: Int32 = -1

    /// Next-token labels: each token's label is its successor in the same sequence, the last one's is ignored.
    public var nextTokenLabels: [Int32] {
        var labels = [Int32](repeating: Self.ignored, count: tokens.count)
        for range in sequences where !range.isEmpty {
            for i in range.dropLast() { labels[i] = tokens[i + 1] }
        }
        return labels
    }

    /// Longest sequence in tokens, what comes before them included.
    public var longestSequence: Int {
        zip(sequences, prefixes).map { start + $0.count + ($1.map { sequences[$0].count } ?? 0) }.max() ?? 0
    }
}
