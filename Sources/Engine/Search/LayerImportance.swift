/// How much a layer's output tells about the model's prediction: the importance that QPruner allocates bits by.
///
/// Source: Zhou et al. 2024, "QPruner" (arXiv 2412.11629); the estimators as documented at their types.
public enum LayerImportance {
    /// How mutual information is estimated.
    public enum Estimator: String, Sendable, CaseIterable, Codable {
        /// Nearest neighbours (Ross 2014) on the leading principal components.
        case nearestNeighbours = "nearest_neighbours"
        /// Histogram of the mean over hidden dimensions: the paper's plain description.
        case plugIn = "plug_in"
        /// The same with Miller and Madow's correction of the bias.
        case millerMadow = "miller_madow"
    }

    /// Settings of the estimate.
    public struct Options: Sendable, Equatable {
        /// The estimator.
        public var estimator = Estimator.nearestNeighbours
        /// Principal components kept, for nearest neighbours.
        public var components = 8
        /// Neighbours within the class.
        public var neighbours = 3
        /// The most frequent predictions are classes of their own, all others share one.
        public var classes = 16
        /// Bins of the histogram.
        public var bins = 16
        /// How the histogram is cut.
        public var binning = Binning.quantile
        /// Permutations of the predictions for the null; at least 2.
        public var permutations = 5
        /// Threads; the result does not depend on them.
        public var parallelism = Parallelism.serial

        /// The defaults.
        public init() {}
    }

    /// An estimate beside what the same estimator finds where there is nothing to find.
    public struct Estimate: Sendable, Equatable {
        /// Estimated mutual information, nats.
        public let value: Double
        /// Mean of the estimates with permuted predictions, nats.
        public let nullMean: Double
        /// Their standard deviation, nats.
        public let nullDeviation: Double

        /// An estimate from its parts.
        public init(value: Double, nullMean: Double, nullDeviation: Double) {
            self.value = value
            self.nullMean = nullMean
            self.nullDeviation = nullDeviation
        }

        /// max(0, value − null mean): what is left when the estimator's bias is taken off.
        public var corrected: Double { max(0, value - nullMean) }
    }

    /// Mutual information of a layer's output and the predicted token, in nats.
    ///
    /// - Parameters:
    ///   - layerOutputs: `[samples, hidden]`, a row per token position. Rows with values that are not finite are left out.
    ///   - predictions: the predicted token of each position, `[samples]`.
    ///   - seed: of the permutations.
    public static func mutualInformation(
        layerOutputs: Tensor, predictions: [Int32], options: Options = Options(), seed: UInt64
    ) -> Estimate {
        precondition(layerOutputs.rows == predictions.count, "one prediction per row")
        let (outputs, predictions) = finiteRows(layerOutputs, predictions)
        guard predictions.count > 1 else { return Estimate(value: 0, nullMean: 0, nullDeviation: 0) }
        let labels = frequentClasses(predictions, keeping: options.classes)
        let information = estimator(outputs, options)
        var random = RandomSource(seed: seed).derived("null")
        let nulls = (0..<max(2, options.permutations)).map { _ in
            information(random.permutation(labels.count).map { labels[$0] })
        }
        let mean = nulls.reduce(0, +) / Double(nulls.count)
        let variance = nulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(nulls.count - 1)
        return Estimate(value: information(labels), nullMean: mean, nullDeviation: variance.squareRoot())
    }

    /// The `count` most frequent values become 0, 1, …, all others `count`; of equally frequent ones the smaller comes first.
    public static func frequentClasses(_ predictions: [Int32], keeping count: Int) -> [Int32] {
        var frequency: [Int32: Int] = [:]
        for prediction in predictions { frequency[prediction, default: 0] += 1 }
        let ranked = frequency.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var rank: [Int32: Int32] = [:]
        for (position, entry) in ranked.prefix(max(1, count)).enumerated() { rank[entry.key] = Int32(position) }
        return predictions.map { rank[$0] ?? Int32(clamping: max(1, count)) }
    }

    private static func estimator(_ outputs: Tensor, _ options: Options) -> ([Int32]) -> Double {
        switch options.estimator {
        case .nearestNeighbours:
            let scores = PrincipalComponents.whitened(
                outputs, count: options.components, parallelism: options.parallelism)
            let information = NearestNeighbourInformation(
                points: scores, neighbours: options.neighbours, parallelism: options.parallelism)
            return { information.value(labels: $0) }
        case .plugIn, .millerMadow:
            let columns = outputs.columns
            let means = (0..<outputs.rows).map { row in
                var sum = 0.0
                for column in 0..<columns { sum += Double(outputs[row, column]) }
                return Float(sum / Double(max(1, columns)))
            }
            let codes = options.binning.codes(means, bins: max(1, options.bins))
            let correct = options.estimator == .millerMadow
            return { PlugInInformation.value(codes, $0, millerMadow: correct) }
        }
    }

    private static func finiteRows(_ outputs: Tensor, _ predictions: [Int32]) -> (Tensor, [Int32]) {
        let columns = outputs.columns
        let kept = (0..<outputs.rows).filter { row in
            outputs.elements[row * columns..<(row + 1) * columns].allSatisfy { $0.isFinite }
        }
        guard kept.count < outputs.rows else { return (outputs, predictions) }
        let elements = kept.flatMap { outputs.elements[$0 * columns..<($0 + 1) * columns] }
        return (Tensor(elements, shape: [kept.count, columns]), kept.map { predictions[$0] })
    }
}
