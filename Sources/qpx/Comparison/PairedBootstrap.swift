internal import Engine

/// The paired bootstrap: how far a difference moves when the questions are drawn again.
///
/// Questions (windows, documents) are drawn with replacement, as many as there are of each task, and both trials are
/// measured on the same ones. The interval goes from one percentile of those differences to another; the p-value is the
/// smallest level at which that interval leaves out zero: twice the part of the differences on the far side of zero,
/// at most 1.
///
/// Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", sections 13.3 and 15.4; the p-value counts the
/// sample itself, as Davison & Hinkley 1997, section 4.2, so that it is never 0.
struct PairedBootstrap: Sendable, Equatable {
    /// How often the questions are drawn.
    static let resamples = 10_000
    /// What they are drawn with, always: the same trials give the same digits.
    static let seed: UInt64 = 42
    /// The part of the differences that the interval holds.
    static let coverage = 0.95

    /// From the 2.5th to the 97.5th percentile.
    let interval: ClosedRange<Double>
    /// Two-sided.
    let pValue: Double

    /// - Parameter purpose: the task; metrics of one task are measured on the same draws.
    /// - Returns: nil where a draw gave no finite number.
    init?(_ sample: PairedSample, purpose: String) {
        self.init(differences: Self.differences(sample, purpose: purpose))
    }

    /// - Parameter differences: the difference of each draw.
    /// - Returns: nil where one is no finite number.
    init?(differences: [Double]) {
        let differences = differences.sorted()
        guard differences.allSatisfy(\.isFinite) else { return nil }
        let tail = (1 - Self.coverage) / 2
        let (low, high) = (Self.quantile(differences, tail), Self.quantile(differences, 1 - tail))
        interval = min(low, high)...max(low, high)
        let (below, above) = (differences.count { $0 <= 0 }, differences.count { $0 >= 0 })
        pValue = min(1, 2 * Double(1 + min(below, above)) / Double(1 + differences.count))
    }

    /// The difference of each draw.
    static func differences(_ sample: PairedSample, purpose: String, resamples: Int = resamples) -> [Double] {
        var random = RandomSource(seed: seed).derived("paired bootstrap \(purpose)")
        return (0..<resamples).map { _ in
            var sums = (first: 0.0, second: 0.0)
            for stratum in sample.strata {
                let count = stratum.first.count
                var drawn = (first: 0.0, second: 0.0)
                for _ in 0..<count {
                    let index = random.integer(below: count)
                    drawn.first += stratum.first[index]
                    drawn.second += stratum.second[index]
                }
                let scale = stratum.weight / Double(count)
                sums.first += scale * drawn.first
                sums.second += scale * drawn.second
            }
            return sample.metric(sums.second) - sample.metric(sums.first)
        }
    }

    /// A quantile of sorted numbers, between two of them in proportion.
    static func quantile(_ sorted: [Double], _ part: Double) -> Double {
        guard let last = sorted.last else { return .nan }
        let place = part * Double(sorted.count - 1)
        let index = Int(place)
        guard sorted.indices.contains(index + 1) else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
