internal import ArgumentParser
internal import Store

/// `qpx compare`: trials or searches side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Put trials side by side: settings, bits per layer, metrics, memory; what differs first.",
        discussion: """
            Differences are to the first trial. Where both trials answered the same questions, the standard error is \
            that of the difference question by question, with the questions gained and lost and McNemar's exact test. \
            A search alone stands for its best trial; a single search for all its complete trials. Values of a trial that \
            was stopped early rest on a part of the examples: they are compared on the examples that both trials \
            answered, or not at all.

            EXAMPLES
              qpx compare my-search/3 my-search/best
              qpx compare first-search second-search
              qpx compare my-search/1-4 --all
              qpx compare my-search/3 my-search/7 --json

            JSON
              {"trials": [… as in 'qpx trials'], "settings": [{"name", "differs", "values": [per trial]}],
                "layers": [{"layer", "differs", "precisions": [per trial]}], "metrics": [{"task", "name", "differs",
                "values", "stderrs", "differences", "paired": [null or {"difference", "stderr", "gained", "lost",
                "p_value", "n"}]}]}
            """)

    @Argument(help: ArgumentHelp("Trials (search/7, search/3-9, search/best) or searches.", valueName: "trial|search"))
    var selectors: [String]

    @Flag(name: .long, help: "Also print rows in which nothing differs.")
    var all = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let store = try database.openForReading()
        let comparison = try TrialComparison(store, trials: try select(from: store))
        let console = global.console
        try console.isJSON ? console.write(comparison.json) : comparison.write(to: console, isComplete: all)
    }

    private func select(from store: Store) throws -> [TrialRecord] {
        let selectors = try selectors.map { try TrialSelector($0) }
        var trials: [TrialRecord] = []
        for selector in selectors {
            for trial in try self.trials(selector, isAlone: selectors.count == 1, in: store)
            where !trials.contains(where: { $0.id == trial.id }) {
                trials.append(trial)
            }
        }
        guard !trials.isEmpty else {
            throw Failure.notFound("no complete trials to compare", hint: "'qpx trials' says how far they are")
        }
        return trials
    }

    private func trials(_ selector: TrialSelector, isAlone: Bool, in store: Store) throws -> [TrialRecord] {
        guard selector.parts == [.all] else { return try store.trials(selector) }
        let search = try store.search(named: selector.search)
        if isAlone {
            var filter = TrialFilter(search: search.id)
            filter.states = [.complete]
            return try store.trials(filter)
        }
        guard let best = try store.bestTrial(ofSearch: search.id) else {
            throw Failure.notFound(
                "search '\(search.name)' has no complete trial within its budget yet",
                hint: "'qpx trials \(search.name)' says how far it is")
        }
        return [best]
    }
}
