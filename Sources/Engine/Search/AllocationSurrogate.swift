/// What a search believes about every allocation: a Gaussian process over standardised values, its hyperparameters fitted.
struct AllocationSurrogate: Sendable {
    /// A usable observation, by choice indices.
    struct Datum: Sendable {
        let indices: [Int]
        let value: Double
        let standardError: Double
        let isSameObjective: Bool
    }

    let kernel: AllocationKernel
    /// Fitted variance of what the standard errors do not cover, in standardised units.
    let noise: Double
    /// Logarithm of the marginal likelihood times the prior of the hyperparameters, up to a constant.
    let logPosterior: Double
    private(set) var points: [[Int]]
    private(set) var process: GaussianProcess
    /// Mean and deviation that values of this search's objective were standardised with.
    let centre: Double
    let scale: Double

    /// Variance that a foreign objective's standardised values get on top: its ranking is a hint, not a measurement.
    private static let foreignNoise = 0.25

    /// Fits to `data`; `nil` with fewer than two data or if the numbers cannot be handled.
    ///
    /// The order of the data does not matter: they are sorted first, so that not even a rounding differs.
    init?(data: [Datum], space: AllocationSpace, importance: [Double]?) {
        let sorted = data.sorted(by: Self.precedes)
        guard sorted.count >= 2 else { return nil }
        let own = Self.moments(sorted.filter(\.isSameObjective).map(\.value))
        let foreign = Self.moments(sorted.filter { !$0.isSameObjective }.map(\.value))
        // Without an observation of its own a search answers in the foreign unit.
        let reference = own ?? foreign
        guard let reference else { return nil }
        centre = reference.mean
        scale = reference.deviation
        var targets: [Double] = []
        var known: [Double] = []
        for datum in sorted {
            let moments = (datum.isSameObjective ? own : foreign) ?? reference
            let error = datum.standardError / moments.deviation
            targets.append((datum.value - moments.mean) / moments.deviation)
            known.append(error * error + (datum.isSameObjective ? 0 : Self.foreignNoise))
        }
        let points = sorted.map(\.indices)
        let fit = SurrogateFit(
            space: space, importance: importance, points: points, targets: targets, knownNoise: known)
        guard let best = fit.best() else { return nil }
        kernel = best.kernel
        noise = best.noise
        logPosterior = best.logPosterior
        process = best.process
        self.points = points
    }

    /// Believes its own mean at `indices`: the allocation counts as measured, which spreads parallel trials.
    mutating func believe(_ indices: [Int]) {
        let cross = points.map { kernel.covariance($0, indices) }
        let variance = kernel.covariance(indices, indices)
        let mean = process.posterior(cross: cross, variance: variance).mean
        if process.append(cross: cross, variance: variance, noise: noise, target: mean) { points.append(indices) }
    }

    /// What was fitted, named, in a fixed order.
    var named: [Proposal.Hyperparameter] {
        let h = kernel.hyperparameters
        return [
            ("tendency_variance", h.tendency), ("additive_variance", h.additive), ("pairwise_variance", h.pairwise),
            ("smooth_variance", h.smooth), ("length_scale", h.lengthScale), ("curvature", h.curvature),
            ("importance_exponent", h.importanceExponent), ("noise_variance", noise), ("target_mean", centre),
            ("target_deviation", scale), ("log_posterior", logPosterior),
        ].map { Proposal.Hyperparameter(name: $0.0, value: $0.1) }
    }

    private static func precedes(_ a: Datum, _ b: Datum) -> Bool {
        if a.indices != b.indices { return a.indices.lexicographicallyPrecedes(b.indices) }
        if a.value != b.value { return a.value < b.value }
        if a.standardError != b.standardError { return a.standardError < b.standardError }
        return a.isSameObjective && !b.isSameObjective
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double)? {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return (mean, variance > 0 ? variance.squareRoot() : 1)
    }
}
