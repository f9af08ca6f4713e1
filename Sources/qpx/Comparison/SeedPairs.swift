/// A method against a baseline, paired over examples and averaged over seeds.
///
/// The differences of each example are averaged over the seeds (and, of each seed, over replicates) first; what is left
/// to chance is which examples were asked. Of a metric that is an exponential the averages are those of its slope.
struct SeedPairs: Sendable, Equatable {
    /// One trial of the method against the baseline's of the same seed.
    private struct Part: Sendable, Equatable {
        /// What it counts; all together 1.
        var share: Double
        var sample: PairedSample
    }

    /// One where the metric is a sum of means, else one for each trial.
    private let parts: [Part]

    /// - Parameter seeds: of each seed a sample for each of the method's trials; all on the same examples.
    /// - Returns: nil where there is none, or where the samples are not alike.
    init?(_ seeds: [[PairedSample]]) {
        let parts = seeds.flatMap { samples in
            samples.map { Part(share: 1 / Double(samples.count * seeds.count), sample: $0) }
        }
        guard let first = parts.first?.sample, seeds.allSatisfy({ !$0.isEmpty }),
            parts.allSatisfy({ Self.areAlike($0.sample, first) })
        else { return nil }
        self.parts = first.isExponential ? parts : [Part(share: 1, sample: Self.mean(parts, like: first))]
    }

    private static func areAlike(_ a: PairedSample, _ b: PairedSample) -> Bool {
        a.isExponential == b.isExponential && a.strata.count == b.strata.count
            && zip(a.strata, b.strata).allSatisfy { $0.weight == $1.weight && $0.first.count == $1.first.count }
    }

    private static func mean(_ parts: [Part], like model: PairedSample) -> PairedSample {
        let strata = model.strata.indices.map { index in
            func mean(_ values: (PairedSample.Stratum) -> [Double]) -> [Double] {
                model.strata[index].first.indices.map { example in
                    parts.reduce(0) { $0 + $1.share * values($1.sample.strata[index])[example] }
                }
            }
            return PairedSample.Stratum(
                weight: model.strata[index].weight, first: mean(\.first), second: mean(\.second))
        }
        return PairedSample(strata: strata, isExponential: false, isCorrectness: false)
    }

    /// Examples.
    var count: Int { parts.first?.sample.count ?? 0 }

    /// Method minus baseline.
    var difference: Double { parts.reduce(0) { $0 + $1.share * $1.sample.difference } }

    /// Standard error of the difference over the examples; nil where a task has a single one.
    var standardError: Double? {
        guard let model = parts.first?.sample else { return nil }
        let slopes = parts.map { $0.sample.isExponential ? $0.sample.values : (first: 1, second: 1) }
        var variance = 0.0
        for (index, stratum) in model.strata.enumerated() {
            let differences = stratum.first.indices.map { example in
                zip(parts, slopes).reduce(0.0) { sum, pair in
                    let own = pair.0.sample.strata[index]
                    return sum
                        + pair.0.share * (pair.1.second * own.second[example] - pair.1.first * own.first[example])
                }
            }
            guard let error = PairedDifference.standardError(ofMean: differences) else { return nil }
            variance += stratum.weight * stratum.weight * error * error
        }
        return variance.squareRoot()
    }

    /// The two-sided p-value of the paired bootstrap; nil for a single example.
    /// - Parameter purpose: the task; metrics of one task are measured on the same draws.
    func pValue(purpose: String) -> Double? {
        guard count > 1 else { return nil }
        // The same seed draws the same examples for each part.
        var sums = [Double](repeating: 0, count: PairedBootstrap.resamples)
        for part in parts {
            let differences = PairedBootstrap.differences(part.sample, purpose: purpose)
            for index in sums.indices { sums[index] += part.share * differences[index] }
        }
        return PairedBootstrap(differences: sums)?.pValue
    }
}
