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

            EXAMPLES
              qpx rerun my-search/7
              qpx rerun my-search/best --threads 1 --json
            """)

    @Argument(help: ArgumentHelp("The trial, as search/number or search/best.", valueName: "trial"))
    var trial: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let threads = try threads.settings.integer("threads", in: 1...4096)
        let console = global.console
        let store = try database.openForWriting()
        let outcome = try RerunRunner(store: store, console: console).run(trial, threads: threads)
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
