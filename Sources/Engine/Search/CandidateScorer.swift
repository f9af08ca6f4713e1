/// Posterior means and deviations of many allocations at once, by tables over units and choices.
struct CandidateScorer {
    private let surrogate: AllocationSurrogate
    private let count: Int
    private let width: Int
    /// For unit and choice: products, squares, distances with each observed point, `[unit][choice][3][points]`.
    private let table: [Double]
    private let tendencies: [Double]
    private var columns: [SIMD8<Double>]
    private var sums: [Double]

    init(_ surrogate: AllocationSurrogate) {
        self.surrogate = surrogate
        let kernel = surrogate.kernel
        count = surrogate.points.count
        width = kernel.levels.count
        var table: [Double] = []
        table.reserveCapacity(kernel.units * width * 3 * count)
        for unit in 0..<kernel.units {
            for choice in 0..<width {
                let terms = surrogate.points.map { kernel.terms(unit: unit, choice, $0[unit]) }
                for term in terms { table.append(term.product) }
                for term in terms { table.append(term.square) }
                for term in terms { table.append(term.distance) }
            }
        }
        self.table = table
        tendencies = surrogate.points.map { kernel.tendency($0) }
        columns = [SIMD8<Double>](repeating: .zero, count: count)
        sums = [Double](repeating: 0, count: 3 * count)
    }

    /// Standardised posterior means and standard deviations, in the order of `candidates` (choice indices).
    mutating func posterior(_ candidates: [[Int]]) -> [(mean: Double, deviation: Double)] {
        var result: [(mean: Double, deviation: Double)] = []
        result.reserveCapacity(candidates.count)
        for begin in stride(from: 0, to: candidates.count, by: 8) {
            let lanes = min(8, candidates.count - begin)
            var means = SIMD8<Double>.zero
            var variances = SIMD8<Double>.zero
            for lane in 0..<lanes {
                let (mean, variance) = fill(lane, candidates[begin + lane])
                means[lane] = mean
                variances[lane] = variance
            }
            let norms = columns.withUnsafeMutableBufferPointer {
                surrogate.process.cholesky.squaredNormsOfSolveLower($0)
            }
            for lane in 0..<lanes {
                result.append((means[lane], max(0, variances[lane] - norms[lane]).squareRoot()))
            }
        }
        return result
    }

    /// Writes the covariances with the observed points into one lane; gives the posterior mean and the prior variance.
    private mutating func fill(_ lane: Int, _ indices: [Int]) -> (mean: Double, variance: Double) {
        let kernel = surrogate.kernel
        var product = 0.0
        var square = 0.0
        var tendency = 0.0
        for unit in 0..<kernel.units {
            let level = kernel.levels[indices[unit]]
            let own = kernel.weights[unit] * level * level / Double(kernel.units)
            product += own
            square += own * own
            tendency += kernel.weights[unit] * level
        }
        tendency /= kernel.tendencyScale
        let features = surrogate.sources.isEmpty ? [] : surrogate.features(indices)
        let size = 3 * count
        var mean = surrogate.priorMean(features)
        sums.withUnsafeMutableBufferPointer { sums in
            table.withUnsafeBufferPointer { table in
                for i in 0..<size { sums[i] = 0 }
                for unit in 0..<kernel.units {
                    let base = (unit * width + indices[unit]) * size
                    for i in 0..<size { sums[i] += table[base + i] }
                }
            }
            for i in 0..<count {
                var covariance = kernel.covariance(
                    product: sums[i], square: sums[count + i], distance: sums[2 * count + i],
                    tendencies: tendency * tendencies[i])
                if !features.isEmpty { covariance += surrogate.foreignCovariance(features, surrogate.features[i]) }
                columns[i][lane] = covariance
                mean += covariance * surrogate.process.weights[i]
            }
        }
        let variance =
            kernel.covariance(product: product, square: square, distance: 0, tendencies: tendency * tendency)
            + surrogate.foreignCovariance(features, features)
        return (mean, variance)
    }
}
