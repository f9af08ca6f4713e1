/// A lower bound from a linear classifier: I ≥ H(Y) − CE, with CE the cross-entropy of held-out predictions.
///
/// Multinomial logistic regression on the whitened leading principal components, fitted on one half of the samples and
/// judged on the other, and the other way round. Never inflated by fitting; zero or less where a line tells nothing.
/// Source: Barber & Agakov 2003, "The IM algorithm", eq. 3.
public struct Probe: InformationEstimator {
    /// "probe"
    public let name = "probe"
    /// For help.
    public let summary = "lower bound of mutual information by a held-out linear classifier"
    /// Principal components kept.
    public let components: Int
    /// Steps of the fit.
    public let steps: Int

    /// The estimator.
    public init(components: Int = 16, steps: Int = 60) {
        self.components = components
        self.steps = steps
    }

    /// Whitened components, then one fit of each half per pairing.
    public func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> ([Int]) -> Double {
        let scores = PrincipalComponents.whitened(outputs, count: components, parallelism: parallelism)
        let columns = scores.columns + 1
        var features = [Double](repeating: 1, count: scores.rows * columns)
        for row in 0..<scores.rows {
            for column in 0..<scores.columns { features[row * columns + column] = Double(scores[row, column]) }
        }
        let matrix = features
        return { pairing in
            let classes = pairing.map { Int(predictions.classes[$0]) }
            let count = (classes.max() ?? 0) + 1
            let halves = [0..<classes.count / 2, classes.count / 2..<classes.count]
            let losses = parallelism.map(2) { half in
                LogisticRegression(
                    features: matrix, columns: columns, classes: classes, classCount: count, samples: halves[half],
                    steps: self.steps
                ).totalLoss(features: matrix, classes: classes, samples: halves[1 - half])
            }
            let crossEntropy = losses.reduce(0, +) / Double(max(1, classes.count))
            return PlugInInformation.value(classes, classes) - crossEntropy
        }
    }
}

/// Multinomial logistic regression, fitted by Nesterov's accelerated gradient with a small ridge.
struct LogisticRegression {
    private var weights: [Double]
    private let columns: Int
    private let classCount: Int

    /// Weight of ½ ‖W‖² in the objective.
    private static let ridge = 1e-3
    /// The curvature of softmax is at most ½, that of whitened features with an intercept about 1.
    private static let stepSize = 1.5

    /// - Parameters:
    ///   - features: `[samples, columns]`, row-major.
    ///   - classes: `0 ..< classCount` per sample.
    ///   - samples: which of them to fit to.
    init(features: [Double], columns: Int, classes: [Int], classCount: Int, samples: Range<Int>, steps: Int) {
        self.columns = columns
        self.classCount = classCount
        weights = [Double](repeating: 0, count: classCount * columns)
        guard !samples.isEmpty else { return }
        var previous = weights
        for step in 0..<steps {
            let momentum = Double(step) / Double(step + 3)
            var point = weights
            for i in point.indices { point[i] += momentum * (weights[i] - previous[i]) }
            previous = weights
            var gradient = [Double](repeating: 0, count: point.count)
            _ = Self.accumulate(
                features, columns, classes, classCount, samples, weights: point, gradient: &gradient)
            for i in weights.indices {
                weights[i] =
                    point[i] - Self.stepSize * (gradient[i] / Double(samples.count) + Self.ridge * point[i])
            }
        }
    }

    /// Σ −ln p(class) over the given samples, nats.
    func totalLoss(features: [Double], classes: [Int], samples: Range<Int>) -> Double {
        var none: [Double] = []
        return Self.accumulate(features, columns, classes, classCount, samples, weights: weights, gradient: &none)
    }

    /// The summed loss; adds its gradient unless `gradient` is empty.
    private static func accumulate(
        _ features: [Double], _ columns: Int, _ classes: [Int], _ classCount: Int, _ samples: Range<Int>,
        weights: [Double], gradient: inout [Double]
    ) -> Double {
        var total = 0.0
        let needsGradient = !gradient.isEmpty
        var scores = [Double](repeating: 0, count: classCount)
        features.withUnsafeBufferPointer { features in
            weights.withUnsafeBufferPointer { weights in
                for sample in samples {
                    let x = sample * columns
                    var largest = -Double.infinity
                    for c in 0..<classCount {
                        var sum = 0.0
                        for k in 0..<columns { sum += weights[c * columns + k] * features[x + k] }
                        scores[c] = sum
                        largest = max(largest, sum)
                    }
                    var normalizer = 0.0
                    for c in 0..<classCount {
                        let score = scores[c]
                        if c == classes[sample] { total -= score - largest }
                        scores[c] = DeterministicMath.exp(score - largest)
                        normalizer += scores[c]
                    }
                    total += DeterministicMath.log(normalizer)
                    guard needsGradient else { continue }
                    for c in 0..<classCount {
                        let difference = scores[c] / normalizer - (c == classes[sample] ? 1 : 0)
                        for k in 0..<columns { gradient[c * columns + k] += difference * features[x + k] }
                    }
                }
            }
        }
        return total
    }
}
