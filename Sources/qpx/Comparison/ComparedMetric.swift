internal import Store

/// A metric, with a value for each trial of a comparison. Differences are to the first.
struct ComparedMetric: Sendable {
    /// "acc", "loss".
    var name: String
    /// The task it was measured on; "" for none.
    var task: String
    /// Of each trial; nil where it was not measured.
    var values: [MetricRecord?]
    /// Of each trial to the first, on the questions that both answered; nil for the first.
    var paired: [PairedDifference?]
    /// The part of its examples that each trial answered: less than 1 where it was stopped early.
    var fidelities: [Double]

    /// "acc/piqa", "mean_acc": as `--metric` takes it.
    var title: String { task.isEmpty ? name : "\(name)/\(task)" }

    /// Whether the trials do not agree: in the value, or in a question that one of them answered otherwise.
    var isDiffering: Bool {
        values.contains { $0?.value != values.first??.value }
            || paired.contains { ($0?.gained ?? 0) > 0 || ($0?.lost ?? 0) > 0 }
    }

    /// Whether the values of a trial and of the first do not rest on the same examples. A value without a count rests on
    /// none.
    func isPartial(_ index: Int) -> Bool {
        values[index]?.count != nil && (fidelities[0] < 1 || fidelities[index] < 1)
    }

    /// This one minus the first for each trial; nil where one is missing, where one rests on a part of the examples, and
    /// for the first.
    var differences: [Double?] {
        values.enumerated().map { index, metric in
            guard index > 0, !isPartial(index), let mine = metric?.value, let first = values[0]?.value else {
                return nil
            }
            return mine - first
        }
    }

    /// The standard error of a difference: question by question where that is known, else as if the trials had answered
    /// different questions, which is too much rather than too little.
    func differenceError(_ index: Int) -> (value: Double, isPaired: Bool)? {
        if let error = paired[index]?.standardError { return (error, true) }
        guard differences[index] != nil, let mine = values[index]?.standardError,
            let first = values[0]?.standardError
        else { return nil }
        return ((mine * mine + first * first).squareRoot(), false)
    }
}

extension ComparedMetric {
    /// Which test suits it.
    /// - Parameter asked: what was asked for accuracies.
    func test(asked: PairedTest) -> PairedTest {
        switch name {
        case "acc", "acc_norm": asked
        // McNemar's test takes every question for as much as another.
        case "mean_acc": asked == .mcnemar ? .z : asked
        default: .bootstrap
        }
    }

    /// What a trial and the first answered, as far as the metric rests on it; nil where that is not known.
    ///
    /// Trials of which one was stopped early are compared on the questions that both answered.
    func sample(_ index: Int, _ examples: [[ExampleResultRecord]]) -> PairedSample? {
        guard let value = values[index], let one = values[0] else { return nil }
        guard name != "mean_acc" else { return meanAccuracy(index, examples) }
        guard var first = examples[0].first(where: { $0.task == task }),
            var second = examples[index].first(where: { $0.task == task })
        else { return nil }
        let windows = first.items.count
        if isPartial(index) {
            let common = Set(first.items).intersection(second.items)
            (first, second) = (first.restricted(to: common), second.restricted(to: common))
        }
        // Windows are of equal length.
        let units = one.count.map { Double($0) / Double(max(1, windows)) * Double(first.items.count) }
        let found: PairedSample? =
            switch name {
            case "acc": PairedSample(accuracyOf: first, second, isNormalized: false)
            case "acc_norm": PairedSample(accuracyOf: first, second, isNormalized: true)
            case "loss", "mean_loss": units.flatMap { PairedSample(lossOf: first, second, units: $0) }
            case "perplexity", "word_perplexity", "byte_perplexity":
                units.flatMap { PairedSample(lossOf: first, second, units: $0, isExponential: true) }
            case "bits_per_byte":
                units.flatMap { PairedSample(lossOf: first, second, units: $0, factor: 1.442_695_040_888_963_4) }
            default: nil
            }
        return isPartial(index) ? found : found.flatMap { adding(up: $0, value, one) }
    }

    private func meanAccuracy(_ index: Int, _ examples: [[ExampleResultRecord]]) -> PairedSample? {
        guard let value = values[index], let one = values[0], !isPartial(index) else { return nil }
        func tasks(_ all: [ExampleResultRecord]) -> [ExampleResultRecord] { all.filter { $0.correct != nil } }
        return PairedSample(meanAccuracyOf: tasks(examples[0]), tasks(examples[index])).flatMap {
            adding(up: $0, value, one)
        }
    }

    /// Examples that do not add up to the metric are those of something else.
    private func adding(up sample: PairedSample, _ value: MetricRecord, _ one: MetricRecord) -> PairedSample? {
        func agree(_ found: Double, _ recorded: Double?) -> Bool {
            recorded.map { abs(found - $0) <= 1e-6 * max(1, abs($0)) } ?? false
        }
        let found = sample.values
        return agree(found.first, one.value) && agree(found.second, value.value) ? sample : nil
    }
}
