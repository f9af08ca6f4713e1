/// Posterior means and deviations of many allocations at once, by tables over units and choices.
///
/// Covariances follow from sums over units. Candidates come in groups that differ from a base in a few units, so the sums of
/// the base are computed once and only the differences are added; eight observed points are carried through together, and
/// eight candidates when deviations are solved for.
struct CandidateScorer {
    private let surrogate: AllocationSurrogate
    private let count: Int
    private let width: Int
    /// Observed points by eights, the last filled up with nothing.
    private let blocks: Int
    /// For unit and choice: products, squares, distances with each observed point, `[unit][choice][3][blocks]`.
    private let table: [SIMD8<Double>]
    private let tendencies: [SIMD8<Double>]
    private let weights: [SIMD8<Double>]
    /// Covariances with the points, a lane for each candidate.
    private var columns: [SIMD8<Double>]
    /// Sums of a candidate, `[4][blocks]`: products, squares, distances, products of neighbours.
    private var sums: [SIMD8<Double>]
    /// Sums of the base, `[4][blocks]`.
    private var baseSums: [SIMD8<Double>]
    private var base: [Int] = []

    init(_ surrogate: AllocationSurrogate) {
        self.surrogate = surrogate
        let kernel = surrogate.kernel
        count = surrogate.points.count
        width = kernel.levels.count
        blocks = (count + 7) / 8
        var table: [SIMD8<Double>] = []
        table.reserveCapacity(kernel.units * width * 3 * blocks)
        for unit in 0..<kernel.units {
            for choice in 0..<width {
                let terms = surrogate.points.map { kernel.terms(unit: unit, choice, $0[unit]) }
                table += Self.eights(terms.map(\.product))
                table += Self.eights(terms.map(\.square))
                table += Self.eights(terms.map(\.distance))
            }
        }
        self.table = table
        tendencies = Self.eights(surrogate.points.map { kernel.tendency($0) })
        weights = Self.eights(surrogate.process.weights)
        columns = [SIMD8<Double>](repeating: .zero, count: count)
        sums = [SIMD8<Double>](repeating: .zero, count: 4 * blocks)
        baseSums = [SIMD8<Double>](repeating: .zero, count: 4 * blocks)
    }

    private static func eights(_ values: [Double]) -> [SIMD8<Double>] {
        stride(from: 0, to: values.count, by: 8).map { begin in
            var block = SIMD8<Double>.zero
            for lane in 0..<min(8, values.count - begin) { block[lane] = values[begin + lane] }
            return block
        }
    }

    /// Standardised posterior means and standard deviations, in the order of `candidates` (choice indices).
    /// - Parameter around: an allocation from which all candidates differ little; nil where they are like their neighbours.
    mutating func posterior(_ candidates: [[Int]], around: [Int]? = nil) -> [(mean: Double, deviation: Double)] {
        var result: [(mean: Double, deviation: Double)] = []
        result.reserveCapacity(candidates.count)
        if let around { setBase(around) }
        for begin in stride(from: 0, to: candidates.count, by: 8) {
            let lanes = min(8, candidates.count - begin)
            if around == nil { setBase(candidates[begin]) }
            var means = SIMD8<Double>.zero
            var variances = SIMD8<Double>.zero
            for lane in 0..<lanes {
                let own = Own(candidates[begin + lane], surrogate)
                setSums(candidates[begin + lane])
                means[lane] = mean(lane, own)
                variances[lane] = own.variance
            }
            let norms = surrogate.process.cholesky.squaredNormsOfSolveLower(&columns)
            for lane in 0..<lanes {
                result.append((means[lane], max(0, variances[lane] - norms[lane]).squareRoot()))
            }
        }
        return result
    }

    /// What a candidate is by itself.
    private struct Own {
        let tendency: Double
        let variance: Double
        let features: [Double]

        init(_ indices: [Int], _ surrogate: AllocationSurrogate) {
            let kernel = surrogate.kernel
            var sums = AllocationKernel.Sums()
            var previous = 0.0
            for unit in 0..<kernel.units {
                sums.add(kernel.terms(unit: unit, indices[unit], indices[unit]), previous: &previous)
            }
            tendency = kernel.tendency(indices)
            let variance = kernel.covariance(sums, tendencies: tendency * tendency)
            features = surrogate.sources.isEmpty ? [] : surrogate.features(indices)
            self.variance = features.isEmpty ? variance : variance + surrogate.foreignCovariance(features, features)
        }
    }

    private mutating func setBase(_ indices: [Int]) {
        base = indices
        let size = 3 * blocks
        baseSums.withUnsafeMutableBufferPointer { sums in
            table.withUnsafeBufferPointer { table in
                for i in sums.indices { sums[i] = .zero }
                for unit in indices.indices {
                    let row = (unit * width + indices[unit]) * size
                    for i in 0..<size { sums[i] += table[row + i] }
                    guard unit > 0 else { continue }
                    let before = ((unit - 1) * width + indices[unit - 1]) * size
                    for i in 0..<blocks { sums[size + i] += table[before + i] * table[row + i] }
                }
            }
        }
    }

    /// The sums of one candidate: the base's, and where it differs.
    private mutating func setSums(_ indices: [Int]) {
        let size = 3 * blocks
        sums.withUnsafeMutableBufferPointer { sums in
            baseSums.withUnsafeBufferPointer { base in
                for i in sums.indices { sums[i] = base[i] }
            }
            table.withUnsafeBufferPointer { table in
                for unit in indices.indices {
                    let isOther = indices[unit] != base[unit]
                    let new = (unit * width + indices[unit]) * size
                    let old = (unit * width + base[unit]) * size
                    if isOther { for i in 0..<size { sums[i] += table[new + i] - table[old + i] } }
                    // A pair of neighbours differs where either does.
                    guard unit > 0, isOther || indices[unit - 1] != base[unit - 1] else { continue }
                    let newBefore = ((unit - 1) * width + indices[unit - 1]) * size
                    let oldBefore = ((unit - 1) * width + base[unit - 1]) * size
                    for i in 0..<blocks {
                        sums[size + i] +=
                            table[newBefore + i] * table[new + i] - table[oldBefore + i] * table[old + i]
                    }
                }
            }
        }
    }

    /// Covariances with the observed points into a lane of `columns`, and what they say of the mean.
    private mutating func mean(_ lane: Int, _ own: Own) -> Double {
        let kernel = surrogate.kernel
        var total = SIMD8<Double>.zero
        columns.withUnsafeMutableBufferPointer { columns in
            sums.withUnsafeBufferPointer { sums in
                for block in 0..<blocks {
                    var covariances = kernel.covariances(
                        product: sums[block], square: sums[blocks + block], distance: sums[2 * blocks + block],
                        neighbour: sums[3 * blocks + block], tendencies: own.tendency * tendencies[block])
                    let points = min(8, count - 8 * block)
                    if !own.features.isEmpty {
                        for point in 0..<points {
                            covariances[point] += surrogate.foreignCovariance(
                                own.features, surrogate.features[8 * block + point])
                        }
                    }
                    total += covariances * weights[block]
                    for point in 0..<points { columns[8 * block + point][lane] = covariances[point] }
                }
            }
        }
        return (own.features.isEmpty ? 0 : surrogate.priorMean(own.features)) + total.sum()
    }
}
