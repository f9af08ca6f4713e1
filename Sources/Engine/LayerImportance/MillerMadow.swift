/// The binned estimate on sound bins: quantiles of the mean over the hidden dimensions against the predicted class, with
/// Miller and Madow's correction of the bias.
///
/// Source: Miller 1955, "Note on the bias of information estimates"; see `PlugInInformation`.
public struct MillerMadow: InformationEstimator {
    /// "miller_madow"
    public let name = "miller_madow"
    /// For help.
    public let summary = "mutual information by quantile bins with Miller and Madow's correction"
    /// Bins of the outputs.
    public let bins: Int

    /// The estimator.
    public init(bins: Int = 16) { self.bins = bins }

    /// Codes of the outputs' means, then one table of counts per pairing.
    public func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> ([Int]) -> Double {
        let codes = Binning.quantile.codes(outputs.rowMeans, bins: bins)
        return { pairing in
            PlugInInformation.value(codes, pairing.map { predictions.classes[$0] }, millerMadow: true)
        }
    }
}
