/// Optimism: μ + β σ.
///
/// The default: on closed-form allocation problems it is level with log expected improvement (`make bench-search`), and
/// needs no incumbent. Searches begin with good allocations (the uniform ones, those by importance) and are short: from
/// there β = 1.5 has as much as 2.5 or more (`--part design`), from random ones a little less in many dimensions.
///
/// Source: Srinivas et al. 2010, "Gaussian Process Optimization in the Bandit Setting".
public struct UpperConfidenceBound: Acquisition {
    /// "ucb".
    public let name = "ucb"
    /// Standard deviations of optimism.
    public let beta: Double

    /// `beta` standard deviations above the mean.
    public init(beta: Double = 1.5) { self.beta = beta }

    /// In the units of the surrogate.
    public func value(mean: Double, deviation: Double, best: Double) -> Double { mean + beta * deviation }
}
