internal import ArgumentParser
internal import Store

/// `qpx compare`: trials or searches side by side.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Put two to twenty trials or searches side by side; what differs first.",
        discussion: """
            Trials: settings that differ, bits per layer with the layers that differ, metrics with differences to the \
            baseline, memory, time. Where two trials answered the same questions, the standard error is that of the \
            difference question by question, with the questions gained and lost and McNemar's exact test; losses and \
            perplexities are tested by a paired bootstrap over windows or documents. Where several tests are made, their \
            p-values are corrected by Holm's method as well. Values of a trial that was stopped early rest on a part of \
            the examples: they are compared on the examples that both trials answered, or not at all.

            Searches: settings that differ, the best value after the same number of trials, how many trials each needed \
            to be as good as another, best-so-far curves; then their best trials side by side. A single search stands \
            for all its complete trials; beside trials, a search stands for its best one.

            --fail-if ends with status 7 where its condition holds for any trial but the baseline. Names are metrics \
            (accuracy, loss, acc.piqa), objective, weight_bytes, bits_per_weight, duration, training_loss, \
            differing_layers; baseline and se, the standard error of the difference, are those of what they are \
            compared with, or of a name: baseline.loss, se.loss. What cannot be checked ends with status 64.

            EXAMPLES
              qpx compare my-search/3 my-search/best
              qpx compare my-search/1-8 --baseline my-search/4 --metric acc --metric loss
              qpx compare first-search second-search
              qpx compare my-search/4 my-search/best --fail-if 'accuracy < baseline - 2*se'
              qpx compare my-search/4-6 --keep 'acc*' --drop acc_bytes --out table.tex

            JSON (--only-different leaves out settings, layers and metrics that agree)
              {"baseline": trial, "trials": [… as in 'qpx trials', the baseline first],
                "settings": [{"name", "differs", "values": [per trial]}],
                "allocations": [{"trial", "layers", "differing_layers", "differing_modules": as far as they are not as in the baseline}],
                "layers": [{"layer", "differs", "precisions": [per trial]}],
                "metrics": [{"task", "name", "differs", "values", "stderrs", "differences", "difference_stderrs",
                "difference_is_paired", "paired": [null or {"difference", "stderr", "gained", "lost", "test":
                "mcnemar|bootstrap|z", "p_value", "p_holm", "interval": [low, high], "n"}]}],
                "correction": {"method", "tests"}, "bootstrap": {"resamples", "seed", "coverage"},
                "memory": [{"trial", "weight_bytes", "difference", "bits_per_weight", "bits_per_weight_difference"}],
                "time": [{"trial", "duration_seconds", "ratio"}], "training": [{"trial", "step", "loss", "difference"}]}
              Of searches also, the rest being that of their best trials:
              {"searches": [{"search", "state", "objective", "direction", "budget_bytes", "budget_bits_per_weight", "warm_start",
                "trials": candidates that ended, "wall_seconds", "trial_seconds", "best": trial, "best_so_far": [{"trials", "value",
                "stderr", "trial", "seconds"} at each improvement]}], "search_settings": [as settings], "objective", "direction",
                "common_trials", "equal_trials": [{"trials", "values", "stderrs", "best": [trial of each search]}],
                "trials_to_reach": [for each search [trials until as good as the best of each search, or null]]}
            CSV: one row for each value, with the columns section, name, task, of (a trial or search), value, stderr, difference,
            difference_stderr, paired, gained, lost, test, p_value, p_holm, interval_low, interval_high, n.
            """)

    @Argument(
        help: ArgumentHelp("Trials (search/7, search/3-9, search/best) or searches.", valueName: "trial|search"))
    var selectors: [String] = []

    @OptionGroup(title: "Choice") var options: SelectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What differences are to; need not be one of the others (default: the first).", valueName: "trial|search"))
    var baseline: String?

    @Flag(name: .long, help: "Of searches compare only the best trials.")
    var best = false

    @OptionGroup(title: "What is shown") var choice: ComparisonOptions
    @OptionGroup(title: "Checks and reports") var checks: ComparisonCheckOptions
    @OptionGroup(title: "Checks and reports") var report: ReportOutputOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try options.check(selectors)
        let filter = try choice.filter()
        let layout = try choice.layout()
        let test = try choice.pairedTest()
        let checks = try checks.checks()
        let format = try report.chosenFormat()
        let path = try report.target()
        let store = try database.openForReading()
        let selection = try ComparisonSelection(
            store, selectors, options, baseline: baseline, onlyBest: best)
        let searches = try selection.searches.map { try SearchComparison(store, searches: $0, filter: filter) }
        // A best trial alone has nothing to be compared with.
        let trials =
            selection.trials.isEmpty
            ? nil : try TrialComparison(store, trials: selection.trials, filter: filter, test: test)
        if selection.trials.count < 2, !checks.isEmpty {
            throw Failure.usage("--fail-if: there are no two best trials to check")
        }
        let output = ComparisonOutput(
            trials: trials, searches: searches, layout: layout, onlyDifferent: choice.onlyDifferent)
        // What cannot be checked is known before anything is written.
        var findings: [(check: FailureCheck, findings: [FailureCheck.Finding])] = []
        if let trials { for check in checks { findings.append((check, try check.findings(trials))) } }
        try write(output, format, to: path)
        for part in searches?.parts ?? [] where part.best == nil {
            global.console.notice("search '\(part.search.name)' has no complete trial within its budget yet")
        }
        if let failure = FailureCheck.failure(findings) { throw failure }
    }

    private func write(_ output: ComparisonOutput, _ format: (any ReportFormat)?, to path: String?) throws {
        let console = global.console
        if let format, let path {
            try TextFile.write(output.text(format), to: path)
            console.notice("wrote \(path)")
        }
        if console.isJSON {
            try console.write(output.json)
        } else if let format, path == nil {
            try console.write(output.text(format))
        } else if format == nil {
            try output.write(to: console)
        }
    }
}
