internal import Store

/// What is printed when a search has come to its end.
struct SearchOutcome {
    let store: Store
    let search: SearchRecord

    /// The table of methods, or the search as JSON.
    func write(to console: Console) throws {
        if console.isJSON {
            try console.write(SearchDetails(store, search: search).json)
            return
        }
        let report = try ResultsTable(store, searches: [search])
        try console.write(report.table(commands: []).terminalTable)
        if let confirmed = try ConfirmationView(store, search: search).table { try console.write(confirmed) }
        if search.secondObjective != nil, try writeFront(to: console) { return }
        guard let best = try store.best(ofSearch: search.id) else {
            console.notice("no trial within the budget is complete")
            return
        }
        let view = BestTrialView(best: best)
        console.notice("best within the budget: \(view.text); 'qpx show \(best.trial.name)' says more")
        if let luckiest = view.luckiest { console.notice("the best value, luck included: \(luckiest)") }
    }

    /// The front where one was looked for.
    /// - Returns: whether there is any.
    private func writeFront(to console: Console) throws -> Bool {
        let analysis = try ParetoAnalysis(
            store, searches: [search], value: try ParetoValue(objectiveOf: [search]))
        guard !analysis.joint.members.isEmpty else { return false }
        try console.write("\n")
        try ParetoOutput(analysis: analysis, table: ParetoTable(analysis: analysis).table()).write(to: console)
        console.notice("'qpx pareto \(search.name)' shows the front again, --svg FILE draws it for a paper")
        return true
    }
}

extension RerunRunner.Outcome {
    /// Every number beside the repeated one.
    func write(to console: Console) throws {
        if console.isJSON {
            let numbers = comparison.map { difference -> JSONValue in
                [
                    "metric": .string(difference.metric),
                    "task": .optional(difference.task.isEmpty ? nil : difference.task),
                    "recorded": .optional(difference.recorded), "repeated": .optional(difference.repeated),
                    "same": .bool(difference.isSame),
                ]
            }
            try console.write(
                [
                    "trial": .string(original.name), "rerun": .string(rerun.name), "same": .bool(isSame),
                    "metrics": .array(numbers),
                    "whole": isCompleted
                        ? [
                            "estimate": .optional(original.objectiveValue),
                            "stderr": .optional(original.objectiveStandardError),
                            "value": .optional(rerun.objectiveValue),
                        ] : .null,
                ])
            return
        }
        var table = Table([.text("metric"), .text("task"), .number("recorded"), .number("repeated"), .word("same")])
        // What differs first: that is what one looks for.
        for difference in comparison.filter({ !$0.isSame }) + comparison.filter(\.isSame) {
            table.add([
                Table.Cell(difference.metric), Table.Cell(difference.task),
                Table.Cell(difference.recorded.map { NumberText.exact($0) } ?? ""),
                Table.Cell(difference.repeated.map { NumberText.exact($0) } ?? ""),
                difference.isSame ? "yes" : Table.Cell("no", .bold, .red),
            ])
        }
        try console.write(table)
        if isCompleted {
            console.notice(
                "objective \(NumberText.fixed(rerun.objectiveValue, 4)); estimated from "
                    + "\(NumberText.percent(original.fidelity)) % of the examples: "
                    + "\(NumberText.fixed(original.objectiveValue, 4)) ± "
                    + NumberText.fixed(original.objectiveStandardError, 4))
        }
        if isSame {
            let what = isCompleted ? ", as far as that went," : ""
            console.notice("\(rerun.name) repeats \(original.name)\(what) to the last digit")
        }
    }
}
