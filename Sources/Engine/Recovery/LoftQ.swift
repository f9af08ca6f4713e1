/// Quantization and low-rank factors chosen together: min ‖W − Q − s·BA‖_F by alternation.
///
/// From A = B = 0, for t = 1 … T: Q_t = q(W − s·BA); W − Q_t ≈ U S Vᵀ, cut to the rank; B = U √S / √s, A = √S Vᵀ / √s.
/// Source: Li et al. 2024, "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", algorithm 1.
///
/// The paper has s = 1. PEFT and the authors' code leave out the 1 / √s also where s = alpha / rank is another number:
/// with s = 2 the model then starts at W − Q − 2·BA, no nearer to W than Q alone (PEFT issue 1982).
/// `Scaling.peft` does the same, to reproduce results made that way.
public struct LoftQ: Sendable {
    /// Whether the factors account for s.
    public enum Scaling: String, Sendable, CaseIterable, Codable {
        /// Factors divided by √s: s·BA is the low-rank part.
        case corrected
        /// Factors as they are: BA is the low-rank part, and s·BA what the model adds.
        case peft
    }

    /// Which of the T iterations is used.
    public enum Keep: String, Sendable, CaseIterable, Codable {
        /// The one with the smallest ‖W − Q − s·BA‖_F, the first of equals.
        case best
        /// The last one, as in the paper.
        case last
    }

    /// Settings.
    public struct Options: Sendable, Equatable, Codable {
        /// T; 0 starts like plain LoRA on quantized weights.
        public var iterations: Int
        /// Whether the factors account for s.
        public var scaling: Scaling
        /// Which iteration is used.
        public var keep: Keep

        /// Settings; by default one iteration.
        public init(iterations: Int = 1, scaling: Scaling = .corrected, keep: Keep = .best) {
            self.iterations = iterations
            self.scaling = scaling
            self.keep = keep
        }
    }

    /// How far the start is from the weights, iteration by iteration; Frobenius norms.
    public struct Errors: Sendable, Equatable, Codable {
        /// ‖W‖.
        public let weightNorm: Double
        /// ‖W − Q_t‖ for t = 1 … T.
        public let afterQuantization: [Double]
        /// ‖W − Q_t − s·BA‖ for t = 1 … T.
        public let afterLowRank: [Double]
        /// Index of the iteration that is used, from 0.
        public let kept: Int

        /// ‖W − Q_1‖ / ‖W‖: what quantizing without LoftQ loses.
        public var relativeBefore: Double { relative(afterQuantization[0]) }
        /// ‖W − Q − s·BA‖ / ‖W‖ of the iteration that is used.
        public var relativeAfter: Double { relative(afterLowRank[kept]) }

        private func relative(_ norm: Double) -> Double { weightNorm > 0 ? norm / weightNorm : 0 }
    }

    /// What came of it.
    public struct Result<Stored> {
        /// Q in the quantizer's own form.
        public let stored: Stored
        /// A, `[rank, in]`, row-major.
        public var down: [Float]
        /// B, `[out, rank]`, row-major.
        public let up: [Float]
        /// The components for which nothing was left; their rows of A and columns of B are zero.
        public let empty: [Int]
        /// The errors.
        public let errors: Errors
    }

    /// Rank of the factors; at most the smaller side.
    public let rank: Int
    /// s = alpha / rank.
    public let scaling: Double
    /// Settings; at least one iteration.
    public let options: Options

    /// A decomposition into quantized weights and factors of that rank.
    public init(rank: Int, scaling: Double, options: Options) {
        precondition(
            rank > 0 && scaling > 0 && options.iterations > 0, "LoftQ needs a rank, a scaling and an iteration")
        self.rank = rank
        self.scaling = scaling
        self.options = options
    }

    /// Decomposes the row-major `weights`, `[rows, columns]`.
    /// - Parameters:
    ///   - random: where the search for singular vectors begins; hardly visible in the result.
    ///   - quantize: q: the stored form of a matrix, and the numbers it stands for.
    /// - Throws: what `quantize` throws.
    public func decompose<Stored, Failure: Error>(
        _ weights: [Float], rows: Int, columns: Int, random: RandomSource,
        quantize: ([Float]) throws(Failure) -> (stored: Stored, values: [Float])
    ) throws(Failure) -> Result<Stored> {
        precondition(weights.count == rows * columns && rank <= min(rows, columns), "a matrix of at least that rank")
        // What the iteration takes off before it quantizes: in PEFT's code BA, whatever the model adds later.
        let assumed = options.scaling == .corrected ? scaling : 1
        var best: (stored: Stored, down: [Float], up: [Float], empty: [Int])?
        var lowRank = [Double](repeating: 0, count: weights.count)
        var afterQuantization: [Double] = []
        var afterLowRank: [Double] = []
        var kept = 0
        for iteration in 0..<options.iterations {
            let target =
                iteration == 0 ? weights : zip(weights, lowRank).map { Float(Double($0) - assumed * $1) }
            let (stored, values) = try quantize(target)
            var residual = zip(weights, values).map { Double($0) - Double($1) }
            afterQuantization.append(Self.norm(residual))
            let decomposition = TruncatedSVD(
                residual, rows: rows, columns: columns, rank: rank, random: random.derived(iteration))
            let (down, up) = factors(decomposition, rows: rows, columns: columns, assumed: assumed)
            lowRank = product(up, down, rows: rows, columns: columns)
            for i in residual.indices { residual[i] -= scaling * lowRank[i] }
            let error = Self.norm(residual)
            if best == nil || options.keep == .last || error < afterLowRank[kept] {
                best = (stored, down, up, decomposition.values.indices.filter { decomposition.values[$0] == 0 })
                kept = iteration
            }
            afterLowRank.append(error)
        }
        guard let best else { preconditionFailure("there is at least one iteration") }
        return Result(
            stored: best.stored, down: best.down, up: best.up, empty: best.empty,
            errors: Errors(
                weightNorm: Self.norm(weights.map(Double.init)), afterQuantization: afterQuantization,
                afterLowRank: afterLowRank, kept: kept))
    }

    /// √S Vᵀ / √s and U √S / √s in float32, as the model will hold them.
    private func factors(
        _ decomposition: TruncatedSVD, rows: Int, columns: Int, assumed: Double
    ) -> (down: [Float], up: [Float]) {
        var down = [Float](repeating: 0, count: rank * columns)
        var up = [Float](repeating: 0, count: rows * rank)
        for k in 0..<rank {
            let root = (decomposition.values[k] / assumed).squareRoot()
            for j in 0..<columns { down[k * columns + j] = Float(root * decomposition.right[k][j]) }
            for i in 0..<rows { up[i * rank + k] = Float(root * decomposition.left[k][i]) }
        }
        return (down, up)
    }

    /// BA in float64, `[rows, columns]`.
    private func product(_ up: [Float], _ down: [Float], rows: Int, columns: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: rows * columns) { target, initialized in
            target.initialize(repeating: 0)
            for i in 0..<rows {
                for k in 0..<rank {
                    let factor = Double(up[i * rank + k])
                    for j in 0..<columns { target[i * columns + j] += factor * Double(down[k * columns + j]) }
                }
            }
            initialized = rows * columns
        }
    }

    private static func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
