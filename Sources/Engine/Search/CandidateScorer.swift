/// Posterior means and deviations of many allocations at once, by tables over units and choices.
///
/// Covariances follow from sums over units. Candidates come in groups that differ from a base in a few units, so the sums of
/// the base are computed once and only the differences are added; eight candidates are carried through together.
struct CandidateScorer {
    private let surrogate: AllocationSurrogate
    private let count: Int
    private let width: Int
    /// For unit and choice: products, squares, distances with each observed point, `[unit][choice][3][points]`.
    private let table: [Double]
    private let tendencies: [Double]
    private var columns: [SIMD8<Double>]
    /// Sums of the candidates, `[4][points]`, a lane for each: products, squares, distances, products of neighbours.
    private var sums: [SIMD8<Double>]
    /// Sums of the base, `[4][points]`.
    private var baseSums: [Double]
    private var base: [Int] = []

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
        sums = [SIMD8<Double>](repeating: .zero, count: 4 * count)
        baseSums = [Double](repeating: 0, count: 4 * count)
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
            for i in 0..<4 * count { sums[i] = SIMD8(repeating: baseSums[i]) }
            var own = Own()
            for lane in 0..<lanes { add(lane, candidates[begin + lane], to: &own) }
            var means = own.means
            let variances = covariances(&means, own)
            let norms = columns.withUnsafeMutableBufferPointer {
                surrogate.process.cholesky.squaredNormsOfSolveLower($0)
            }
            for lane in 0..<lanes {
                result.append((means[lane], max(0, variances[lane] - norms[lane]).squareRoot()))
            }
        }
        return result
    }

    /// What the candidates are by themselves, a lane for each.
    private struct Own {
        var means = SIMD8<Double>.zero
        var products = SIMD8<Double>.zero
        var squares = SIMD8<Double>.zero
        var neighbours = SIMD8<Double>.zero
        var tendencies = SIMD8<Double>.zero
        var features: [[Double]] = []
    }

    private mutating func setBase(_ indices: [Int]) {
        base = indices
        let size = 3 * count
        baseSums.withUnsafeMutableBufferPointer { sums in
            table.withUnsafeBufferPointer { table in
                for i in 0..<size + count { sums[i] = 0 }
                for unit in indices.indices {
                    let row = (unit * width + indices[unit]) * size
                    for i in 0..<size { sums[i] += table[row + i] }
                    guard unit > 0 else { continue }
                    let before = ((unit - 1) * width + indices[unit - 1]) * size
                    for i in 0..<count { sums[size + i] += table[before + i] * table[row + i] }
                }
            }
        }
    }

    /// Takes one candidate into a lane: its own sums, and where its sums with the points differ from the base's.
    private mutating func add(_ lane: Int, _ indices: [Int], to own: inout Own) {
        let kernel = surrogate.kernel
        let size = 3 * count
        var product = 0.0
        var square = 0.0
        var tendency = 0.0
        var neighbour = 0.0
        var previous = 0.0
        for unit in 0..<kernel.units {
            let level = kernel.levels[indices[unit]]
            let term = kernel.weights[unit] * level * level / Double(kernel.units)
            product += term
            square += term * term
            neighbour += previous * term
            previous = term
            tendency += kernel.weights[unit] * level
        }
        own.products[lane] = product
        own.squares[lane] = square
        own.neighbours[lane] = neighbour
        own.tendencies[lane] = tendency / kernel.tendencyScale
        if !surrogate.sources.isEmpty {
            let features = surrogate.features(indices)
            own.means[lane] = surrogate.priorMean(features)
            own.features.append(features)
        }
        sums.withUnsafeMutableBufferPointer { sums in
            sums.withMemoryRebound(to: Double.self) { sums in
                table.withUnsafeBufferPointer { table in
                    for unit in indices.indices where indices[unit] != base[unit] {
                        let new = (unit * width + indices[unit]) * size
                        let old = (unit * width + base[unit]) * size
                        for i in 0..<size { sums[8 * i + lane] += table[new + i] - table[old + i] }
                    }
                    // A pair of neighbours differs where either does.
                    for unit in indices.indices.dropFirst()
                    where indices[unit] != base[unit] || indices[unit - 1] != base[unit - 1] {
                        let new = (unit * width + indices[unit]) * size
                        let newBefore = ((unit - 1) * width + indices[unit - 1]) * size
                        let old = (unit * width + base[unit]) * size
                        let oldBefore = ((unit - 1) * width + base[unit - 1]) * size
                        for i in 0..<count {
                            sums[8 * (size + i) + lane] +=
                                table[newBefore + i] * table[new + i] - table[oldBefore + i] * table[old + i]
                        }
                    }
                }
            }
        }
    }

    /// Covariances with the observed points into `columns`, what they say of the means, and the prior variances.
    private mutating func covariances(_ means: inout SIMD8<Double>, _ own: Own) -> SIMD8<Double> {
        let kernel = surrogate.kernel
        columns.withUnsafeMutableBufferPointer { columns in
            sums.withUnsafeBufferPointer { sums in
                for i in 0..<count {
                    var covariance = kernel.covariances(
                        product: sums[i], square: sums[count + i], distance: sums[2 * count + i],
                        neighbour: sums[3 * count + i],
                        tendencies: own.tendencies * tendencies[i])
                    for (lane, features) in own.features.enumerated() {
                        covariance[lane] += surrogate.foreignCovariance(features, surrogate.features[i])
                    }
                    columns[i] = covariance
                    means += covariance * surrogate.process.weights[i]
                }
            }
        }
        var variances = kernel.covariances(
            product: own.products, square: own.squares, distance: .zero, neighbour: own.neighbours,
            tendencies: own.tendencies * own.tendencies)
        for (lane, features) in own.features.enumerated() {
            variances[lane] += surrogate.foreignCovariance(features, features)
        }
        return variances
    }
}
