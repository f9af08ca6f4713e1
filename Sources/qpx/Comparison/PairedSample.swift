internal import Engine
internal import Store

/// What two trials answered to the same questions, as far as one metric rests on it.
///
/// The metric is a weighted sum of means, one for each task: of right answers (0 or 1), or of losses by window or
/// document. A perplexity is the exponential of that.
struct PairedSample: Sendable, Equatable {
    /// The answers to the questions of one task.
    struct Stratum: Sendable, Equatable {
        /// What the mean counts in the sum.
        var weight: Double
        /// A value for each question, of the trial that is compared with.
        var first: [Double]
        /// A value for each question, of the other trial.
        var second: [Double]
    }

    /// At least one, none of them empty.
    let strata: [Stratum]
    /// Whether the metric is the exponential of the sum.
    let isExponential: Bool
    /// Whether the values are right or wrong answers.
    let isCorrectness: Bool

    /// Questions, windows or documents.
    var count: Int { strata.reduce(0) { $0 + $1.first.count } }

    /// The metric of each trial.
    var values: (first: Double, second: Double) {
        let sums = strata.reduce((first: 0.0, second: 0.0)) { sums, stratum in
            let scale = stratum.weight / Double(stratum.first.count)
            return (
                sums.first + scale * stratum.first.reduce(0, +), sums.second + scale * stratum.second.reduce(0, +)
            )
        }
        return (metric(sums.first), metric(sums.second))
    }

    /// The metric of a weighted sum of means.
    func metric(_ sum: Double) -> Double { isExponential ? DeterministicMath.exp(sum) : sum }

    /// Second minus first.
    var difference: Double {
        let values = values
        return values.second - values.first
    }

    /// Standard error of the difference, from the differences question by question; of an exponential by its slope. Nil
    /// where a task has a single question.
    var standardError: Double? {
        // How much of the metric a little of each trial's sum is.
        let slopes = isExponential ? values : (first: 1, second: 1)
        var variance = 0.0
        for stratum in strata {
            let differences = zip(stratum.first, stratum.second).map { slopes.second * $1 - slopes.first * $0 }
            guard let error = PairedDifference.standardError(ofMean: differences) else { return nil }
            variance += stratum.weight * stratum.weight * error * error
        }
        return variance.squareRoot()
    }

    /// Questions that only the second trial gets right, and that only the first does; nil for losses.
    var flips: (gained: Int, lost: Int)? {
        guard isCorrectness else { return nil }
        return strata.reduce((gained: 0, lost: 0)) { flips, stratum in
            let pairs = zip(stratum.first, stratum.second)
            return (flips.gained + pairs.count { $0 < $1 }, flips.lost + pairs.count { $0 > $1 })
        }
    }
}

extension PairedSample {
    /// The accuracy of a task; nil unless the questions are the same.
    /// - Parameter isNormalized: whether length-normalized correctness is compared.
    init?(accuracyOf first: ExampleResultRecord, _ second: ExampleResultRecord, isNormalized: Bool) {
        guard let stratum = Self.correctness(first, second, isNormalized: isNormalized, weight: 1) else { return nil }
        self.init(strata: [stratum], isExponential: false, isCorrectness: true)
    }

    /// The mean of the accuracies of several tasks; nil unless the tasks and their questions are the same.
    init?(meanAccuracyOf first: [ExampleResultRecord], _ second: [ExampleResultRecord]) {
        guard !first.isEmpty, first.map(\.task) == second.map(\.task) else { return nil }
        let strata = zip(first, second).compactMap {
            Self.correctness($0, $1, isNormalized: false, weight: 1 / Double(first.count))
        }
        guard strata.count == first.count else { return nil }
        self.init(strata: strata, isExponential: false, isCorrectness: true)
    }

    /// The loss of a text, or its perplexity; nil unless the windows are the same.
    /// - Parameters:
    ///   - units: tokens, words or bytes that all windows have together.
    ///   - factor: what the loss in nats is multiplied with: 1 / ln 2 for bits.
    init?(
        lossOf first: ExampleResultRecord, _ second: ExampleResultRecord, units: Double, factor: Double = 1,
        isExponential: Bool = false
    ) {
        guard first.items == second.items, first.logLikelihoods.count == second.logLikelihoods.count,
            first.logLikelihoods.count == first.items.count, !first.items.isEmpty, units > 0, units.isFinite
        else { return nil }
        let stratum = Stratum(
            weight: factor * Double(first.items.count) / units, first: first.logLikelihoods.map(-),
            second: second.logLikelihoods.map(-))
        self.init(strata: [stratum], isExponential: isExponential, isCorrectness: false)
    }

    private static func correctness(
        _ first: ExampleResultRecord, _ second: ExampleResultRecord, isNormalized: Bool, weight: Double
    ) -> Stratum? {
        guard first.items == second.items,
            let a = isNormalized ? first.correctNorm : first.correct,
            let b = isNormalized ? second.correctNorm : second.correct, a.count == b.count, !a.isEmpty
        else { return nil }
        return Stratum(weight: weight, first: a.map { $0 ? 1 : 0 }, second: b.map { $0 ? 1 : 0 })
    }
}
