internal import Store

/// One metric of a method against the baseline, over several seeds.
struct PairedRow {
    /// Why a row has no numbers, or none that rest on single examples.
    enum Gap: Equatable {
        /// The trials answered other examples than the baseline, or examples that do not add up to the metric.
        case otherExamples
        /// The seeds answered different examples: they cannot be averaged example by example.
        case examplesBySeed
        /// No answers to single examples are recorded.
        case noExamples

        /// For a footnote.
        var text: String {
            switch self {
            case .otherExamples: "not on the examples of the baseline: not compared"
            case .examplesBySeed: "each seed has examples of its own: no error over examples, no test"
            case .noExamples: "no answers to single examples are recorded: no error over examples, no test"
            }
        }
    }

    /// A trial with what is known of it.
    struct Answers {
        var trial: TrialRecord
        /// The final value.
        var metric: MetricRecord
        var examples: [ExampleResultRecord]
    }

    /// Of each seed, method minus baseline.
    let differences: [Double]
    /// Over examples; nil where they are not known.
    let standardError: Double?
    /// Two-sided.
    let pValue: Double?
    /// What is missing.
    let gap: Gap?
    /// The trials of the method, then those of the baseline.
    let trials: [TrialRecord]

    /// Mean over the seeds.
    var difference: Double? {
        differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
    }

    /// In how many seeds the method is better.
    func better(_ direction: ObjectiveDirection) -> Int {
        differences.count { direction == .maximize ? $0 > 0 : $0 < 0 }
    }

    /// - Parameters:
    ///   - metric: which one.
    ///   - seeds: of each seed the baseline's trial, or its replicates, and the method's.
    /// - Returns: nil where no seed has the metric on both sides.
    init?(_ metric: PairedMetric, _ seeds: [(baseline: [Answers], method: [Answers])]) {
        let seeds = seeds.filter { !$0.baseline.isEmpty && !$0.method.isEmpty }
        guard let first = seeds.first?.baseline.first else { return nil }
        trials = seeds.flatMap { $0.method.map(\.trial) } + seeds.flatMap { $0.baseline.map(\.trial) }
        var samples: [[PairedSample]] = []
        var differences: [Double] = []
        var gap: Gap?
        for seed in seeds {
            var own: [PairedSample] = []
            for baseline in seed.baseline {
                for method in seed.method {
                    switch metric.pair(baseline, method) {
                    case .sample(let sample): own.append(sample)
                    case .gap(let found): gap = gap == .otherExamples ? gap : found
                    }
                }
            }
            if let difference = Self.difference(seed) { differences.append(difference) }
            if metric.items(first) != metric.items(seed.baseline[0]) { gap = gap ?? .examplesBySeed }
            samples.append(own)
        }
        guard differences.count == seeds.count else { return nil }
        let pairs = gap == nil ? SeedPairs(samples) : nil
        self.gap = gap ?? (pairs == nil ? .examplesBySeed : nil)
        self.differences = gap == .otherExamples ? [] : differences
        standardError = pairs?.standardError
        pValue = pairs?.pValue(purpose: metric.task)
    }

    /// Difference of the recorded values, of replicates the mean.
    private static func difference(_ seed: (baseline: [Answers], method: [Answers])) -> Double? {
        func mean(_ side: [Answers]) -> Double? {
            let values = side.compactMap(\.metric.value)
            return values.count == side.count ? values.reduce(0, +) / Double(values.count) : nil
        }
        return mean(seed.method).flatMap { method in mean(seed.baseline).map { method - $0 } }
    }
}

/// A metric that methods are compared in.
struct PairedMetric: Equatable {
    /// What a pair of trials has to say.
    enum Pair {
        case sample(PairedSample)
        case gap(PairedRow.Gap)
    }

    /// "loss", "mean_acc".
    var name: String
    /// The task or text; "" for none.
    var task: String
    /// Whether it is the value of the objective itself, for want of a metric of that name.
    var isObjective = false

    /// "loss/held_out", "mean_acc".
    var title: String { task.isEmpty ? name : "\(name)/\(task)" }

    /// Whether it is an accuracy: a fraction that may be printed in percent.
    var isAccuracy: Bool { name == "mean_acc" || name == "accuracy" || name.hasPrefix("acc") }

    /// Which way it is better, where its name says it.
    var direction: ObjectiveDirection? {
        if isAccuracy { return .maximize }
        if name == "bits_per_byte" { return .minimize }
        return try? ParetoValue(metric: name, direction: nil).direction
    }

    /// The examples that it rests on, task by task.
    func items(_ answers: PairedRow.Answers) -> [[String]] {
        own(answers).map { [$0.task] + $0.items }
    }

    private func own(_ answers: PairedRow.Answers) -> [ExampleResultRecord] {
        if isObjective { return [] }
        return answers.examples.filter { name == "mean_acc" ? $0.correct != nil : $0.task == task }
    }

    /// What both answered; or why that is not known.
    func pair(_ baseline: PairedRow.Answers, _ method: PairedRow.Answers) -> Pair {
        guard !own(baseline).isEmpty, !own(method).isEmpty else { return .gap(.noExamples) }
        guard items(baseline) == items(method) else { return .gap(.otherExamples) }
        let compared = ComparedMetric(
            name: name, task: task, values: [baseline.metric, method.metric], paired: [nil, nil], fidelities: [1, 1])
        guard let sample = compared.sample(1, [baseline.examples, method.examples]) else {
            return .gap(Self.known.contains(name) ? .otherExamples : .noExamples)
        }
        return .sample(sample)
    }

    /// The metrics that answers to single examples add up to.
    private static let known: Set<String> = [
        "acc", "acc_norm", "mean_acc", "loss", "mean_loss", "perplexity", "word_perplexity", "byte_perplexity",
        "bits_per_byte",
    ]
}
