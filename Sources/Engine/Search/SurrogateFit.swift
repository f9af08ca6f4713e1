/// Finds the hyperparameters of the allocation kernel that are most probable given the data.
///
/// Maximises log marginal likelihood plus log priors (normal in the logarithms) by Nelder–Mead from two starts. The priors
/// say: units have effects of their own and share a tendency; pairs and the rest explain less; noise is a tenth of the variance,
/// give or take a factor of four.
struct SurrogateFit {
    /// A fitted model.
    struct Result {
        let kernel: AllocationKernel
        let process: GaussianProcess
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

    private static let noiseFloor = 1e-6

    /// tendency, additive, pairwise, smooth, length scale, noise; then curvature and importance exponent where they matter.
    private var priors: [Prior] {
        let log = DeterministicMath.log
        var priors = [
            Prior(mean: log(0.3), deviation: 1), Prior(mean: log(0.6), deviation: 1),
            Prior(mean: log(0.1), deviation: 1), Prior(mean: log(0.05), deviation: 1),
            Prior(mean: log(1.5), deviation: 0.5), Prior(mean: log(0.1), deviation: 1.4),
        ]
        if hasCurvature { priors.append(Prior(mean: log(1), deviation: 0.5)) }
        if importance != nil { priors.append(Prior(mean: 0.5, deviation: 0.5)) }
        return priors
    }

    /// With two levels every curvature gives the same kernel.
    private var hasCurvature: Bool { Set(space.choices.map(\.bits)).count > 2 }

    private func decode(_ parameters: [Double]) -> (AllocationKernel, noise: Double) {
        let exp = DeterministicMath.exp
        var rest = parameters[6...]
        var h = AllocationKernel.Hyperparameters()
        h.tendency = exp(parameters[0])
        h.additive = exp(parameters[1])
        h.pairwise = exp(parameters[2])
        h.smooth = exp(parameters[3])
        h.lengthScale = exp(parameters[4])
        if hasCurvature { h.curvature = exp(rest.removeFirst()) }
        h.importanceExponent = importance == nil ? 0 : min(max(rest.removeFirst(), 0), 2)
        let kernel = AllocationKernel(space: space, importance: importance, hyperparameters: h)
        return (kernel, Self.noiseFloor + exp(parameters[5]))
    }

    private func evaluate(_ parameters: [Double]) -> Result? {
        var logPrior = 0.0
        for (value, prior) in zip(parameters, priors) {
            let z = (value - prior.mean) / prior.deviation
            logPrior -= 0.5 * z * z
        }
        // Far out the exponentials overflow, and nothing there is ever best.
        guard logPrior > -200 else { return nil }
        let (kernel, noise) = decode(parameters)
        guard
            let process = GaussianProcess(
                covariance: kernel.matrix(points), noise: knownNoise.map { $0 + noise }, targets: targets)
        else { return nil }
        return Result(
            kernel: kernel, process: process, noise: noise, logPosterior: process.logMarginalLikelihood + logPrior)
    }

    /// The most probable model.
    func best() -> Result? {
        let means = priors.map(\.mean)
        // The second start explains most of the data by noise: the other mode that small data often have.
        var noisy = means
        noisy[0] -= 1
        noisy[1] -= 1
        noisy[5] += 1.5
        let search = NelderMead(evaluations: 30 * means.count, tolerance: 1e-3)
        var found: (point: [Double], value: Double)?
        for start in [means, noisy] {
            let end = search.minimum(start: start, step: 0.7) { -(evaluate($0)?.logPosterior ?? -.infinity) }
            if let best = found, best.value <= end.value { continue }
            found = end
        }
        return found.flatMap { evaluate($0.point) }
    }
}
