import Store
import Testing

@testable import qpx

@Suite("The paired bootstrap") struct PairedBootstrapTests {
    private func losses(_ values: [Double]) -> ExampleResultRecord {
        ExampleResultRecord(
            task: "t", items: values.indices.map(String.init), choices: values.map { _ in 1 },
            logLikelihoods: values.map(-))
    }

    private func sample(_ first: [Double], _ second: [Double]) throws -> PairedSample {
        try #require(PairedSample(lossOf: losses(first), losses(second), units: Double(first.count)))
    }

    /// Differences 0, 1 and 3: of the 27 ways to draw three of them, so many have each sum.
    private static let ways = [0: 1, 1: 3, 2: 3, 3: 4, 4: 6, 5: 3, 6: 3, 7: 3, 9: 1]

    @Test("draws every resample as often as chance would") func distribution() throws {
        let sample = try sample([5, 5, 5], [5, 6, 8])
        let found = PairedBootstrap.differences(sample, purpose: "t", resamples: 27_000)
        var counts: [Int: Int] = [:]
        for value in found { counts[Int((value * 3).rounded()), default: 0] += 1 }
        #expect(counts.keys.sorted() == Self.ways.keys.sorted())
        for (sum, ways) in Self.ways {
            let part = Double(ways) / 27
            let deviation = (27_000 * part * (1 - part)).squareRoot()
            #expect(abs(Double(counts[sum] ?? 0) - 27_000 * part) < 4 * deviation, "sum \(sum)")
        }
    }

    @Test("gives the interval and the p-value of the exact distribution") func exact() throws {
        let bootstrap = try #require(PairedBootstrap(try sample([5, 5, 5], [5, 6, 8]), purpose: "t"))
        // 1/27 of the sums is 0 and 1/27 is 9: both are within the outer 2.5 % on their side.
        #expect(bootstrap.interval.lowerBound == 0 && abs(bootstrap.interval.upperBound - 3) < 1e-12)
        // Twice the chance of a sum of 0.
        #expect(abs(bootstrap.pValue - 2.0 / 27) < 0.01)
    }

    @Test("says of equal trials that nothing differs, and of unequal ones what 10,000 draws can say") func ends() throws
    {
        let equal = try #require(PairedBootstrap(try sample([1, 2, 3], [1, 2, 3]), purpose: "t"))
        #expect(equal.pValue == 1 && equal.interval == 0...0)
        let worse = try #require(PairedBootstrap(try sample([1, 2, 3], [2, 3, 4]), purpose: "t"))
        #expect(worse.pValue == 2 / 10_001.0)
        #expect(abs(worse.interval.lowerBound - 1) < 1e-12 && abs(worse.interval.upperBound - 1) < 1e-12)
    }

    @Test("draws the same for the same task, other questions for another") func seeds() throws {
        let sample = try sample([5, 1, 5, 2], [5, 6, 8, 9])
        let once = PairedBootstrap.differences(sample, purpose: "t", resamples: 100)
        #expect(once == PairedBootstrap.differences(sample, purpose: "t", resamples: 100))
        #expect(once != PairedBootstrap.differences(sample, purpose: "u", resamples: 100))
    }

    @Test("of a perplexity draws before it takes the exponential") func perplexity() throws {
        let sample = try #require(
            PairedSample(lossOf: losses([1, 2]), losses([2, 2]), units: 2, isExponential: true))
        let found = Set(PairedBootstrap.differences(sample, purpose: "t", resamples: 1000).map { ($0 * 1e9).rounded() })
        // Both windows are the first (e² − e), one of each (e² − e^1.5), or the second twice (0).
        let expected = [4.670774270471605, 2.9073670285925855, 0].map { ($0 * 1e9).rounded() }
        #expect(found == Set(expected))
    }

    @Test("has no interval where a perplexity is infinite") func infinite() throws {
        let sample = try #require(
            PairedSample(lossOf: losses([1, 2]), losses([2000, 2000]), units: 2, isExponential: true))
        #expect(PairedBootstrap(sample, purpose: "t") == nil)
    }

    @Test("takes quantiles in proportion between two numbers", arguments: [(0.0, 1.0), (0.5, 2.5), (0.9, 3.7), (1, 4)])
    func quantiles(part: Double, expected: Double) {
        #expect(abs(PairedBootstrap.quantile([1, 2, 3, 4], part) - expected) < 1e-12)
    }
}

@Suite("Holm's correction") struct HolmCorrectionTests {
    @Test(
        "multiplies the k-th smallest with what is left, and never turns the order",
        arguments: [
            ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]), ([0.2], [0.2]), ([], []), ([0.5, 0.6], [1, 1]),
            ([0.02, 0.02], [0.04, 0.04]),
        ] as [([Double], [Double])])
    func adjusted(values: [Double], expected: [Double]) {
        let found = HolmCorrection.adjusted(values)
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-15) }
    }
}
