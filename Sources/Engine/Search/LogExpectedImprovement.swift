/// Logarithm of the expected improvement over `best`, exact where the improvement is all but impossible.
///
/// log EI = log σ + log h((μ − best − margin)/σ), h(z) = φ(z) + z Φ(z). The plain expected improvement underflows to 0 over
/// most of a space after some twenty trials; its logarithm still tells a bad point from a hopeless one.
///
/// Source: Ament et al. 2023, "Unexpected Improvements to Expected Improvement", section 4.
public struct LogExpectedImprovement: Acquisition {
    /// "log_ei".
    public let name = "log_ei"
    /// What an improvement must exceed, in the units of the surrogate.
    public let margin: Double

    /// Improvements beyond `margin` count.
    public init(margin: Double = 0) { self.margin = margin }

    /// Natural logarithm; never NaN for finite arguments.
    public func value(mean: Double, deviation: Double, best: Double) -> Double {
        // Certainty is the limit of small deviations; this one keeps z² within float64.
        let sigma = max(deviation, 1e-100)
        let z = min(max((mean - best - margin) / sigma, -1e150), 1e150)
        return DeterministicMath.log(sigma) + SpecialFunctions.logExpectedExcess(z)
    }
}
