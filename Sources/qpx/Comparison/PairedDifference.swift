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
    /// Questions, windows of text, or documents.
    var count: Int
    /// The test that was made; nil for none.
    var test: PairedTest?
    /// Its two-sided p-value.
    var pValue: Double?
    /// The p-value corrected for all tests of the comparison; nil where this was the only one.
    var correctedPValue: Double?
    /// The bootstrap's interval; nil for other tests.
    var interval: ClosedRange<Double>?

    /// The difference, not tested.
    init(_ sample: PairedSample) {
        difference = sample.difference
        standardError = sample.standardError
        count = sample.count
        gained = sample.flips?.gained
        lost = sample.flips?.lost
    }

    /// Tests whether the difference is more than chance.
    /// - Parameters:
    ///   - purpose: what random numbers are drawn for: the task.
    mutating func test(_ sample: PairedSample, by test: PairedTest, purpose: String) {
        switch test {
        case .mcnemar:
            guard let gained, let lost else { return }
            pValue = Self.exactTest(gained, lost)
        case .bootstrap:
            // One question says nothing about others.
            guard sample.count > 1, let bootstrap = PairedBootstrap(sample, purpose: purpose) else { return }
            (pValue, interval) = (bootstrap.pValue, bootstrap.interval)
        case .z:
            guard let standardError, standardError > 0 || difference == 0 else { return }
            pValue = difference == 0 ? 1 : erfc(abs(difference) / standardError / 2.0.squareRoot())
        }
        self.test = test
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
