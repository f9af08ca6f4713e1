/// The part of a surrogate's posterior mean that is a polynomial: every unit's own effect and effects of pairs,
///
///     f(x) = Σ aₗ x̃ₗ + Σ_{l<m} pₗₘ x̃ₗ x̃ₘ
///
/// It is quick to evaluate, wherever the data behind it came from. What the surrogate calls smooth is left out.
struct AllocationPolynomial: Sendable {
    private let levels: [Double]
    private var linear: [Double]
    /// Row-major below the diagonal: row l begins at l (l − 1) / 2.
    private var pairs: [Double]

    /// The coefficients of the kernel's feature space: prior covariance times features times C⁻¹ y.
    init(_ surrogate: AllocationSurrogate) {
        let kernel = surrogate.kernel
        let h = kernel.hyperparameters
        let units = kernel.units
        levels = kernel.levels
        linear = [Double](repeating: 0, count: units)
        pairs = [Double](repeating: 0, count: units * (units - 1) / 2)
        let count = Double(units)
        let pairVariance = units > 1 ? 2 * h.pairwise / (count * (count - 1)) : 0
        let neighbourVariance = units > 1 ? h.neighbour / (count - 1) : 0
        for (point, weight) in zip(surrogate.points, surrogate.process.weights) {
            let tendency = h.tendency * weight * kernel.tendency(point) / kernel.tendencyScale
            var at = 0
            for l in 0..<units {
                let x = kernel.weights[l] * levels[point[l]]
                linear[l] += kernel.weights[l] * tendency + h.additive / count * weight * x
                let scaled = pairVariance * weight * x
                let closer = (pairVariance + neighbourVariance) * weight * x
                for m in 0..<l {
                    pairs[at] += (m == l - 1 ? closer : scaled) * kernel.weights[m] * levels[point[m]]
                    at += 1
                }
            }
        }
    }

    /// f at an allocation, in the surrogate's standardised unit.
    func value(_ indices: [Int]) -> Double {
        var sum = 0.0
        var at = 0
        for l in indices.indices {
            var slope = linear[l]
            for m in 0..<l {
                slope += pairs[at] * levels[indices[m]]
                at += 1
            }
            sum += slope * levels[indices[l]]
        }
        return sum
    }
}
