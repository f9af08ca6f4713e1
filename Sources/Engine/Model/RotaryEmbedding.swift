internal import CKernels

/// Rotary position embedding in the half-split layout of Hugging Face checkpoints.
///
/// Pair (i, i + d/2) of a head at position p turns by p · θ^(−2i/d). The frequencies are rounded to float32 before
/// they meet the position, as the reference implementations do.
struct RotaryEmbedding: Sendable {
    let headDimension: Int
    /// `[positions, headDimension / 2]`
    private let cosine: [Float]
    private let sine: [Float]

    init(headDimension: Int, positions: Int, theta: Double) {
        self.headDimension = headDimension
        let half = headDimension / 2
        var cosine = [Float](repeating: 0, count: positions * half)
        var sine = cosine
        for i in 0..<half {
            let exponent = Float(2 * i) / Float(headDimension)
            let frequency = Float(1) / Float(DeterministicMath.exp(Double(exponent) * DeterministicMath.log(theta)))
            for p in 0..<positions {
                let (cos, sin) = DeterministicMath.cosineAndSine(Double(Float(p) * frequency))
                cosine[p * half + i] = Float(cos)
                sine[p * half + i] = Float(sin)
            }
        }
        self.cosine = cosine
        self.sine = sine
    }

    /// Rotates every head of `x` (`[tokens, heads · headDimension]`) in place; backward rotates back.
    func rotate(_ x: Activation, batch: TokenBatch, backward: Bool = false, parallelism: Parallelism) {
        precondition(x.columns % headDimension == 0 && x.rows == batch.tokens.count, "rotary shapes")
        parallelism.overRows(x.rows) { rows in
            batch.positions.withUnsafeBufferPointer { positions in
                cosine.withUnsafeBufferPointer { cosine in
                    sine.withUnsafeBufferPointer { sine in
                        qpx_rope(
                            x.row(rows.lowerBound), Int64(x.columns), Int64(rows.count),
                            Int64(x.columns / headDimension), Int64(headDimension),
                            positions.baseAddress.map { $0 + rows.lowerBound }, cosine.baseAddress, sine.baseAddress,
                            backward ? 1 : 0)
                    }
                }
            }
        }
    }
}
