/// The kernel for allocations: every unit's own effect, effects of pairs, and whatever else is smooth.
///
/// A choice worth b bits has the level x(b) = 1 − 2^(−κ (b − b₀)) scaled to 0…1, for the error of a code falls by a constant
/// factor with every bit; x̃ is x with mean 0 and deviation 1 over the choices. With kₗ = wₗ x̃ₗ x̃'ₗ / L,
///
///     k = tendency · t t' + additive · Σ kₗ + pairwise · L/(L − 1) · ((Σ kₗ)² − Σ kₗ²) + smooth · Matérn₅⁄₂(r / ℓ)
///
/// t = Σ wₗ x̃ₗ/√(Σ wₗ²) lets all units share the expectation that bits help; the second term is a Bayesian linear model with one
/// coefficient per unit, the third one with a coefficient per pair of units (Duvenaud et al. 2011, "Additive Gaussian
/// Processes"); r² = Σ wₗ (xₗ − x'ₗ)²/(2 var(x) L). The weights wₗ (mean 1) are the prior importance to the power γ: units
/// believed to matter may have larger effects.
struct AllocationKernel: Kernel {
    /// What is fitted.
    struct Hyperparameters: Sendable, Equatable {
        /// Prior variance of the shared tendency.
        var tendency = 0.5
        /// Prior variance of the units' own effects.
        var additive = 0.5
        /// Prior variance of the pairs' effects.
        var pairwise = 0.1
        /// Prior variance of the rest.
        var smooth = 0.1
        /// Length scale ℓ of the rest; 1 is the distance of two random allocations.
        var lengthScale = 1.5
        /// Exponent κ: how fast the benefit of another bit falls.
        var curvature = 1.0
        /// Exponent γ of the prior importance.
        var importanceExponent = 0.5
    }

    let hyperparameters: Hyperparameters
    /// Mean 1, `[units]`.
    let weights: [Double]
    /// x̃ of each choice.
    let levels: [Double]
    let units: Int
    /// √(Σ wₗ²).
    let tendencyScale: Double
    private let pairScale: Double
    private let distanceScale: Double

    /// - Parameter importance: `[units]`, mean 1, or `nil` for equal weights.
    init(space: AllocationSpace, importance: [Double]?, hyperparameters: Hyperparameters) {
        self.hyperparameters = hyperparameters
        units = space.units
        let count = Double(units)
        if let importance {
            let powers = importance.map {
                DeterministicMath.exp(hyperparameters.importanceExponent * DeterministicMath.log(max($0, 1e-6)))
            }
            let sum = powers.reduce(0, +)
            weights = powers.map { $0 * count / sum }
        } else {
            weights = [Double](repeating: 1, count: units)
        }
        tendencyScale = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let first = Double(space.choices.first?.bits ?? 0)
        let rate = -hyperparameters.curvature * DeterministicMath.log(2)
        let raw = space.choices.enumerated().map { index, choice in
            // Two precisions worth the same bits stay distinguishable by a small step.
            1 - DeterministicMath.exp(rate * (choice.effectiveBits - first)) + 1e-3 * Double(index)
        }
        let mean = raw.reduce(0, +) / Double(raw.count)
        let variance = raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(raw.count)
        levels = raw.map { variance > 0 ? ($0 - mean) / variance.squareRoot() : 0 }
        pairScale = units > 1 ? hyperparameters.pairwise * count / (count - 1) : 0
        // Levels already have deviation 1, so 2 · var(x) is 2.
        distanceScale = 1 / (2 * count * hyperparameters.lengthScale * hyperparameters.lengthScale)
    }

    /// Sums over units from which a covariance follows.
    struct Sums {
        var product = 0.0
        var square = 0.0
        var distance = 0.0
    }

    /// What one unit adds for a pair of choices.
    @inline(__always)
    func terms(unit: Int, _ a: Int, _ b: Int) -> Sums {
        let product = weights[unit] * levels[a] * levels[b] / Double(units)
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
    func covariance(product: Double, square: Double, distance: Double, tendencies: Double) -> Double {
        hyperparameters.tendency * tendencies + hyperparameters.additive * product
            + pairScale * (product * product - square)
            + hyperparameters.smooth * Matern52.correlation(squaredDistance: distance * distanceScale)
    }

    /// The same for eight pairs at once.
    @inline(__always)
    func covariances(
        product: SIMD8<Double>, square: SIMD8<Double>, distance: SIMD8<Double>, tendencies: SIMD8<Double>
    ) -> SIMD8<Double> {
        hyperparameters.tendency * tendencies + hyperparameters.additive * product
            + pairScale * (product * product - square)
            + hyperparameters.smooth * Matern52.correlations(squaredDistances: distance * distanceScale)
    }

    func covariance(_ a: [Int], _ b: [Int]) -> Double {
        precondition(a.count == units && b.count == units, "one choice per unit")
        var sums = Sums()
        for unit in 0..<units {
            let terms = terms(unit: unit, a[unit], b[unit])
            sums.product += terms.product
            sums.square += terms.square
            sums.distance += terms.distance
        }
        return covariance(
            product: sums.product, square: sums.square, distance: sums.distance,
            tendencies: tendency(a) * tendency(b))
    }

    /// Row-major covariance matrix of all pairs, by tables of the units' terms.
    func matrix(_ points: [[Int]]) -> [Double] {
        let count = points.count
        let width = levels.count
        var table = [Sums](repeating: Sums(), count: units * width * width)
        for unit in 0..<units {
            for a in 0..<width {
                for b in 0..<width { table[(unit * width + a) * width + b] = terms(unit: unit, a, b) }
            }
        }
        let flat = points.flatMap { $0 }
        let tendencies = points.map { tendency($0) }
        var matrix = [Double](repeating: 0, count: count * count)
        table.withUnsafeBufferPointer { table in
            flat.withUnsafeBufferPointer { flat in
                for i in 0..<count {
                    for j in 0...i {
                        var sums = Sums()
                        for unit in 0..<units {
                            let a = flat[i * units + unit]
                            let b = flat[j * units + unit]
                            let terms = table[(unit * width + a) * width + b]
                            sums.product += terms.product
                            sums.square += terms.square
                            sums.distance += terms.distance
                        }
                        let value = covariance(
                            product: sums.product, square: sums.square, distance: sums.distance,
                            tendencies: tendencies[i] * tendencies[j])
                        matrix[i * count + j] = value
                        matrix[j * count + i] = value
                    }
                }
            }
        }
        return matrix
    }
}
