/// What a search believes about every allocation: a Gaussian process over standardised values, its hyperparameters fitted.
///
/// Observations of the search itself are data. Earlier searches that measured something else are features (`SourceModel`).
/// Hyperparameters and standardisation are fitted to the first `fitCount` data; those that follow are appended in O(n²).
struct AllocationSurrogate: Sendable {
    /// A usable observation, by choice indices.
    struct Datum: Sendable, Equatable {
        let indices: [Int]
        let value: Double
        let standardError: Double
    }

    let kernel: AllocationKernel
    /// Fitted variance of what the standard errors do not cover, in standardised units.
    let noise: Double
    /// Logarithm of the marginal likelihood times the prior of the hyperparameters, up to a constant.
    let logPosterior: Double
    private(set) var points: [[Int]]
    /// φ of every source at every point, `[points][sources]`.
    private(set) var features: [[Double]]
    private(set) var process: GaussianProcess
    /// Mean and deviation that values were standardised with.
    let centre: Double
    let scale: Double
    let sources: [SourceModel]

    /// Prior mean β₀ and variance τ² of a source's factor, by the number of sources: together they are believed as much as
    /// one would be.
    var trustPrior: (mean: Double, variance: Double) {
        let count = Double(max(1, sources.count))
        return (0.8 / count, 0.36 / count)
    }
    /// With sources, the level of the new values is not that of the old.
    private static let levelVariance = 0.25

    /// To how many of `count` data hyperparameters are fitted: each time while they are few, then at ever longer distances,
    /// so that one more observation costs the square of their number and not the cube.
    static func fitCount(_ count: Int) -> Int {
        if count <= 30 { return count }
        var fitted = 30
        while true {
            let next = fitted + max(5, fitted / 10)
            if next > count { return fitted }
            fitted = next
        }
    }

    /// Fits to `data`; `nil` with fewer than two data and no sources, or if the numbers cannot be handled.
    ///
    /// The order of the data up to `fitCount` does not matter: they are sorted first, so that not even a rounding differs.
    init?(data: [Datum], space: AllocationSpace, importance: [Double]?, sources: [SourceModel] = []) {
        let fitted = data.prefix(Self.fitCount(data.count)).sorted(by: Self.precedes)
        guard fitted.count >= 2 || !sources.isEmpty else { return nil }
        self.sources = sources
        let trust = (0.8 / Double(max(1, sources.count)), 0.36 / Double(max(1, sources.count)))
        let features = fitted.map { datum in sources.map { $0.value(datum.indices) } }
        let values = fitted.map(\.value)
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        if sources.isEmpty {
            scale = squares > 0 ? (squares / Double(values.count)).squareRoot() : 1
            centre = mean
        } else {
            // Few values of a search that begins where an earlier one ended lie close together: the source's deviation
            // counts as three of them.
            let foreign = sources.map(\.scale).reduce(0, +) / Double(sources.count)
            scale = ((3 * foreign * foreign + squares) / Double(3 + max(0, values.count - 1))).squareRoot()
            let prior = features.map { $0.reduce(0) { $0 + trust.0 * $1 } }
            centre =
                values.isEmpty
                ? sources.map(\.centre).reduce(0, +) / Double(sources.count)
                : mean - scale * prior.reduce(0, +) / Double(prior.count)
        }
        self.features = features
        points = fitted.map(\.indices)
        let (centre, scale) = (centre, scale)
        let targets = zip(fitted, features).map { datum, features in
            (datum.value - centre) / scale - features.reduce(0) { $0 + trust.0 * $1 }
        }
        let known = fitted.map { ($0.standardError / scale) * ($0.standardError / scale) }
        let chosen = Self.chosen(values)
        let fit = SurrogateFit(
            space: space, importance: importance, points: chosen.map { fitted[$0].indices },
            targets: chosen.map { targets[$0] }, knownNoise: chosen.map { known[$0] },
            given: sources.isEmpty ? [] : Self.foreign(chosen.map { features[$0] }, variance: trust.1))
        guard let best = fit.best() else { return nil }
        kernel = best.kernel
        noise = best.noise
        logPosterior = best.logPosterior
        var covariance = best.kernel.matrix(points)
        if !sources.isEmpty {
            for (i, value) in Self.foreign(features, variance: trust.1).enumerated() { covariance[i] += value }
        }
        guard
            let process = GaussianProcess(
                covariance: covariance, noise: known.map { $0 + best.noise }, targets: targets)
        else { return nil }
        self.process = process
        for datum in data.dropFirst(fitted.count) where !append(datum) { return nil }
    }

    /// Which data hyperparameters are fitted to: all, or the best and an even choice of the rest.
    private static func chosen(_ values: [Double]) -> [Int] {
        guard values.count > SurrogateFit.limit else { return Array(values.indices) }
        let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        let half = SurrogateFit.limit / 2
        let rest = order.dropFirst(half)
        let spread = (0..<half).map { rest[rest.startIndex + $0 * rest.count / half] }
        return (order.prefix(half) + spread).sorted()
    }

    /// What sources add to the covariance of all pairs, row-major.
    private static func foreign(_ features: [[Double]], variance: Double) -> [Double] {
        features.flatMap { a in features.map { b in foreign(a, b, variance: variance) } }
    }

    private static func foreign(_ a: [Double], _ b: [Double], variance: Double) -> Double {
        guard !a.isEmpty else { return 0 }
        var sum = levelVariance
        for (x, y) in zip(a, b) { sum += variance * x * y }
        return sum
    }

    /// Prior covariance of two allocations with these features.
    func foreignCovariance(_ a: [Double], _ b: [Double]) -> Double {
        Self.foreign(a, b, variance: trustPrior.variance)
    }

    /// What sources say before the search's own observations count.
    func priorMean(_ features: [Double]) -> Double { features.reduce(0) { $0 + trustPrior.mean * $1 } }

    /// φ of every source at an allocation.
    func features(_ indices: [Int]) -> [Double] { sources.map { $0.value(indices) } }

    /// Adds an observation without fitting again, in O(n²); `false` if it cannot be added numerically.
    mutating func append(_ datum: Datum) -> Bool {
        let error = datum.standardError / scale
        let own = features(datum.indices)
        let target = (datum.value - centre) / scale - priorMean(own)
        return append(datum.indices, features: own, noise: error * error + noise, target: target)
    }

    /// Believes its own mean at `indices`: the allocation counts as measured, which spreads parallel trials.
    mutating func believe(_ indices: [Int]) {
        let own = features(indices)
        let cross = cross(indices, own)
        var mean = 0.0
        for (covariance, weight) in zip(cross, process.weights) { mean += covariance * weight }
        _ = append(indices, features: own, noise: noise, target: mean)
    }

    private func cross(_ indices: [Int], _ own: [Double]) -> [Double] {
        zip(points, features).map { kernel.covariance($0, indices) + foreignCovariance($1, own) }
    }

    private mutating func append(_ indices: [Int], features own: [Double], noise: Double, target: Double) -> Bool {
        let variance = kernel.covariance(indices, indices) + foreignCovariance(own, own)
        guard process.append(cross: cross(indices, own), variance: variance, noise: noise, target: target) else {
            return false
        }
        points.append(indices)
        features.append(own)
        return true
    }

    /// How much of each source is believed: its factor β, between 0 (not at all) and 1.
    var trust: [Proposal.Trust] {
        sources.indices.map { s in
            var factor = trustPrior.mean
            for (features, weight) in zip(features, process.weights) {
                factor += trustPrior.variance * features[s] * weight
            }
            return Proposal.Trust(source: sources[s].source, weight: min(1, max(0, factor)))
        }
    }

    /// What was fitted, named, in a fixed order.
    var named: [Proposal.Hyperparameter] {
        let h = kernel.hyperparameters
        return [
            ("tendency_variance", h.tendency), ("additive_variance", h.additive), ("pairwise_variance", h.pairwise),
            ("neighbour_variance", h.neighbour), ("smooth_variance", h.smooth), ("length_scale", h.lengthScale),
            ("curvature", h.curvature),
            ("importance_exponent", h.importanceExponent), ("size_exponent", h.sizeExponent), ("noise_variance", noise),
            ("target_mean", centre),
            ("target_deviation", scale), ("log_posterior", logPosterior),
        ].map { Proposal.Hyperparameter(name: $0.0, value: $0.1) }
    }

    private static func precedes(_ a: Datum, _ b: Datum) -> Bool {
        if a.indices != b.indices { return a.indices.lexicographicallyPrecedes(b.indices) }
        if a.value != b.value { return a.value < b.value }
        return a.standardError < b.standardError
    }
}
