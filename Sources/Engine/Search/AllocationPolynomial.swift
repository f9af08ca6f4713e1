/// The part of a surrogate's posterior mean that is a sum over units and pairs of units,
///
///     f(b) = Σ aₗ(bₗ) + Σ_{l<m} pₗₘ(bₗ, bₘ)
///
/// as tables over the choices. It is quick to evaluate, wherever the data behind it came from. What the surrogate calls
/// smooth is left out.
struct AllocationPolynomial: Sendable {
    private let width: Int
    /// `[units][choices]`.
    private var single: [Double]
    /// `[pairs][choices][choices]`: unit l with every m < l begins at pair l (l − 1) / 2.
    private var pairs: [Double]

    /// The mean in the kernel's feature space: prior covariance with each datum times C⁻¹ y.
    init(_ surrogate: AllocationSurrogate) {
        let kernel = surrogate.kernel
        let h = kernel.hyperparameters
        let units = kernel.units
        let width = kernel.levels.count
        self.width = width
        let count = Double(units)
        let pairVariance = units > 1 ? 2 * h.pairwise / (count * (count - 1)) : 0
        let neighbourVariance = units > 1 ? h.neighbour / (count - 1) : 0
        var single = [Double](repeating: 0, count: units * width)
        var pairs = [Double](repeating: 0, count: units * (units - 1) / 2 * width * width)
        for (point, weight) in zip(surrogate.points, surrogate.process.weights) {
            let tendency = h.tendency * weight * kernel.tendency(point) / kernel.tendencyScale
            // wₗ K of every unit's choice with each other choice.
            let effects = (0..<units).flatMap { l in
                (0..<width).map { kernel.weights[l] * kernel.agreement[point[l] * width + $0] }
            }
            for l in 0..<units {
                for a in 0..<width {
                    single[l * width + a] +=
                        kernel.weights[l] * tendency * kernel.levels[a]
                        + h.additive / count * weight * effects[l * width + a]
                }
            }
            effects.withUnsafeBufferPointer { effects in
                pairs.withUnsafeMutableBufferPointer { pairs in
                    var at = 0
                    for l in 0..<units {
                        for m in 0..<l {
                            let scale = (m == l - 1 ? pairVariance + neighbourVariance : pairVariance) * weight
                            for a in 0..<width {
                                let own = scale * effects[l * width + a]
                                for b in 0..<width { pairs[at + b] += own * effects[m * width + b] }
                                at += width
                            }
                        }
                    }
                }
            }
        }
        self.single = single
        self.pairs = pairs
    }

    /// f at an allocation, in the surrogate's standardised unit.
    func value(_ indices: [Int]) -> Double {
        var sum = 0.0
        var at = 0
        for l in indices.indices {
            let own = indices[l]
            sum += single[l * width + own]
            for m in 0..<l {
                sum += pairs[at + own * width + indices[m]]
                at += width * width
            }
        }
        return sum
    }
}
