/// The information of a Gaussian model: I = −½ Σ ln(1 − ρᵢ²) over the canonical correlations ρᵢ of the output's leading
/// principal components and the logits of the most frequent predictions.
///
/// Both sides are whitened and shrunk towards independence, (1 − a) C + a I with a = 0.01, so that no correlation reaches
/// 1. The bias of about p q / (2 N) is part of the null. Source: Kay 1992, "Feature discovery under contextual
/// supervision using mutual information", eq. 5.
public struct CanonicalCorrelation: InformationEstimator {
    /// "cca"
    public let name = "cca"
    /// For help.
    public let summary = "mutual information of a Gaussian model (canonical correlations with the logits)"
    /// Principal components kept on each side.
    public let components: Int

    /// Weight of the identity in the covariances.
    private static let shrinkage = 0.01

    /// The estimator.
    public init(components: Int = 8) { self.components = components }

    /// Whitened components of both sides, then one cross-covariance per pairing.
    public func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> ([Int]) -> Double {
        let x = PrincipalComponents.whitened(outputs, count: components, parallelism: parallelism)
        let y = PrincipalComponents.whitened(predictions.scores, count: components, parallelism: parallelism)
        return { pairing in Self.information(x, y, pairing) }
    }

    /// −½ Σ ln(1 − ρ²): the ρ² are the eigenvalues of M Mᵀ, M the shrunk correlation matrix of the whitened sides.
    private static func information(_ x: Tensor, _ y: Tensor, _ pairing: [Int]) -> Double {
        let (p, q, samples) = (x.columns, y.columns, pairing.count)
        guard p > 0, q > 0, samples > 1 else { return 0 }
        var correlation = [Double](repeating: 0, count: p * q)
        for sample in 0..<samples {
            for i in 0..<p {
                let value = Double(x[sample, i])
                for j in 0..<q { correlation[i * q + j] += value * Double(y[pairing[sample], j]) }
            }
        }
        let factor = (1 - shrinkage) / Double(samples)
        var squared = [Double](repeating: 0, count: p * p)
        for i in 0..<p {
            for k in 0..<p {
                var sum = 0.0
                for j in 0..<q { sum += correlation[i * q + j] * correlation[k * q + j] }
                squared[i * p + k] = sum * factor * factor
            }
        }
        return SymmetricEigen.jacobi(squared, size: p).values.reduce(0.0) { sum, value in
            sum - 0.5 * DeterministicMath.log(1 - min(max(value, 0), 1 - 1e-12))
        }
    }
}
