internal import ArgumentParser
internal import Store

/// `qpx trials`: trials of one search, or of all.
struct TrialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trials",
        abstract: "List trials.",
        discussion: """
            Trials are named search/number: my-search/7, my-search/3-9, my-search/1,4,best; a search alone means all \
            its trials. The beginning of a search's name is enough where no other begins so.

            EXAMPLES
              qpx trials
              qpx trials my-search --sort objective --limit 5
              qpx trials my-search/1-8 --state complete
              qpx trials --where 'arc_easy:acc>=0.3' --layer 0=8 --json

            JSON
              {"trials": [{"trial", "search", "number", "kind", "origin": "search|enqueued|imported", "provenance", "label", "state", "allocation": [name per layer],
                "bits": [number per layer, or seven for its modules], "bits_per_weight", "weight_bytes", "within_budget", "objective_value",
                "objective_stderr", "fidelity": part of the evaluation that it rests on, "error", "created_at", "started_at", "finished_at", "duration_seconds", "seed",
                "rerun_of": the trial that a rerun or a replicate repeats, "environment": {"qpx_version", "host", "threads", "processor"}, "archived_at"}]}
            """)

    @Argument(help: ArgumentHelp("Searches or trials (default: all).", valueName: "search|trial"))
    var selectors: [String] = []

    @OptionGroup var filters: TrialFilterOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let store = try database.openForReading()
        let trials = try select(from: store)
        let console = global.console
        if console.isJSON {
            let names = try TrialNames(store, of: trials)
            return try console.write([
                "trials": .array(trials.map { TrialView($0, rerunOf: names.rerunOf($0)).json })
            ])
        }
        guard !trials.isEmpty else { return console.notice("no trials") }
        try console.write(Self.table(trials, try TrialNames(store, of: trials)))
    }

    /// The trials that the arguments and the filters choose.
    private func select(from store: Store) throws -> [TrialRecord] {
        guard !selectors.isEmpty else {
            let directions = Set(try store.searches(includingArchived: filters.archived).map(\.search.direction))
            return try store.trials(filters.filter(direction: directions.count == 1 ? directions.first : nil))
        }
        let selectors = try selectors.map { try TrialSelector($0) }
        let searches = try selectors.map { try store.search(named: $0.search) }
        let directions = Set(searches.map(\.direction))
        var filter = try filters.filter(direction: directions.count == 1 ? directions.first : nil)
        if selectors.allSatisfy({ $0.parts == [.all] }) {
            filter.searches = searches.map(\.id)
        } else {
            filter.ids = try selectors.flatMap { try store.trials($0).map(\.id) }
        }
        return try store.trials(filter)
    }

    private static func table(_ trials: [TrialRecord], _ names: TrialNames) -> Table {
        let map = BitMap(trials.compactMap { TrialView($0).allocation })
        var table = Table([
            .word("trial"), .word("kind"), .text("label"), .word("state"),
            .word(map.isSplit ? "bits per module" : "bits per layer"), .number("bpw"),
            .number("MiB"), .number("objective"), .number("time"), .text("error"),
        ])
        for trial in trials {
            let view = TrialView(trial)
            table.add([
                Table.Cell(trial.name, .bold), Table.Cell(view.kind),
                Table.Cell(trial.label ?? names.rerunOf(trial).map { "of \($0)" } ?? ""),
                TrialView.cell(trial.state), Table.Cell(view.allocation.map { map.text($0) } ?? ""),
                Table.Cell(NumberText.fixed(trial.bitsPerWeight, 3)),
                Table.Cell(ByteText.mebibytes(trial.weightBytes) + (trial.isWithinBudget == false ? "!" : "")),
                Table.Cell(view.objective), Table.Cell(DurationText.short(trial.durationSeconds)),
                Table.Cell(trial.error ?? ""),
            ])
        }
        if trials.contains(where: { $0.fidelity < 1 }) { table.footnotes.append(TrialView.stoppedNote) }
        if trials.contains(where: { $0.isWithinBudget == false }) { table.footnotes.append("!: exceeds the budget") }
        table.footnotes += map.legend.map { [$0] } ?? []
        return table
    }
}

/// Names of the trials that reruns repeat.
struct TrialNames {
    private var names: [Int: String] = [:]

    /// Reads the names for those trials of a list that are reruns.
    init(_ store: Store, of trials: [TrialRecord]) throws {
        for id in Set(trials.compactMap(\.rerunOf)).sorted() { names[id] = try store.trial(id: id).name }
    }

    /// The name of the trial that this one repeats.
    func rerunOf(_ trial: TrialRecord) -> String? { trial.rerunOf.flatMap { names[$0] } }
}
