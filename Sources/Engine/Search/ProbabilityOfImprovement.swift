/// Logarithm of the probability of an improvement over `best`: log Φ((μ − best − margin)/σ).
///
/// Source: Kushner 1964, "A New Method of Locating the Maximum Point of an Arbitrary Multipeak Curve".
public struct ProbabilityOfImprovement: Acquisition {
    /// "log_pi".
    public let name = "log_pi"
    /// What an improvement must exceed, in the units of the surrogate.
    public let margin: Double

    /// Improvements beyond `margin` count.
    public init(margin: Double = 0) { self.margin = margin }

    /// Natural logarithm, at most 0.
    public func value(mean: Double, deviation: Double, best: Double) -> Double {
        let z = (mean - best - margin) / max(deviation, 1e-100)
        return SpecialFunctions.logNormalDistribution(min(max(z, -1e150), 1e150))
    }
}
