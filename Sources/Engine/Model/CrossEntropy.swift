internal import CKernels

/// Next-token cross-entropy over the rows that have a label, in chunks, so that logits of a long batch never stand in
/// memory together.
struct CrossEntropy {
    let model: LlamaModel
    let parallelism: Parallelism
    /// Whether the head's own gradient is added to where it is trained.
    var trains = true

    /// Rows whose logits stand in memory together. Fixed, so that sums are cut at the same places everywhere.
    static let chunkRows = 512

    /// The rows with labels, their hidden states, and what came of them.
    struct Result {
        /// Negative log-likelihood of each labelled row in nats, in the order of the rows.
        var losses: [Double] = []
        /// Whether the label is the most probable token, per labelled row.
        var isGreedy: [Bool] = []
    }

    /// Losses of the rows of `normalized` (`[rows, hidden]`, after the final norm) against `labels`; rows with a
    /// negative label are left out.
    /// - Parameter gradient: if given, `[rows, hidden]`, receives d loss / d normalized for loss = factor · Σ losses,
    ///   zero in rows without a label; the head's gradient is added to if it is trained.
    /// - Parameter headGradient: if given, `[vocabulary, hidden]`, the head's gradient is added to it.
    func losses(
        _ normalized: Activation, labels: [Int32], gradient: (into: Activation, factor: Float)? = nil,
        headGradient: Activation? = nil
    ) -> Result {
        precondition(labels.count == normalized.rows, "one label per row")
        let rows = labels.indices.filter { labels[$0] >= 0 }
        let vocabulary = model.head.rows
        var result = Result()
        gradient?.into.elements.update(repeating: 0, count: normalized.count)
        for start in stride(from: 0, to: rows.count, by: Self.chunkRows) {
            let chunk = Array(rows[start..<min(rows.count, start + Self.chunkRows)])
            let selected = Self.gather(normalized, chunk)
            let logits = Activation(rows: chunk.count, columns: vocabulary)
            MatrixProduct.forward(selected, model.head, into: logits, parallelism: parallelism)
            let statistics = RowStatistics(logits, parallelism: parallelism)
            let targets = chunk.map { labels[$0] }
            for (i, target) in targets.enumerated() {
                result.losses.append(statistics.negativeLogLikelihood(row: i, target: target))
                result.isGreedy.append(statistics.argmax[i] == target)
            }
            guard let gradient else { continue }
            statistics.crossEntropyBackward(targets: targets, factor: gradient.factor, parallelism: parallelism)
            let dSelected = Activation(rows: chunk.count, columns: normalized.columns)
            MatrixProduct.backward(logits, model.head, into: dSelected, accumulate: false, parallelism: parallelism)
            if trains, case .parameter(let parameter) = model.head.storage {
                MatrixProduct.weightGradient(logits, selected, of: parameter, parallelism: parallelism)
            }
            if let headGradient {
                MatrixProduct.weightGradient(
                    logits, selected, rows: 0..<chunk.count, into: headGradient, accumulate: true,
                    parallelism: parallelism)
            }
            for (i, row) in chunk.enumerated() {
                gradient.into.row(row).update(from: dSelected.row(i), count: normalized.columns)
            }
        }
        return result
    }

    /// The given rows of `x`, one after another.
    static func gather(_ x: Activation, _ rows: [Int]) -> Activation {
        let y = Activation(rows: rows.count, columns: x.columns)
        for (i, row) in rows.enumerated() { y.row(i).update(from: x.row(row), count: x.columns) }
        return y
    }
}

/// Softmax statistics of rows of logits.
struct RowStatistics {
    let logits: Activation
    /// log Σ exp(z − max), per row.
    private let logSum: [Double]
    private let maximum: [Float]
    /// The first most probable token of each row.
    let argmax: [Int32]

    init(_ logits: Activation, parallelism: Parallelism) {
        self.logits = logits
        let slots = StatisticsSlots(count: logits.rows)
        parallelism.overRows(logits.rows) { rows in
            qpx_log_sum_exp(
                logits.row(rows.lowerBound), Int64(logits.columns), Int64(rows.count), Int64(logits.columns),
                slots.logSum + rows.lowerBound, slots.maximum + rows.lowerBound, slots.argmax + rows.lowerBound)
        }
        logSum = Array(UnsafeBufferPointer(start: slots.logSum, count: logits.rows))
        maximum = Array(UnsafeBufferPointer(start: slots.maximum, count: logits.rows))
        argmax = Array(UnsafeBufferPointer(start: slots.argmax, count: logits.rows))
    }

    /// −ln p(target), in nats.
    func negativeLogLikelihood(row: Int, target: Int32) -> Double {
        precondition(target >= 0 && Int(target) < logits.columns, "target outside the vocabulary")
        return Double(maximum[row]) - Double(logits.row(row)[Int(target)]) + logSum[row]
    }

    /// Replaces the logits by (softmax − onehot(target)) · factor.
    func crossEntropyBackward(targets: [Int32], factor: Float, parallelism: Parallelism) {
        precondition(targets.count == logits.rows, "one target per row")
        parallelism.overRows(logits.rows) { rows in
            targets.withUnsafeBufferPointer { targets in
                logSum.withUnsafeBufferPointer { logSum in
                    maximum.withUnsafeBufferPointer { maximum in
                        guard let t = targets.baseAddress, let s = logSum.baseAddress, let m = maximum.baseAddress
                        else { return }
                        qpx_cross_entropy_backward(
                            logits.row(rows.lowerBound), Int64(logits.columns), Int64(rows.count),
                            Int64(logits.columns), t + rows.lowerBound, s + rows.lowerBound, m + rows.lowerBound,
                            factor)
                    }
                }
            }
        }
    }
}

/// Where the rows' statistics are written, each row by one thread.
private final class StatisticsSlots: @unchecked Sendable {
    let logSum: UnsafeMutablePointer<Double>
    let maximum: UnsafeMutablePointer<Float>
    let argmax: UnsafeMutablePointer<Int32>

    init(count: Int) {
        logSum = .allocate(capacity: max(1, count))
        maximum = .allocate(capacity: max(1, count))
        argmax = .allocate(capacity: max(1, count))
    }

    deinit {
        logSum.deallocate()
        maximum.deallocate()
        argmax.deallocate()
    }
}
