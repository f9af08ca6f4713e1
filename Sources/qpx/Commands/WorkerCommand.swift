internal import ArgumentParser
internal import Store

/// `qpx worker`: takes part in a search.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Take part in a search that others work on, or go on with one that nobody does.",
        discussion: """
            Carries out one trial after the other until the search is complete: trials whose worker died first, then \
            those that wait, then new ones. No trial is carried out twice, the search's limit is never exceeded. A \
            worker shows that it is alive; one that is silent for longer than its lease, or whose process ended, loses \
            its trial to the next. Its result is kept all the same when it comes after all.

            The database must lie where all workers can lock it: on one machine, or on a file system that shares locks \
            and memory between machines.

            EXAMPLES
              qpx worker my-search
              qpx worker my-search --threads 2 --trials 5
              qpx worker my-search --lease 10min
            """)

    @Argument(help: ArgumentHelp("Name of the search.", valueName: "search"))
    var search: String

    @Option(name: .long, help: ArgumentHelp("Trials to carry out at most (default: all).", valueName: "count"))
    var trials: String?

    @Option(name: .long, help: ArgumentHelp("What to call this worker (default: host:process).", valueName: "name"))
    var name: String?

    @Option(
        name: .long,
        help: ArgumentHelp("How often a failed trial is tried again (default: the search's).", valueName: "count"))
    var retries: String?

    @Flag(name: .customLong("helper"), help: .hidden)
    var isHelper = false

    @OptionGroup var lease: LeaseOption
    @OptionGroup(title: "Confirmation") var confirmation: ConfirmationOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let threads = try threads.settings.integer("threads", in: 1...4096)
        var settings = lease.settings.over(confirmation.settings)
        settings.set("trials", flag: trials)
        settings.set("retries", flag: retries)
        settings.set("name", flag: name)
        let limit = try settings.integer("trials", in: 1...1_000_000)
        let name = try settings.text("name")
        let console = global.console
        let store = try database.openForWriting()
        let runner = SearchRunner(store: store, console: console, isHelper: isHelper)
        let search = try runner.join(
            try store.search(named: search), threads: threads, work: settings, limit: limit, name: name)
        if console.isJSON {
            try console.write(SearchDetails(store, search: search).json)
        } else {
            console.notice("search '\(search.name)' is \(search.state.rawValue)")
        }
    }
}
