internal import ArgumentParser
internal import Store

/// `qpx resume`: goes on with a search that was interrupted.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a search that was interrupted.",
        discussion: """
            Finished trials are kept; a trial that was interrupted is carried out again from its record. The search \
            goes on as if it had never stopped. Several processes may resume different searches of one database; \
            'qpx worker' joins one that is being carried out. With --confirm it also goes on with a search that has \
            finished: its best trials are carried out again with fresh seeds.

            EXAMPLES
              qpx resume my-search
              qpx resume my-search --threads 8
              qpx resume my-search --workers 4
              qpx resume my-search --confirm 3
            """)

    @Argument(help: ArgumentHelp("Name of the search.", valueName: "search"))
    var search: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Processes that carry trials out at the same time (default: as the search was begun).",
            valueName: "count"))
    var workers: String?

    @OptionGroup(title: "Confirmation") var confirmation: ConfirmationOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let threads = try threads.settings.integer("threads", in: 1...4096)
        let console = global.console
        let store = try database.openForWriting()
        var work = confirmation.settings
        work.set("workers", flag: workers)
        let search = try SearchRunner(store: store, console: console).resume(search, threads: threads, work: work)
        try SearchOutcome(store: store, search: search).write(to: console)
    }
}
