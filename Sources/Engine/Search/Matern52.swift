/// The Matérn kernel of smoothness 5/2: twice differentiable, rougher than a Gaussian.
///
/// k = variance · (1 + √5 r + 5 r²/3) e^(−√5 r), r² = Σ ((aᵢ − bᵢ)/lengthScaleᵢ)².
///
/// Source: Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", eq. 4.17.
struct Matern52: Kernel {
    /// Prior variance.
    let variance: Double
    /// One per coordinate; all equal makes the kernel isotropic.
    let lengthScales: [Double]

    func covariance(_ a: [Double], _ b: [Double]) -> Double {
        variance * Self.correlation(squaredDistance: scaledSquaredDistance(a, b, lengthScales))
    }

    /// The kernel of unit variance as a function of r².
    @inline(__always)
    static func correlation(squaredDistance: Double) -> Double {
        let root = (5 * squaredDistance).squareRoot()
        return (1 + root + (5.0 / 3) * squaredDistance) * SpecialFunctions.expOfNonPositive(-root)
    }

    /// The same for eight values of r²; those that rounding made negative count as 0.
    @inline(__always)
    static func correlations(squaredDistances: SIMD8<Double>) -> SIMD8<Double> {
        let distances = squaredDistances.replacing(with: 0, where: squaredDistances .< 0)
        let root = (5 * distances).squareRoot()
        return (1 + root + (5.0 / 3) * distances) * SpecialFunctions.expsOfNonPositive(-root)
    }
}
