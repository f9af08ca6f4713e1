internal import Engine
internal import Store

/// Repeats a trial from its record and compares every number.
struct RerunRunner {
    /// A number of the record beside the repeated one.
    struct Difference: Sendable, Equatable {
        var metric: String
        var task: String
        var recorded: Double?
        var repeated: Double?

        var isSame: Bool { recorded?.bitPattern == repeated?.bitPattern }
    }

    /// What a rerun found.
    struct Outcome: Sendable {
        var original: TrialRecord
        var rerun: TrialRecord
        /// Every metric of either trial, the objective, and the loss of every training step as one entry; of a stopped trial
        /// that was repeated whole, what does not depend on how many examples were scored.
        var comparison: [Difference]
        /// Whether a trial that was stopped early was evaluated whole this time.
        var isCompleted: Bool { original.fidelity < 1 && rerun.fidelity >= 1 }

        var isSame: Bool { comparison.allSatisfy(\.isSame) }
    }

    let store: Store
    let console: Console

    /// Carries the trial out again.
    /// - Throws: `Failure` with status 7 if the model or a file has changed, with 4 if the trial never finished.
    /// - Parameter isWhole: evaluates a trial whole that was stopped early.
    func run(_ original: TrialRecord, threads: Int?, isWhole: Bool = false) throws -> Outcome {
        let progress = console.progress()
        defer { progress.finish() }
        let interrupts = InterruptGuard(store: store, progress: progress)
        defer { interrupts.end() }
        guard original.state == .complete else {
            throw Failure(
                .conflict, "\(original.name) is \(original.state.rawValue): only a complete trial can be repeated")
        }
        let search = try store.search(id: original.searchID)
        guard search.evaluator != .ask else {
            throw Failure.usage(
                "\(original.name) was told, not carried out here: it cannot be repeated",
                hint: "'qpx show \(original.name)' has what was told")
        }
        var specification = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        if let threads { specification.threads = threads }
        let context = try RecordedContext(store: store, progress: progress).context(search, specification)
        let runner = TrialRunner(
            store: store, progress: progress, interrupts: interrupts, context: context, search: search,
            worker: .process(store, specification))
        let rerun = try runner.rerun(original, isWhole: isWhole)
        return Outcome(original: original, rerun: rerun, comparison: try comparison(original, rerun))
    }

    private func comparison(_ original: TrialRecord, _ rerun: TrialRecord) throws -> [Difference] {
        let isCompleted = original.fidelity < 1 && rerun.fidelity >= 1
        var metrics = try store.metrics(ofTrials: [original.id, rerun.id])
        if isCompleted { metrics = metrics.mapValues { $0.filter { $0.count == nil } } }
        let recorded = metrics[original.id] ?? []
        let repeated = metrics[rerun.id] ?? []
        func find(_ metric: MetricRecord, in metrics: [MetricRecord]) -> MetricRecord? {
            metrics.first { $0.name == metric.name && $0.task == metric.task && $0.step == metric.step }
        }
        var differences = recorded.map { metric in
            Difference(
                metric: metric.name, task: metric.task, recorded: metric.value,
                repeated: find(metric, in: repeated)?.value)
        }
        for metric in repeated where find(metric, in: recorded) == nil {
            differences.append(
                Difference(metric: metric.name, task: metric.task, recorded: nil, repeated: metric.value))
        }
        if !isCompleted {
            differences.append(
                Difference(
                    metric: "objective", task: "", recorded: original.objectiveValue, repeated: rerun.objectiveValue))
        }
        differences += try scoreDifferences(original, rerun)
        let losses = try [original, rerun].map { trial in try store.trainingLosses(ofTrial: trial.id).map(\.loss) }
        let steps = zip(losses[0], losses[1]).first { $0?.bitPattern != $1?.bitPattern }
        if let steps {
            differences.append(
                Difference(metric: "training_loss", task: "", recorded: steps.0, repeated: steps.1))
        } else if losses[0].count != losses[1].count {
            differences.append(
                Difference(
                    metric: "training_steps", task: "", recorded: Double(losses[0].count),
                    repeated: Double(losses[1].count)))
        }
        return differences
    }

    /// The first question or window of each task or text whose log-likelihoods are not the same.
    private func scoreDifferences(_ original: TrialRecord, _ rerun: TrialRecord) throws -> [Difference] {
        let repeated = try store.exampleResults(ofTrial: rerun.id)
        return try store.exampleResults(ofTrial: original.id).compactMap { recorded in
            var again = repeated.first { $0.task == recorded.task }
            // Of a trial that was stopped early, the examples that it scored.
            if original.fidelity < rerun.fidelity { again = again?.restricted(to: Set(recorded.items)) }
            let scores = again?.logLikelihoods ?? []
            let count = max(recorded.logLikelihoods.count, scores.count)
            func value(_ values: [Double], _ index: Int) -> Double? { index < values.count ? values[index] : nil }
            let first = (0..<count).first {
                value(recorded.logLikelihoods, $0)?.bitPattern != value(scores, $0)?.bitPattern
            }
            guard let first else { return nil }
            return Difference(
                metric: "log_likelihood[\(first)]", task: recorded.task,
                recorded: value(recorded.logLikelihoods, first), repeated: value(scores, first))
        }
    }
}
