/// Expected improvement over `best`: E[max(0, f − best − margin)] = d Φ(d/σ) + σ φ(d/σ), d = μ − best − margin.
///
/// Source: Jones, Schonlau & Welch 1998, "Efficient Global Optimization of Expensive Black-Box Functions", eq. 15.
public struct ExpectedImprovement: Acquisition {
    /// "ei".
    public let name = "ei"
    /// What an improvement must exceed, in the units of the surrogate.
    public let margin: Double

    /// Improvements beyond `margin` count.
    public init(margin: Double = 0) { self.margin = margin }

    /// In the units of the surrogate; 0 where it underflows.
    public func value(mean: Double, deviation: Double, best: Double) -> Double {
        let excess = mean - best - margin
        guard deviation > 0 else { return max(0, excess) }
        let z = min(max(excess / deviation, -1e150), 1e150)
        if z > 40 { return excess }
        // Through the logarithm, because the two terms cancel in the tail.
        return deviation * DeterministicMath.exp(SpecialFunctions.logExpectedExcess(z))
    }
}
