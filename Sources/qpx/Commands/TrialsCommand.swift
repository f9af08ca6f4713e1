internal import ArgumentParser
internal import Store

/// `qpx trials`: trials of one search, of several, or of all.
struct TrialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trials",
        abstract: "List and find trials.",
        discussion: """
            Trials are named search/number: my-search/7, my-search/3-9, my-search/1,4,best; a search alone means all \
            its trials, a pattern ('brown*/best') those of all searches that it fits. The beginning of a search's name is \
            enough where no other begins so. 'qpx help expressions' says what conditions, sort keys and columns can be.

            Without --limit, a table for people ends after \(TrialsCommand.tableLimit) trials and says how many there are; JSON and \
            other formats hold all of them.

            EXAMPLES
              qpx trials
              qpx trials my-search --sort best --limit 5
              qpx trials --where 'ratio = 0.2 and accuracy > 0.6 and bits.12 = 8' --sort -accuracy
              qpx trials --where 'tag = paper' --columns 'trial, accuracy, acc.piqa, weight_bytes / 1MiB'
              qpx trials my-search/1-8 --state complete --json
              qpx trials --where 'created_at >= "2026-01-01"' --columns trial,learning_rate --format csv

            JSON
              {"total": trials without the limit, "trials": [{"trial", "search", "number", "kind",
                "origin": "search|enqueued|imported", "provenance", "label", "state", "allocation": [name per layer],
                "bits": [number per layer, or seven for its modules], "bits_per_weight", "weight_bytes", "within_budget",
                "objective_value", "objective_stderr", "fidelity": part of the evaluation that it rests on, "error",
                "created_at", "started_at", "finished_at", "duration_seconds", "seed",
                "rerun_of": the trial that a rerun or a replicate repeats,
                "environment": {"qpx_version", "host", "threads", "processor"}, "archived_at", "tags": [name]}]}
              with --columns each trial is {"trial", "values": {column: value}}
            """)

    /// How many trials a table for people has where no limit is given.
    static let tableLimit = 200

    @Argument(help: ArgumentHelp("Searches or trials (default: all).", valueName: "search|trial"))
    var selectors: [String] = []

    @OptionGroup var options: SelectionOptions

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp("Values to show instead, separated by commas.", valueName: "list"))
    var columns: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Print a table as a report: \(ReportFormats.names.joined(separator: ", ")).", valueName: "format"))
    var format: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let format = try self.format.map { try ReportFormats.named($0) }
        let store = try database.openForReading()
        let selection = try TrialSelection(store, selectors, options)
        let builder = TrialExpressionBuilder(catalogue: TrialNameCatalogue(store))
        let columns = try self.columns.map { try ColumnList($0, builder) }
        var filter = try selection.filter()
        let isForPeople = !global.json && format == nil
        if isForPeople, filter.limit == nil { filter.limit = Self.tableLimit }
        let page = try store.trialPage(filter, includingMetrics: false)
        let list = try TrialList(store, page.trials, columns: columns, total: page.total)
        let console = global.console
        if let format { return try console.write(format.render([list.report])) }
        if console.isJSON { return try console.write(list.json) }
        guard !page.trials.isEmpty else { return console.notice("no trials") }
        try console.write(list.table)
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
