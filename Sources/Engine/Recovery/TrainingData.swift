/// Sequences to train on, and what each token of them should predict.
public struct TrainingBatch: Sendable, Equatable {
    /// Token ids, sequence by sequence; lengths may differ.
    public let sequences: [[Int32]]
    /// For each token the id that should follow, `TokenBatch.ignored` where nothing is learned; as long as its sequence.
    public let labels: [[Int32]]

    /// A batch with labels of its own.
    public init(sequences: [[Int32]], labels: [[Int32]]) {
        precondition(
            sequences.count == labels.count && zip(sequences, labels).allSatisfy { $0.count == $1.count },
            "one label per token")
        self.sequences = sequences
        self.labels = labels
    }

    /// A batch in which every token predicts its successor.
    public init(_ batch: TokenBatch) {
        let labels = batch.nextTokenLabels
        sequences = batch.sequences.map { Array(batch.tokens[$0]) }
        self.labels = batch.sequences.map { Array(labels[$0]) }
    }

    /// Number of tokens that something is learned from.
    public var targets: Int { labels.reduce(0) { $0 + $1.count { $0 >= 0 } } }
}

/// Where training batches come from.
public protocol TrainingData: Sendable {
    /// Number of sequences in one pass through the data.
    var count: Int { get }
    /// The batch of a step: `size` sequences, a function of the step, the data and its seed alone.
    func trainingBatch(step: Int, size: Int) -> TrainingBatch
    /// SHA-256 of everything the batches are made from.
    var digest: String { get }
    /// Sequences that are never trained on, to choose the best adapters by; `nil` without any.
    var validation: TrainingBatch? { get }
}

extension TrainingData {
    /// Nothing is held out.
    public var validation: TrainingBatch? { nil }
}

/// The order in which sequences come: every pass through the data shuffles anew.
struct EpochOrder: Sendable {
    let count: Int
    let source: RandomSource

    /// The epochs and places of the sequences of a step, with what an epoch's random stream yields.
    func places(
        step: Int, size: Int, shift: (inout RandomSource) -> Int = { _ in 0 }
    ) -> [(shift: Int, place: Int)] {
        var epochs: [Int: (shift: Int, order: [Int])] = [:]
        return (0..<size).map { i in
            let index = step * size + i
            let epoch = index / count
            let known: (shift: Int, order: [Int])
            if let found = epochs[epoch] {
                known = found
            } else {
                var random = source.derived(epoch)
                let shift = shift(&random)
                known = (shift, random.permutation(count))
                epochs[epoch] = known
            }
            return (known.shift, known.order[index % count])
        }
    }
}
