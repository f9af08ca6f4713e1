internal import Store

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The difference of a metric between two trials that answered the same questions.
///
/// Both trials see the same examples, so the difference is far less noisy than the standard errors of the two values
/// suggest: its own standard error comes from the differences question by question.
struct PairedDifference: Sendable, Equatable {
    /// Second minus first.
    var difference: Double
    /// Standard error of the difference; nil for a single example.
    var standardError: Double?
    /// Questions that only the second trial gets right; nil for a loss.
    var gained: Int?
    /// Questions that only the first trial gets right; nil for a loss.
    var lost: Int?
    /// Two-sided p-value of McNemar's exact test on gained and lost; nil for a loss.
    var pValue: Double?
    /// Questions, or windows of text.
    var count: Int

    /// The difference of accuracies; nil unless the questions are the same.
    /// - Parameter isNormalized: whether length-normalized correctness is compared.
    init?(accuracyOf first: ExampleResultRecord, _ second: ExampleResultRecord, isNormalized: Bool) {
        guard first.items == second.items,
            let a = isNormalized ? first.correctNorm : first.correct,
            let b = isNormalized ? second.correctNorm : second.correct, a.count == b.count, !a.isEmpty
        else { return nil }
        let gained = zip(a, b).filter { !$0 && $1 }.count
        let lost = zip(a, b).filter { $0 && !$1 }.count
        let differences = zip(a, b).map { ($1 ? 1.0 : 0) - ($0 ? 1.0 : 0) }
        count = a.count
        difference = Double(gained - lost) / Double(a.count)
        standardError = Self.standardError(ofMean: differences)
        self.gained = gained
        self.lost = lost
        pValue = Self.exactTest(gained, lost)
    }

    /// The difference of mean losses in nats per token; nil unless the windows are the same.
    /// - Parameter tokens: how many tokens all windows predict together.
    init?(lossOf first: ExampleResultRecord, _ second: ExampleResultRecord, tokens: Int) {
        guard first.items == second.items, first.logLikelihoods.count == second.logLikelihoods.count,
            first.logLikelihoods.count == first.items.count, tokens > 0
        else { return nil }
        let differences = zip(first.logLikelihoods, second.logLikelihoods).map { $0 - $1 }
        count = differences.count
        difference = differences.reduce(0, +) / Double(tokens)
        // The sum over windows has count × the standard error of their mean.
        standardError = Self.standardError(ofMean: differences).map { $0 * Double(count) / Double(tokens) }
    }

    /// Sample standard deviation (n − 1) over √n.
    static func standardError(ofMean values: [Double]) -> Double? {
        guard values.count > 1 else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / (count - 1) / count).squareRoot()
    }

    /// McNemar's exact test: twice the smaller tail of a binomial distribution with probability ½, at most 1.
    static func exactTest(_ gained: Int, _ lost: Int) -> Double {
        let total = gained + lost
        guard total > 0 else { return 1 }
        // In logarithms: 2^-total underflows from 1,075 on.
        let logHalf = Double(total) * log(0.5)
        let tail = (0...min(gained, lost)).reduce(0.0) { sum, k in
            sum + exp(lgamma(Double(total) + 1) - lgamma(Double(k) + 1) - lgamma(Double(total - k) + 1) + logHalf)
        }
        return min(1, 2 * tail)
    }
}
