internal import ArgumentParser
internal import Store

/// `qpx show`: everything that is recorded of a trial or a search.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything that is recorded of a trial or a search.",
        discussion: """
            The best trial of a search is the one within the budget of which its surrogate believes the best (the mean of \
            its belief and the deviation are shown); where another one has the best value, that is named as well. An \
            observation's noise is what of its standard error differs from trial to trial.

            EXAMPLES
              qpx show my-search
              qpx show my-search/7
              qpx show my-search/best --json
              qpx show --where 'tag = figure-2'

            JSON
              of a search: {"search": {… as in 'qpx searches'}, "model", "pruned_model": {"sha256", "name", "path",
                …} or null, "specification": {…}, "trials": {"waiting", "running", "complete", "failed", "interrupted":
                count}, "stopped_early": count, "tags", "notes": [{"note", "text", "created_at"}], "best",
                "best_mean", "best_deviation", "best_observed",
                "recommendations": [{"trial", "mean", "deviation"}], "confirmation": [{"trial", "seeds", "replicates":
                [trial], "mean", "stderr", "believed_mean", "believed_deviation", "baseline", "difference",
                "difference_stderr"}], "front": null without --objective memory, else {"trials", "reference_value",
                "reference_bytes", "hypervolume": [{"trial", "hypervolume", "fraction"}]}, "warm_start": [{"search",
                "observations", "same_objective", "trust"}], "importance": [{"estimator", "layer", "value",
                "null_mean", "null_deviation"}], "observations": [{"trial_number", "source_search", "origin",
                "allocation", "value", "stderr", "noise", "fidelity"}], "work": [{"trial", "attempt", "worker",
                "lease_until"}], "transitions": [{"from", "to", "at", "host", "pid"}], "artifacts": [{"kind", "path",
                "bytes", "sha256", "created_at", "deleted_at"}], "events": [{"at", "level", "message"}]}
              of a trial: {"trial": {… as in 'qpx trials'}, "metrics": [{"name", "task", "value", "stderr", "count",
                "step"}], "suggestion": {"mean", "deviation", "acquisition", "acquisition_value", "hyperparameters",
                "random_state", "candidates", "observations", "duration_seconds", "pending", "known_observation",
                "trust": [{"search", "trust"}]}, "race": null or
                {"incumbent", "scored", "examples": in all, "difference", "stderr", "stopped"}, "result_of": null or the
                trial with the same inputs whose result it is, "training": [{"step",
                "loss", "learning_rate", "gradient_norm"}], "transitions", "attempts": [{"attempt", "state", "worker",
                "host", "pid", "started_at", "renewed_at", "lease_until", "finished_at", "error"}], "artifacts",
                "events", "notes"}
            """)

    @Argument(help: ArgumentHelp("A search, or a trial as search/number or search/best.", valueName: "search|trial"))
    var selectors: [String] = []

    @OptionGroup(title: "Choice") var options: SelectionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        try options.check(selectors)
        let store = try database.openForReading()
        let console = global.console
        let selection = try TrialSelection(store, selectors, options)
        if selection.isOfWholeSearches, !selection.isOfFlags {
            let searches = try selection.searches()
            guard searches.count == 1, let search = searches.first else {
                throw Failure.usage(
                    "that is \(searches.count) searches, show takes one", hint: "'qpx compare' puts them side by side")
            }
            let details = try SearchDetails(store, search: search)
            try console.isJSON ? console.write(details.json) : details.write(to: console)
            return
        }
        let details = try TrialDetails(store, trial: try selection.trial(for: "show"))
        try console.isJSON ? console.write(details.json) : details.write(to: console)
    }
}
