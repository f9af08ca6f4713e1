/// How much a layer's output tells about the model's prediction: the importance that QPruner allocates bits by.
///
/// Source: Zhou et al. 2024, "QPruner" (arXiv 2412.11629), section on layer importance; the estimators as documented at
/// their types.
public struct MutualInformation: LayerMeasure {
    private let estimator: any InformationEstimator

    /// The measure by that estimator.
    public init(_ estimator: any InformationEstimator) { self.estimator = estimator }

    /// The estimator's name.
    public var name: String { estimator.name }
    /// "nats"
    public let unit = "nats"
    /// The estimator's summary.
    public var summary: String { estimator.summary }
    /// Residual stream, update or increment.
    public let usesSignal = true

    /// Runs the sequences through the model and estimates layer by layer.
    public func measure(_ subject: LayerSubject) throws -> LayerMeasurement {
        let samples = try LayerSamples(
            of: subject.model, sequences: subject.sequences, positionsPerSequence: subject.positionsPerSequence,
            seed: subject.seed, parallelism: subject.parallelism)
        return measure(samples, subject)
    }

    /// Estimates from samples that are there already.
    public func measure(_ samples: LayerSamples, _ subject: LayerSubject) -> LayerMeasurement {
        let layers = samples.residuals.count - 1
        func estimate(_ outputs: Tensor) -> LayerEstimate {
            Self.estimate(
                outputs: outputs, predictions: samples.predictions, estimator: estimator,
                permutations: subject.permutations, seed: subject.seed, parallelism: subject.parallelism)
        }
        var estimates: [LayerEstimate] = []
        var previous = subject.signal == .increment ? estimate(samples.residuals[0]) : LayerEstimate(value: 0)
        for layer in 0..<layers {
            switch subject.signal {
            case .residual: estimates.append(estimate(samples.residuals[layer + 1]))
            case .update:
                estimates.append(estimate(samples.residuals[layer + 1].subtracting(samples.residuals[layer])))
            case .increment:
                let next = estimate(samples.residuals[layer + 1])
                estimates.append(next.subtracting(previous))
                previous = next
            }
            subject.progress(layer + 1)
        }
        return LayerMeasurement(estimates: estimates)
    }

    /// Mutual information of an output and the prediction, in nats, with its permutation null.
    ///
    /// - Parameters:
    ///   - outputs: `[samples, dimensions]`, a row per token position. Rows that are not finite are left out.
    ///   - permutations: of the predictions, for the null; at least 2 are made.
    ///   - seed: of the permutations.
    public static func estimate(
        outputs: Tensor, predictions: PredictionSamples, estimator: any InformationEstimator, permutations: Int = 5,
        seed: UInt64, parallelism: Parallelism = .serial
    ) -> LayerEstimate {
        precondition(outputs.rows == predictions.tokens.count, "one prediction per row")
        let (outputs, predictions) = finiteRows(outputs, predictions)
        let samples = predictions.tokens.count
        guard samples > 1 else { return LayerEstimate(value: 0, nullMean: 0, nullDeviation: 0) }
        let information = estimator.prepare(outputs: outputs, predictions: predictions, parallelism: parallelism)
        var random = RandomSource(seed: seed).derived("null")
        let nulls = (0..<max(2, permutations)).map { _ in information(random.permutation(samples)) }
        let mean = nulls.reduce(0, +) / Double(nulls.count)
        let variance = nulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(nulls.count - 1)
        return LayerEstimate(
            value: information(Array(0..<samples)), nullMean: mean, nullDeviation: variance.squareRoot())
    }

    private static func finiteRows(
        _ outputs: Tensor, _ predictions: PredictionSamples
    ) -> (Tensor, PredictionSamples) {
        let columns = outputs.columns
        let kept = (0..<outputs.rows).filter { row in
            outputs.elements[row * columns..<(row + 1) * columns].allSatisfy { $0.isFinite }
        }
        guard kept.count < outputs.rows else { return (outputs, predictions) }
        let elements = kept.flatMap { outputs.elements[$0 * columns..<($0 + 1) * columns] }
        return (Tensor(elements, shape: [kept.count, columns]), predictions.selecting(kept))
    }
}

extension LayerEstimate {
    /// The difference to an estimate on the same samples; the nulls' deviations add in squares.
    fileprivate func subtracting(_ other: LayerEstimate) -> LayerEstimate {
        let (a, b) = (nullDeviation ?? 0, other.nullDeviation ?? 0)
        return LayerEstimate(
            value: value - other.value, nullMean: (nullMean ?? 0) - (other.nullMean ?? 0),
            nullDeviation: (a * a + b * b).squareRoot())
    }
}

extension Tensor {
    /// Element by element, shapes being equal.
    fileprivate func subtracting(_ other: Tensor) -> Tensor {
        precondition(shape == other.shape, "subtracting different shapes")
        return Tensor(zip(elements, other.elements).map { $0 - $1 }, shape: shape)
    }
}
