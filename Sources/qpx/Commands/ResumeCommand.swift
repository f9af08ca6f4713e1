internal import ArgumentParser
internal import Store

/// `qpx resume`: goes on with a search that was interrupted.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a search that was interrupted.",
        discussion: """
            Finished trials are kept; a trial that was interrupted is carried out again from its record. The search \
            goes on as if it had never stopped. Several processes may resume different searches of one database.

            EXAMPLES
              qpx resume my-search
              qpx resume my-search --threads 8
            """)

    @Argument(help: ArgumentHelp("Name of the search.", valueName: "search"))
    var search: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let threads = try threads.settings.integer("threads", in: 1...4096)
        let console = global.console
        let store = try database.openForWriting()
        let search = try SearchRunner(store: store, console: console).resume(search, threads: threads)
        try SearchOutcome(store: store, search: search).write(to: console)
    }
}
