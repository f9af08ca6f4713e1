/// The kernel for choices without order: k = variance · e^(−mean of [aᵢ ≠ bᵢ]/lengthScaleᵢ).
///
/// Source: Ru et al. 2020, "Bayesian Optimisation over Multiple Continuous and Categorical Inputs", in the exponential form
/// of BoTorch's `CategoricalKernel`.
struct HammingKernel: Kernel {
    /// Prior variance.
    let variance: Double
    /// One per coordinate.
    let lengthScales: [Double]

    func covariance(_ a: [Double], _ b: [Double]) -> Double {
        precondition(a.count == b.count && a.count == lengthScales.count, "one length scale per coordinate")
        var sum = 0.0
        for i in 0..<a.count where a[i] != b[i] { sum += 1 / lengthScales[i] }
        return variance * SpecialFunctions.expOfNonPositive(-sum / Double(max(1, a.count)))
    }
}
