/// Dropout on the adapters' inputs: each number is zero with probability p, else divided by 1 − p.
///
/// What is dropped is a hash of seed, step, matrix, sequence, position and column, so it depends neither on how a step is
/// divided into parts nor on the threads. Source: Srivastava et al. 2014, "Dropout"; on A's input only, as in PEFT.
struct AdapterDropout: Sendable {
    /// p.
    let rate: Double
    let seed: UInt64
    let step: Int
    /// Which sequence of the step is the batch's first.
    let firstSequence: Int

    /// What is dropped before one matrix.
    func mask(layer: Int, projection: Projection, batch: TokenBatch) -> DropoutMask {
        var key = DropoutMask.mix(seed ^ 0x6472_6f70_6f75_7421)
        for part in [step, layer, projection.index] { key = DropoutMask.mix(key ^ UInt64(truncatingIfNeeded: part)) }
        var rows: [UInt64] = []
        rows.reserveCapacity(batch.tokens.count)
        for (index, range) in batch.sequences.enumerated() {
            let sequence = DropoutMask.mix(key ^ UInt64(truncatingIfNeeded: firstSequence + index))
            for i in range {
                rows.append(DropoutMask.mix(sequence ^ UInt64(truncatingIfNeeded: Int(batch.positions[i]))))
            }
        }
        return DropoutMask(
            rowKeys: rows, threshold: UInt32(min(rate * 0x1p32, 0x1p32 - 1)), factor: Float(1 / (1 - rate)))
    }
}

/// What is dropped before one matrix in one step.
struct DropoutMask: Sendable {
    /// One per token of the batch.
    let rowKeys: [UInt64]
    /// Hashes below it are dropped.
    let threshold: UInt32
    /// 1 / (1 − p).
    let factor: Float

    /// `target` = mask · `x` / (1 − p), or that much more.
    func apply(to x: Activation, into target: Activation, accumulate: Bool, parallelism: Parallelism) {
        precondition(x.rows == rowKeys.count && target.rows == x.rows && target.columns == x.columns, "a row per token")
        parallelism.overRows(x.rows) { rows in
            for row in rows {
                let key = rowKeys[row]
                let (source, result) = (x.row(row), target.row(row))
                for column in 0..<x.columns {
                    // One hash of 64 bits decides two columns.
                    let hash = Self.mix(key &+ UInt64(truncatingIfNeeded: column >> 1) &* 0x9e37_79b9_7f4a_7c15)
                    let bits = UInt32(truncatingIfNeeded: column & 1 == 0 ? hash : hash >> 32)
                    let value = bits < threshold ? 0 : source[column] * factor
                    result[column] = accumulate ? result[column] + value : value
                }
            }
        }
    }

    /// A permutation of the 64-bit words without visible structure: the output step of SplitMix64.
    static func mix(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
