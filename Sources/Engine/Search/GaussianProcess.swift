/// A Gaussian process with zero prior mean, conditioned on observations of known noise.
///
/// With C = K + diag(noise) and a = C⁻¹ y: posterior mean k*ᵀ a, variance k** − |L⁻¹ k*|² of the latent function (the noise of
/// a new observation not included).
///
/// Source: Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", algorithm 2.1.
struct GaussianProcess: Sendable {
    /// Factor of C.
    private(set) var cholesky: Cholesky
    /// C⁻¹ y.
    private(set) var weights: [Double]
    private(set) var targets: [Double]

    /// Conditions on `targets` with prior covariances `covariance` (row-major `[count, count]`) and noise variances.
    ///
    /// `nil` if the matrix is not positive definite even with jitter, which finite covariances of a kernel never are.
    init?(covariance: [Double], noise: [Double], targets: [Double]) {
        let count = targets.count
        precondition(noise.count == count, "one noise variance per target")
        var matrix = covariance
        for i in 0..<count { matrix[i * count + i] += noise[i] }
        guard let cholesky = Cholesky(matrix, count: count) else { return nil }
        self.cholesky = cholesky
        self.targets = targets
        weights = cholesky.solve(targets)
    }

    /// ln p(y) = −½ yᵀ C⁻¹ y − ½ ln |C| − n/2 ln 2π.
    var logMarginalLikelihood: Double {
        var fit = 0.0
        for (target, weight) in zip(targets, weights) { fit += target * weight }
        return -0.5 * fit - 0.5 * cholesky.logDeterminant - Double(targets.count) * SpecialFunctions.logRootTwoPi
    }

    /// Mean and standard deviation of the latent function at a point, from its covariances with the observed points and its
    /// prior variance.
    func posterior(cross: [Double], variance: Double) -> (mean: Double, deviation: Double) {
        var mean = 0.0
        for (covariance, weight) in zip(cross, weights) { mean += covariance * weight }
        var rest = variance
        for value in cholesky.solveLower(cross) { rest -= value * value }
        return (mean, max(0, rest).squareRoot())
    }

    /// Adds an observation in O(n²) without changing hyperparameters; `false` (and no change) if it adds nothing
    /// numerically.
    mutating func append(cross: [Double], variance: Double, noise: Double, target: Double) -> Bool {
        guard cholesky.append(cross: cross, diagonal: variance + noise) else { return false }
        targets.append(target)
        weights = cholesky.solve(targets)
        return true
    }

    /// The same points and noise with other targets, in O(n²).
    mutating func setTargets(_ targets: [Double]) {
        precondition(targets.count == self.targets.count, "one target per point")
        self.targets = targets
        weights = cholesky.solve(targets)
    }
}

extension GaussianProcess {
    /// Conditions a process with this kernel on values at `points`.
    init?<K: Kernel>(kernel: K, points: [K.Point], noise: [Double], targets: [Double]) {
        self.init(covariance: kernel.matrix(points), noise: noise, targets: targets)
    }

    /// Mean and standard deviation of the latent function at `point`; kernel and points as at conditioning.
    func posterior<K: Kernel>(kernel: K, points: [K.Point], at point: K.Point) -> (mean: Double, deviation: Double) {
        posterior(cross: points.map { kernel.covariance($0, point) }, variance: kernel.covariance(point, point))
    }
}
