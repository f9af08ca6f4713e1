/// The kernel for allocations: every unit's own effect, effects of pairs, and whatever else is smooth.
///
/// A choice worth b bits has the level x(b) = 1 − 2^(−κ (b − b₀)) scaled to 0…1, for the error of a code falls by a constant
/// factor with every bit; x̃ is x with mean 0 and deviation 1 over the choices. Of more than two choices the middle ones may
/// have effects of their own: K(b, b') = (1 − ϕ) x̃ x̃' + ϕ e^(−(ρ − ρ')²/2), ρ the rank of a choice scaled to −1…1. Without
/// that a choice whose x̃ happens to be 0 would leave nothing to learn, and optimism would never try it. With
/// kₗ = wₗ K(bₗ, b'ₗ) / L,
///
///     k = tendency · t t' + additive · Σ kₗ + pairwise · L/(L − 1) · ((Σ kₗ)² − Σ kₗ²)
///         + neighbour · L²/(L − 1) · Σ kₗ kₗ₊₁ + smooth · Matérn₅⁄₂(r / ℓ)
///
/// t = Σ wₗ x̃ₗ/√(Σ wₗ²) lets all units share the expectation that bits help; the second term is a Bayesian linear model of the
/// units' choices, the third one of pairs of units (Duvenaud et al. 2011, "Additive Gaussian
/// Processes"), the fourth gives units that follow each other, where one reads what the other wrote, larger such coefficients;
/// r² = Σ wₗ (xₗ − x'ₗ)²/(2 var(x) L). The weights wₗ (mean 1) are the prior importance to the power γ times the number of
/// weights to the power δ: units believed to matter may have larger effects, and so may those that pruning left wider.
struct AllocationKernel: Kernel {
    /// What is fitted.
    struct Hyperparameters: Sendable, Equatable {
        /// Prior variance of the shared tendency.
        var tendency = 0.5
        /// Prior variance of the units' own effects.
        var additive = 0.5
        /// Prior variance of the pairs' effects.
        var pairwise = 0.1
        /// Prior variance of what pairs of units that follow each other have beyond that.
        var neighbour = 0.1
        /// Prior variance of the rest.
        var smooth = 0.1
        /// Length scale ℓ of the rest; 1 is the distance of two random allocations.
        var lengthScale = 1.5
        /// Exponent κ: how fast the benefit of another bit falls.
        var curvature = 1.4
        /// Exponent γ of the prior importance.
        var importanceExponent = 0.5
        /// Exponent δ of the number of weights.
        var sizeExponent = 1.0
    }

    let hyperparameters: Hyperparameters
    /// Mean 1, `[units]`.
    let weights: [Double]
    /// x̃ of each choice.
    let levels: [Double]
    /// K of all pairs of choices, row-major.
    let agreement: [Double]
    let units: Int
    /// ϕ: the share of a choice's effect that does not follow its level.
    private static let ownShare = 0.3
    /// √(Σ wₗ²).
    let tendencyScale: Double
    private let pairScale: Double
    private let neighbourScale: Double
    private let distanceScale: Double

    /// - Parameter importance: `[units]`, mean 1, or `nil` for equal weights.
    init(space: AllocationSpace, importance: [Double]?, hyperparameters: Hyperparameters) {
        self.hyperparameters = hyperparameters
        units = space.units
        let count = Double(units)
        let log = DeterministicMath.log
        let sizes = space.unitWeights.map { log(Double(max(1, $0))) }
        let powers = (0..<units).map { unit in
            let importance = importance.map { log(max($0[unit], 1e-6)) } ?? 0
            return DeterministicMath.exp(
                hyperparameters.importanceExponent * importance
                    + hyperparameters.sizeExponent * (sizes[unit] - sizes[0]))
        }
        let sum = powers.reduce(0, +)
        weights = powers.map { $0 * count / sum }
        tendencyScale = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let first = Double(space.choices.first?.bits ?? 0)
        let rate = -hyperparameters.curvature * DeterministicMath.log(2)
        let raw = space.choices.enumerated().map { index, choice in
            // Two precisions worth the same bits stay distinguishable by a small step.
            1 - DeterministicMath.exp(rate * (choice.effectiveBits - first)) + 1e-3 * Double(index)
        }
        let mean = raw.reduce(0, +) / Double(raw.count)
        let variance = raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(raw.count)
        let levels = raw.map { variance > 0 ? ($0 - mean) / variance.squareRoot() : 0 }
        self.levels = levels
        agreement = Self.agreement(levels)
        pairScale = units > 1 ? hyperparameters.pairwise * count / (count - 1) : 0
        neighbourScale = units > 1 ? hyperparameters.neighbour * count * count / (count - 1) : 0
        // Levels already have deviation 1, so 2 · var(x) is 2.
        distanceScale = 1 / (2 * count * hyperparameters.lengthScale * hyperparameters.lengthScale)
    }

    /// K of all pairs of choices with these levels.
    private static func agreement(_ levels: [Double]) -> [Double] {
        let share = levels.count > 2 ? ownShare : 0
        let step = 2 / Double(max(1, levels.count - 1))
        return levels.indices.flatMap { a in
            levels.indices.map { b in
                let distance = step * Double(a - b)
                return (1 - share) * levels[a] * levels[b]
                    + share * DeterministicMath.exp(-0.5 * distance * distance)
            }
        }
    }

    /// Sums over units from which a covariance follows.
    struct Sums {
        var product = 0.0
        var square = 0.0
        var distance = 0.0
        /// Of the products of units that follow each other.
        var neighbour = 0.0

        /// Adds the next unit's; `previous` is the product of the one before it, 0 before the first.
        @inline(__always)
        mutating func add(_ terms: Sums, previous: inout Double) {
            product += terms.product
            square += terms.square
            distance += terms.distance
            neighbour += previous * terms.product
            previous = terms.product
        }
    }

    /// What one unit adds for a pair of choices; what it has with its neighbours follows from the products.
    @inline(__always)
    func terms(unit: Int, _ a: Int, _ b: Int) -> Sums {
        let product = weights[unit] * agreement[a * levels.count + b] / Double(units)
        let difference = levels[a] - levels[b]
        return Sums(product: product, square: product * product, distance: weights[unit] * difference * difference)
    }

    /// t = Σ wₗ x̃ₗ/√(Σ wₗ²).
    func tendency(_ indices: [Int]) -> Double {
        var sum = 0.0
        for (unit, index) in indices.enumerated() { sum += weights[unit] * levels[index] }
        return sum / tendencyScale
    }

    /// The covariance of two allocations with these sums and tendencies.
    @inline(__always)
    func covariance(_ sums: Sums, tendencies: Double) -> Double {
        hyperparameters.tendency * tendencies + hyperparameters.additive * sums.product
            + pairScale * (sums.product * sums.product - sums.square) + neighbourScale * sums.neighbour
            + hyperparameters.smooth * Matern52.correlation(squaredDistance: sums.distance * distanceScale)
    }

    /// The same for eight pairs at once.
    @inline(__always)
    func covariances(
        product: SIMD8<Double>, square: SIMD8<Double>, distance: SIMD8<Double>, neighbour: SIMD8<Double>,
        tendencies: SIMD8<Double>
    ) -> SIMD8<Double> {
        hyperparameters.tendency * tendencies + hyperparameters.additive * product
            + pairScale * (product * product - square) + neighbourScale * neighbour
            + hyperparameters.smooth * Matern52.correlations(squaredDistances: distance * distanceScale)
    }

    func covariance(_ a: [Int], _ b: [Int]) -> Double {
        precondition(a.count == units && b.count == units, "one choice per unit")
        var sums = Sums()
        var previous = 0.0
        for unit in 0..<units { sums.add(terms(unit: unit, a[unit], b[unit]), previous: &previous) }
        return covariance(sums, tendencies: tendency(a) * tendency(b))
    }

    /// Row-major covariance matrix of all pairs, by tables of the units' terms.
    func matrix(_ points: [[Int]]) -> [Double] {
        let count = points.count
        var matrix = [Double](repeating: 0, count: count * count)
        forEachPair(points) { i, j, sums, tendencies in
            let value = covariance(sums, tendencies: tendencies)
            matrix[i * count + j] = value
            matrix[j * count + i] = value
        }
        return matrix
    }

    /// What each variance multiplies, for all pairs: row-major lower triangles in the order tendency, additive, pairwise,
    /// neighbour, smooth. Only the levels, the weights and the length scale matter.
    func parts(_ points: [[Int]]) -> [[Double]] {
        let count = points.count
        let units = Double(units)
        let pairs = units > 1 ? units / (units - 1) : 0
        var parts = [[Double]](repeating: [Double](repeating: 0, count: count * count), count: 5)
        forEachPair(points) { i, j, sums, tendencies in
            let at = i * count + j
            parts[0][at] = tendencies
            parts[1][at] = sums.product
            parts[2][at] = pairs * (sums.product * sums.product - sums.square)
            parts[3][at] = pairs * units * sums.neighbour
            parts[4][at] = Matern52.correlation(squaredDistance: sums.distance * distanceScale)
        }
        return parts
    }

    /// The sums and the product of the tendencies of every pair (i, j ≤ i).
    private func forEachPair(_ points: [[Int]], _ body: (Int, Int, Sums, Double) -> Void) {
        let width = levels.count
        var table = [Sums](repeating: Sums(), count: units * width * width)
        for unit in 0..<units {
            for a in 0..<width {
                for b in 0..<width { table[(unit * width + a) * width + b] = terms(unit: unit, a, b) }
            }
        }
        let flat = points.flatMap { $0 }
        let tendencies = points.map { tendency($0) }
        table.withUnsafeBufferPointer { table in
            flat.withUnsafeBufferPointer { flat in
                for i in points.indices {
                    for j in 0...i {
                        var sums = Sums()
                        var previous = 0.0
                        for unit in 0..<units {
                            let a = flat[i * units + unit]
                            let b = flat[j * units + unit]
                            sums.add(table[(unit * width + a) * width + b], previous: &previous)
                        }
                        body(i, j, sums, tendencies[i] * tendencies[j])
                    }
                }
            }
        }
    }
}
