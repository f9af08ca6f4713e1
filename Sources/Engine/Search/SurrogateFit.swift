/// Finds the hyperparameters of the allocation kernel that are most probable given the data.
///
/// Maximises log marginal likelihood plus log priors (normal in the logarithms). The variances, in which the covariance is
/// linear, are climbed by BFGS with exact gradients; curvature and the exponents of importance and size take the best of a
/// few values. The priors say: units have effects of their own and share a tendency; pairs and the rest explain less. Noise
/// beyond what the standard errors say is a thousandth of the variance, give or take a factor of two, where they are given,
/// and a tenth, give or take a factor of four, where they are not.
struct SurrogateFit {
    /// A fitted model.
    struct Result: Sendable {
        let kernel: AllocationKernel
        /// Variance of the noise that the known one does not cover.
        let noise: Double
        let logPosterior: Double
    }

    /// Mean and deviation of a normal prior of a parameter.
    private struct Prior {
        let mean: Double
        let deviation: Double
    }

    let space: AllocationSpace
    let importance: [Double]?
    let points: [[Int]]
    let targets: [Double]
    let knownNoise: [Double]
    /// Covariance that is there whatever the hyperparameters, row-major; empty for none.
    let given: [Double]

    /// Above this many data a choice of them is fitted to: hyperparameters are known well enough by then.
    static let limit = 128
    private static let noiseFloor = 1e-6

    /// The noise, behind the variances of the kernel.
    private static let noiseAt = variances.count

    /// The variances of the kernel that are climbed, in the order of `priors` and of `AllocationKernel.parts`.
    private static let variances: [any WritableKeyPath<AllocationKernel.Hyperparameters, Double> & Sendable] = [
        \.tendency, \.additive, \.pairwise, \.neighbour, \.smooth,
    ]

    /// Of the logarithms of the variances, the noise last.
    private var priors: [Prior] {
        let log = DeterministicMath.log
        let isNoiseKnown = knownNoise.allSatisfy { $0 > 0 }
        return [
            Prior(mean: log(0.3), deviation: 1), Prior(mean: log(0.6), deviation: 1),
            Prior(mean: log(0.1), deviation: 1), Prior(mean: log(0.05), deviation: 1),
            Prior(mean: log(0.05), deviation: 1),
            // Where noise is known, a wider prior lets a handful of data call their misfit noise, and the mean then strays
            // from what was measured well.
            isNoiseKnown ? Prior(mean: log(0.001), deviation: 0.7) : Prior(mean: log(0.1), deviation: 1.4),
        ]
    }

    /// With two levels every curvature gives the same kernel.
    private var hasCurvature: Bool { Set(space.choices.map(\.bits)).count > 2 }

    private var hasSizes: Bool { Set(space.unitWeights).count > 1 }

    /// The most probable model; nil if the numbers cannot be handled.
    func best() -> Result? {
        let means = priors.map(\.mean)
        var starts = [means]
        if targets.count < 20 {
            // The other mode that small data often have explains most of them by noise.
            var noisy = means
            noisy[0] -= 1
            noisy[1] -= 1
            noisy[Self.noiseAt] += 1.5
            starts.append(noisy)
        }
        var shape = AllocationKernel.Hyperparameters()
        if importance == nil { shape.importanceExponent = 0 }
        if !hasSizes { shape.sizeExponent = 0 }
        var found: (point: [Double], value: Double)?
        var parts = self.parts(shape)
        for start in starts {
            let end = climb(from: start, parts, iterations: 14)
            if end.value > found?.value ?? -.infinity { found = end }
        }
        guard var found else { return nil }
        var alternatives: [AllocationKernel.Hyperparameters] = []
        func add(_ change: (inout AllocationKernel.Hyperparameters) -> Void) {
            var other = shape
            change(&other)
            alternatives.append(other)
        }
        if hasCurvature { for curvature in [0.5, 0.7, 1, 2, 2.8, 4] { add { $0.curvature = curvature } } }
        if hasSizes { for exponent in [0.0, 2] { add { $0.sizeExponent = exponent } } }
        if importance != nil { for exponent in [0, 0.25, 1] { add { $0.importanceExponent = exponent } } }
        if !alternatives.isEmpty {
            let prior = Self.logPrior(of: shape)
            var best = (shape, found.value + prior, parts)
            for other in alternatives {
                let otherParts = self.parts(other)
                guard let value = evaluate(found.point, otherParts, wantsGradient: false)?.value else { continue }
                if value + Self.logPrior(of: other) > best.1 {
                    best = (other, value + Self.logPrior(of: other), otherParts)
                }
            }
            if best.0 != shape {
                shape = best.0
                parts = best.2
                let end = climb(from: found.point, parts, iterations: 6)
                found = end
            }
        }
        guard found.value.isFinite else { return nil }
        shape = Self.shape(shape, variances: found.point)
        return Result(
            kernel: AllocationKernel(space: space, importance: importance, hyperparameters: shape),
            noise: Self.noiseFloor + DeterministicMath.exp(found.point[Self.noiseAt]),
            logPosterior: found.value + Self.logPrior(of: shape))
    }

    private static func shape(
        _ shape: AllocationKernel.Hyperparameters, variances: [Double]
    ) -> AllocationKernel.Hyperparameters {
        let exp = DeterministicMath.exp
        var shape = shape
        for (variance, value) in zip(Self.variances, variances) { shape[keyPath: variance] = exp(value) }
        return shape
    }

    /// Curvature is 1.4 within a factor of 2, the exponent a half give or take a half.
    ///
    /// The error of a weight falls by a factor of 3.5 to 4 with every bit, which is a curvature of 1.8 to 2; losses of trained
    /// models fell by 3.6 from 3 to 4 bits and by 7.9 from 2 to 3.
    private static func logPrior(of shape: AllocationKernel.Hyperparameters) -> Double {
        let curvature = DeterministicMath.log(shape.curvature / 1.4) / 0.7
        let exponent = (shape.importanceExponent - 0.5) / 0.5
        return -0.5 * (curvature * curvature + exponent * exponent)
    }

    /// The covariances that the variances multiply, in their order, each a row-major lower triangle.
    private func parts(_ shape: AllocationKernel.Hyperparameters) -> [[Double]] {
        AllocationKernel(space: space, importance: importance, hyperparameters: shape).parts(points)
    }

    /// Log posterior of the variances, and its gradient.
    private func evaluate(
        _ point: [Double], _ parts: [[Double]], wantsGradient: Bool
    ) -> (value: Double, gradient: [Double])? {
        let count = targets.count
        var logPrior = 0.0
        var gradient = [Double](repeating: 0, count: point.count)
        for (i, prior) in priors.enumerated() {
            let z = (point[i] - prior.mean) / prior.deviation
            logPrior -= 0.5 * z * z
            gradient[i] = -z / prior.deviation
        }
        // Far out the exponentials overflow, and nothing there is ever best.
        guard logPrior > -200 else { return nil }
        let variances = point.map { DeterministicMath.exp($0) }
        var matrix = given.isEmpty ? [Double](repeating: 0, count: count * count) : given
        for (part, variance) in zip(parts, variances) {
            for i in 0..<count {
                for j in 0...i { matrix[i * count + j] += variance * part[i * count + j] }
            }
        }
        for i in 0..<count { matrix[i * count + i] += knownNoise[i] + Self.noiseFloor + variances[Self.noiseAt] }
        guard let cholesky = Cholesky(matrix, count: count) else { return nil }
        let weights = cholesky.solve(targets)
        var fit = 0.0
        for (target, weight) in zip(targets, weights) { fit += target * weight }
        let value =
            -0.5 * fit - 0.5 * cholesky.logDeterminant - Double(count) * SpecialFunctions.logRootTwoPi + logPrior
        guard wantsGradient else { return (value, gradient) }
        // ½ tr((a aᵀ − C⁻¹) dC), the lower triangle counted twice.
        var inner = cholesky.inverse()
        for i in 0..<count {
            for j in 0...i {
                let twice: Double = i == j ? 0.5 : 1
                inner[i * count + j] = twice * (weights[i] * weights[j] - inner[i * count + j])
            }
        }
        for (k, part) in parts.enumerated() {
            var sum = 0.0
            for i in 0..<count {
                for j in 0...i { sum += inner[i * count + j] * part[i * count + j] }
            }
            gradient[k] += variances[k] * sum
        }
        var trace = 0.0
        for i in 0..<count { trace += inner[i * count + i] }
        gradient[Self.noiseAt] += variances[Self.noiseAt] * trace
        return (value, gradient)
    }

    /// Climbs by BFGS (Nocedal & Wright 2006, algorithm 6.1) with steps that are halved until they help.
    private func climb(
        from start: [Double], _ parts: [[Double]], iterations: Int
    ) -> (point: [Double], value: Double) {
        let size = start.count
        guard var current = evaluate(start, parts, wantsGradient: true) else { return (start, -.infinity) }
        var point = start
        var inverse = [Double](repeating: 0, count: size * size)
        for i in 0..<size { inverse[i * size + i] = 0.5 }
        for _ in 0..<iterations {
            var step = [Double](repeating: 0, count: size)
            for i in 0..<size {
                for j in 0..<size { step[i] += inverse[i * size + j] * current.gradient[j] }
            }
            var slope = 0.0
            var longest = 0.0
            for i in 0..<size {
                slope += step[i] * current.gradient[i]
                longest = max(longest, abs(step[i]))
            }
            guard slope > 1e-4 else { break }
            var length = min(1, 2 / longest)
            var next: (point: [Double], value: (value: Double, gradient: [Double]))?
            for _ in 0..<8 {
                let candidate = zip(point, step).map { $0 + length * $1 }
                if let value = evaluate(candidate, parts, wantsGradient: true),
                    value.value >= current.value + 1e-4 * length * slope
                {
                    next = (candidate, value)
                    break
                }
                length *= 0.4
            }
            guard let next else { break }
            let moved = zip(next.point, point).map { $0 - $1 }
            // Of the negated function, which is minimised.
            let turned = zip(current.gradient, next.value.gradient).map { $0 - $1 }
            var product = 0.0
            for i in 0..<size { product += moved[i] * turned[i] }
            let gained = next.value.value - current.value
            (point, current) = (next.point, next.value)
            if gained < 1e-3 { break }
            guard product > 1e-10 else { continue }
            update(&inverse, moved: moved, turned: turned, product: product)
        }
        return (point, current.value)
    }

    private func update(_ inverse: inout [Double], moved: [Double], turned: [Double], product: Double) {
        let size = moved.count
        var mapped = [Double](repeating: 0, count: size)
        for i in 0..<size {
            for j in 0..<size { mapped[i] += inverse[i * size + j] * turned[j] }
        }
        var quadratic = 0.0
        for i in 0..<size { quadratic += turned[i] * mapped[i] }
        for i in 0..<size {
            for j in 0..<size {
                inverse[i * size + j] +=
                    (1 + quadratic / product) * moved[i] * moved[j] / product
                    - (mapped[i] * moved[j] + moved[i] * mapped[j]) / product
            }
        }
    }
}
