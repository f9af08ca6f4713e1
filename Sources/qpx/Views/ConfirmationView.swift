internal import Store

/// What replicates with fresh seeds say of the trials that they repeat.
///
/// A trial is chosen because its value is good, and part of that is luck; the replicates' values have none of it.
struct ConfirmationView {
    /// A trial and its replicates.
    struct Entry {
        let trial: TrialRecord
        /// Those that are complete.
        let replicates: [TrialRecord]
        /// Mean of their values.
        let mean: Double
        /// Standard error of that mean over the seeds; nil with one.
        let standardError: Double?
        /// What the surrogate believed of the allocation beforehand; nil where it was not asked.
        let belief: SuggestionRecord?
        /// Replicates minus best baseline, question by question; nil where they did not answer the same ones.
        let difference: PairedObjective?
    }

    /// Best mean first.
    let entries: [Entry]
    /// The best baseline: within the budget, where there is one.
    let baseline: TrialRecord?
    private let search: SearchRecord

    init(_ store: Store, search: SearchRecord) throws {
        self.search = search
        var filter = TrialFilter(search: search.id)
        filter.kinds = [.replicate]
        filter.states = [.complete]
        let replicates = Dictionary(grouping: try store.trials(filter).filter { $0.objectiveValue != nil }) {
            $0.rerunOf ?? 0
        }
        guard !replicates.isEmpty else {
            (entries, baseline) = ([], nil)
            return
        }
        filter.kinds = [.baseline]
        filter.order = .objective(search.direction)
        let baselines = try store.trials(filter).filter { $0.objectiveValue != nil }
        let baseline = baselines.first { $0.isWithinBudget != false } ?? baselines.first
        self.baseline = baseline
        func answers(_ trial: TrialRecord) throws -> PairedObjective.Answers? {
            try PairedObjective.Answers(of: trial, objective: search.objective, in: store)
        }
        let baselineAnswers = try baseline.flatMap(answers)
        let sign: Double = search.direction == .maximize ? 1 : -1
        entries = try replicates.map { id, trials in
            let values = trials.compactMap(\.objectiveValue)
            var difference: PairedObjective?
            if let baselineAnswers, baseline?.id != id {
                let own = try trials.compactMap(answers)
                if own.count == trials.count { difference = PairedObjective(of: [baselineAnswers], own) }
            }
            let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
            return Entry(
                trial: try store.trial(id: id), replicates: trials,
                mean: values.reduce(0, +) / Double(max(1, values.count)),
                standardError: PairedDifference.standardError(ofMean: values),
                belief: trials.compactMap { suggestions[$0.id] }.first, difference: difference)
        }
        .sorted { (-sign * $0.mean, $0.trial.number) < (-sign * $1.mean, $1.trial.number) }
    }

    /// With stable keys.
    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "trial": .string(entry.trial.name), "seeds": .int(entry.replicates.count),
                    "replicates": .array(entry.replicates.map { .string($0.name) }), "mean": .number(entry.mean),
                    "stderr": .optional(entry.standardError), "believed_mean": .optional(entry.belief?.mean),
                    "believed_deviation": .optional(entry.belief?.deviation),
                    "baseline": .optional(entry.difference == nil ? nil : baseline?.name),
                    "difference": .optional(entry.difference?.difference),
                    "difference_stderr": .optional(entry.difference?.standardError),
                ]
            })
    }

    /// A row for each trial; nil where nothing was replicated.
    var table: Table? {
        guard !entries.isEmpty else { return nil }
        var table = Table(
            title: "Confirmed with fresh seeds", isSeparate: true,
            [
                .word("trial"), .number("seeds"), .number("mean"), .number("± se"), .number("believed"),
                .number("± sd"), .number("first value"), .number("to baseline"), .number("± se"),
            ])
        for entry in entries {
            table.add([
                Table.Cell(entry.trial.name, .bold), Table.Cell(String(entry.replicates.count)),
                Table.Cell(NumberText.fixed(entry.mean, 4)), Table.Cell(NumberText.fixed(entry.standardError, 4)),
                Table.Cell(NumberText.fixed(entry.belief?.mean, 4)),
                Table.Cell(NumberText.fixed(entry.belief?.deviation, 4)),
                Table.Cell(NumberText.fixed(entry.trial.objectiveValue, 4)),
                Table.Cell(NumberText.signed(entry.difference?.difference, 4)),
                Table.Cell(NumberText.fixed(entry.difference?.standardError, 4)),
            ])
        }
        table.footnotes.append("mean: \(search.objective) of the replicates alone; ± se: over their seeds")
        if let baseline, entries.contains(where: { $0.difference != nil }) {
            table.footnotes.append(
                "to baseline: to \(baseline.name) (\(baseline.label ?? baseline.kind.rawValue)), question by question")
        }
        return table
    }
}
