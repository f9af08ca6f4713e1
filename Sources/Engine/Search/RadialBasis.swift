/// The Gaussian kernel: k = variance · e^(−r²/2), r² = Σ ((aᵢ − bᵢ)/lengthScaleᵢ)².
///
/// Source: Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", eq. 4.9.
struct RadialBasis: Kernel {
    /// Prior variance.
    let variance: Double
    /// One per coordinate.
    let lengthScales: [Double]

    func covariance(_ a: [Double], _ b: [Double]) -> Double {
        variance * SpecialFunctions.expOfNonPositive(-0.5 * scaledSquaredDistance(a, b, lengthScales))
    }
}
