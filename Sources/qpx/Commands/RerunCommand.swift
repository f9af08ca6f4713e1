internal import ArgumentParser
internal import Store

/// `qpx rerun`: repeats a trial from its record and compares the metrics.
struct RerunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Repeat a trial from its record and say whether the metrics are the same.",
        discussion: """
            The metrics are compared to the last digit, whatever the number of threads. When one differs, or the model \
            or a file is no longer the recorded one, the exit status is 7 and the differences are printed.

            A trial that was stopped early races against the same trial again and is stopped at the same example. With \
            --whole it is evaluated to the end: what both have scored is compared, and what it was estimated to be stands \
            beside what it is.

            EXAMPLES
              qpx rerun my-search/7
              qpx rerun my-search/12 --whole
              qpx rerun my-search/best --threads 1 --json

            JSON
              {"trial", "rerun", "same", "metrics": [{"metric", "task", "recorded", "repeated", "same"}], "whole": null or \
            {"estimate", "stderr", "value"}}
            """)

    @Argument(help: ArgumentHelp("The trial, as search/number or search/best.", valueName: "trial"))
    var selectors: [String] = []

    @Flag(name: .long, help: "Evaluate a trial to its end that was stopped early.")
    var whole = false

    @OptionGroup(title: "Choice") var selection: SelectionOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let threads = try threads.settings.integer("threads", in: 1...4096)
        let console = global.console
        let store = try database.openForWriting()
        try selection.check(selectors)
        let trial = try TrialSelection(store, selectors, selection).trial(for: "rerun")
        let outcome = try RerunRunner(store: store, console: console)
            .run(trial, threads: threads, isWhole: whole)
        try outcome.write(to: console)
        guard outcome.isSame else {
            let count = outcome.comparison.count { !$0.isSame }
            throw Failure(
                .checkFailed,
                "\(outcome.rerun.name) does not repeat \(outcome.original.name): \(count) of "
                    + "\(outcome.comparison.count) numbers differ")
        }
    }
}
