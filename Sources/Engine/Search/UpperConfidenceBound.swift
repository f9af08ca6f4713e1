/// Optimism: μ + β σ.
///
/// Source: Srinivas et al. 2010, "Gaussian Process Optimization in the Bandit Setting".
public struct UpperConfidenceBound: Acquisition {
    /// "ucb".
    public let name = "ucb"
    /// Standard deviations of optimism.
    public let beta: Double

    /// `beta` standard deviations above the mean.
    public init(beta: Double = 2) { self.beta = beta }

    /// In the units of the surrogate.
    public func value(mean: Double, deviation: Double, best: Double) -> Double { mean + beta * deviation }
}
