/// How mutual information of layer outputs and predictions is estimated.
///
/// A new estimator is one file that conforms to this and one entry in `InformationEstimators.all`.
public protocol InformationEstimator: Sendable {
    /// The name in flags, in the database and in reports.
    var name: String { get }
    /// What it is, in a few words, for help.
    var summary: String { get }
    /// Prepares, once for any number of pairings, what does not depend on which prediction belongs to which output.
    ///
    /// - Parameter outputs: `[samples, dimensions]`, finite.
    /// - Returns: the estimate in nats when the output of sample i is paired with the prediction of sample `pairing[i]`.
    func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> (_ pairing: [Int]) -> Double
}

/// All estimators of mutual information, by name.
public enum InformationEstimators {
    /// Every estimator that qpx knows, the default first.
    public static let all: [any InformationEstimator] = [
        NearestNeighbours(), CanonicalCorrelation(), Probe(), PlugIn(), MillerMadow(),
    ]

    /// The estimator of that name.
    public static func named(_ name: String) -> (any InformationEstimator)? { all.first { $0.name == name } }
}
