internal import Store

/// The difference of a search's objective between trials that answered the same questions.
///
/// The objective is a weighted sum of means over questions (accuracies of tasks) or windows (the loss of a text). Trials
/// on each side, such as the replicates of one allocation, are averaged question by question first.
struct PairedObjective: Sendable, Equatable {
    /// Second minus first.
    var difference: Double
    /// Standard error of the difference: of having asked these questions and no others.
    var standardError: Double

    /// What a trial answered.
    struct Answers: Sendable {
        /// The objective as a sum over tasks, or one text: the weight times the mean of the values.
        fileprivate struct Part: Sendable {
            var task: String
            var items: [String]
            var values: [Double]
            var weight: Double
        }

        fileprivate let parts: [Part]

        /// The answers that the objective rests on; nil where they are not known: for trials that were not measured here.
        /// - Parameter objective: "accuracy", the mean over the tasks, or "loss", that of one of the texts.
        init?(
            objective: String, value: Double?, metrics: [MetricRecord], examples: [ExampleResultRecord]
        ) {
            guard let value else { return nil }
            let final = metrics.filter { $0.step == nil }
            func answers(_ metric: MetricRecord) -> ExampleResultRecord? { examples.first { $0.task == metric.task } }
            var parts: [Part] = []
            switch objective {
            case "accuracy":
                let tasks = final.filter { $0.name == "acc" }
                for metric in tasks {
                    guard let own = answers(metric), let correct = own.correct, !correct.isEmpty else { return nil }
                    parts.append(
                        Part(
                            task: own.task, items: own.items, values: correct.map { $0 ? 1 : 0 },
                            weight: 1 / Double(tasks.count)))
                }
            case "loss":
                // The text whose loss it is.
                guard let metric = final.first(where: { $0.name == "loss" && $0.value == value }),
                    let tokens = metric.count, tokens > 0, let own = answers(metric),
                    own.logLikelihoods.count == own.items.count, !own.items.isEmpty
                else { return nil }
                let scale = Double(own.items.count) / Double(tokens)
                parts.append(
                    Part(
                        task: own.task, items: own.items, values: own.logLikelihoods.map { -$0 * scale }, weight: 1))
            default: return nil
            }
            let sum = parts.reduce(0) { $0 + $1.weight * $1.values.reduce(0, +) / Double($1.values.count) }
            // Answers that do not add up to the objective are those of something else.
            guard !parts.isEmpty, abs(sum - value) <= 1e-6 * max(1, abs(value)) else { return nil }
            self.parts = parts
        }

        /// The answers of a trial as they are recorded.
        init?(of trial: TrialRecord, objective: String, in store: Store) throws {
            let metrics = try store.metrics(ofTrials: [trial.id])[trial.id] ?? []
            self.init(
                objective: objective, value: trial.objectiveValue, metrics: metrics,
                examples: try store.exampleResults(ofTrial: trial.id))
        }

        /// Whether they are to the same questions.
        func areComparable(with other: Answers) -> Bool {
            parts.count == other.parts.count
                && zip(parts, other.parts).allSatisfy { $0.task == $1.task && $0.items == $1.items }
        }
    }

    /// Nil unless there are trials on both sides and all of them answered the same questions, more than one of each task.
    init?(of first: [Answers], _ second: [Answers]) {
        guard let model = first.first, !second.isEmpty, (first + second).allSatisfy(model.areComparable) else {
            return nil
        }
        var difference = 0.0
        var variance = 0.0
        for index in model.parts.indices {
            func mean(_ side: [Answers], _ item: Int) -> Double {
                side.reduce(0) { $0 + $1.parts[index].values[item] } / Double(side.count)
            }
            let part = model.parts[index]
            let values = part.items.indices.map { mean(second, $0) - mean(first, $0) }
            guard let error = PairedDifference.standardError(ofMean: values) else { return nil }
            difference += part.weight * values.reduce(0, +) / Double(values.count)
            variance += part.weight * part.weight * error * error
        }
        self.difference = difference
        standardError = variance.squareRoot()
    }
}
