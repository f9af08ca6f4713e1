internal import ArgumentParser

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
}
