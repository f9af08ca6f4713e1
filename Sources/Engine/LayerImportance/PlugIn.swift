/// The binned plug-in estimate as QPruner's authors publish it: the mean over the hidden dimensions and the id of the
/// predicted token, each in equal-width bins.
///
/// Offered for comparison. Averaging the hidden dimensions destroys most of the information, token ids have no order
/// that bins could respect, and with few samples the estimate is mostly bias (which the permutation null shows).
/// Source: Zhou et al. 2024, "QPruner" (arXiv 2412.11629), as the authors' toolkit computes it, here with token positions
/// as samples.
public struct PlugIn: InformationEstimator {
    /// "plug_in"
    public let name = "plug_in"
    /// For help.
    public let summary = "mutual information by the binned plug-in as published"
    /// Bins of outputs and of token ids.
    public let bins: Int

    /// The estimator.
    public init(bins: Int = 16) { self.bins = bins }

    /// Codes of the outputs' means, then one table of counts per pairing.
    public func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> ([Int]) -> Double {
        let codes = Binning.equalWidth.codes(outputs.rowMeans, bins: bins)
        let width = max(1, (predictions.vocabulary + bins - 1) / bins)
        let labels = predictions.tokens.map { Int($0) / width }
        return { pairing in PlugInInformation.value(codes, pairing.map { labels[$0] }) }
    }
}

extension Tensor {
    /// The mean of each row, summed in float64.
    var rowMeans: [Float] {
        (0..<rows).map { row in
            var sum = 0.0
            for column in 0..<columns { sum += Double(self[row, column]) }
            return Float(sum / Double(max(1, columns)))
        }
    }
}
