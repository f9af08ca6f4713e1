internal import ArgumentParser
internal import Store

/// `qpx searches`: all searches of the database.
struct SearchesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "searches",
        abstract: "List the searches, newest first.",
        discussion: """
            EXAMPLES
              qpx searches
              qpx searches --json

            JSON
              {"searches": [{"search", "state", "model", "objective", "direction",
                "second_objective": null or "memory", "pruning_ratio", "parameters_removed", "budget_bytes",
                "budget_bits_per_weight", "choices", "trial_limit", "seed", "command_line", "error", "created_at",
                "started_at", "finished_at", "environment", "archived_at", "trials", "complete", "failed",
                "best": null or a trial as 'qpx trials' prints it (see 'qpx show')}]}
            """)

    @Flag(name: .long, help: "Also list searches that are archived.")
    var archived = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let summaries = try database.openForReading().searches(includingArchived: archived)
        let console = global.console
        if console.isJSON {
            return try console.write(["searches": .array(summaries.map(Self.json))])
        }
        guard !summaries.isEmpty else {
            return console.notice("no searches yet; 'qpx search --help' says how to begin one")
        }
        try console.write(Self.table(summaries))
    }

    /// A search of the list with stable keys.
    static func json(_ summary: SearchSummary) -> JSONValue {
        guard case .object(let members) = SearchView(summary.search).json(model: summary.modelName) else {
            return .null
        }
        return .object(
            members + [
                ("trials", .int(summary.trials)), ("complete", .int(summary.complete)),
                ("failed", .int(summary.failed)), ("best", summary.best.map { TrialView($0).json } ?? .null),
            ])
    }

    private static func table(_ summaries: [SearchSummary]) -> Table {
        var table = Table([
            .word("search"), .word("state"), .text("model"), .number("removed"), .text("budget"), .text("choices"),
            .word("objective"), .number("trials"), .number("best"), .word("in trial"), .word("created"),
        ])
        for summary in summaries {
            let search = summary.search
            table.add([
                Table.Cell(search.name, .bold), TrialView.cell(search.state), Table.Cell(summary.modelName),
                Table.Cell(search.parametersRemoved.map { NumberText.percent($0) + " %" } ?? ""),
                Table.Cell(SearchView(search).budget), Table.Cell(search.choices),
                Table.Cell([search.objective, search.secondObjective].compactMap(\.self).joined(separator: ", ")),
                Table.Cell(
                    "\(summary.complete)/\(search.trialLimit)"
                        + (summary.failed > 0 ? " (\(summary.failed) failed)" : "")),
                Table.Cell(summary.best?.objectiveValue.map { NumberText.fixed($0, 4) } ?? ""),
                Table.Cell(summary.best.map(\.name) ?? ""), Table.Cell(TimeText.short(search.createdAt)),
            ])
        }
        return table
    }
}
