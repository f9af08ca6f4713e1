internal import CKernels
internal import Synchronization

/// Rotary position embedding in the half-split layout of Hugging Face checkpoints.
///
/// Pair (i, i + d/2) of a head at position p turns by p · θ^(−2i/d). The frequencies are rounded to float32 before
/// they meet the position, as the reference implementations do.
///
/// Angles are computed for the positions that are used: a configuration may promise a context of millions.
final class RotaryEmbedding: Sendable {
    let headDimension: Int
    private let frequencies: [Float]
    private let known = Mutex(Angles())

    /// Cosines and sines of the first positions, `[positions, headDimension / 2]`.
    private struct Angles {
        var positions = 0
        var cosine: [Float] = []
        var sine: [Float] = []
    }

    init(_ configuration: ModelConfiguration) {
        headDimension = configuration.headDimension
        let plain = Self.frequencies(headDimension: headDimension, theta: configuration.ropeTheta)
        frequencies = configuration.ropeScaling?.scaled(plain) ?? plain
    }

    /// θ^(−2i/d) for every pair, before any scaling.
    static func frequencies(headDimension: Int, theta: Double) -> [Float] {
        (0..<headDimension / 2).map { i in
            let exponent = Float(2 * i) / Float(headDimension)
            return Float(1) / Float(DeterministicMath.exp(Double(exponent) * DeterministicMath.log(theta)))
        }
    }

    /// The angles of at least that many positions.
    private func angles(positions: Int) -> Angles {
        known.withLock { known in
            guard known.positions < positions else { return known }
            // Twice as many as before, so that batches of growing length don't each bring a few.
            let enough = max(positions, 2 * known.positions, 64)
            for p in known.positions..<enough {
                for frequency in frequencies {
                    let (cosine, sine) = DeterministicMath.cosineAndSine(Double(Float(p) * frequency))
                    known.cosine.append(Float(cosine))
                    known.sine.append(Float(sine))
                }
            }
            known.positions = enough
            return known
        }
    }

    /// Rotates every head of `x` (`[tokens, heads · headDimension]`) in place; backward rotates back.
    func rotate(_ x: Activation, batch: TokenBatch, backward: Bool = false, parallelism: Parallelism) {
        precondition(x.columns % headDimension == 0 && x.rows == batch.tokens.count, "rotary shapes")
        let angles = angles(positions: batch.longestSequence)
        parallelism.overRows(x.rows) { rows in
            batch.positions.withUnsafeBufferPointer { positions in
                angles.cosine.withUnsafeBufferPointer { cosine in
                    angles.sine.withUnsafeBufferPointer { sine in
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
