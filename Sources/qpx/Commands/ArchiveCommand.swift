internal import ArgumentParser
internal import Store

/// `qpx archive`: out of sight, not lost.
struct ArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Take trials and searches out of sight, or bring them back.",
        discussion: """
            What is archived is in no list, no comparison and no report, unless --archived asks for it; the surrogate \
            forgets it, and its allocation may be tried again. Nothing is lost: --undo brings it back, until 'qpx gc' has \
            freed it. A search named alone is archived as a whole and its name is free again. What runs cannot be archived.

            EXAMPLES
              qpx archive my-search/3-9
              qpx archive --where 'state = failed and created_at < "2026-01-01"' --dry-run
              qpx archive old-search
              qpx archive old-search --undo
              qpx trials --archived --where archived

            JSON
              {"archived": true or false, "dry_run", "names": [trial or search]}
            """)

    @Argument(help: ArgumentHelp("Trials or searches.", valueName: "search|trial"))
    var selectors: [String] = []

    @Flag(name: .long, help: "Bring back what was archived.")
    var undo = false

    @Flag(name: .long, help: "Only say what would be archived.")
    var dryRun = false

    @OptionGroup var options: SelectionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let store = dryRun ? try database.openForReading() : try database.openForWriting()
        let names = try undo ? restore(store) : archive(store)
        let console = global.console
        if console.isJSON {
            return try console.write([
                "archived": .bool(!undo), "dry_run": .bool(dryRun), "names": .array(names.map(JSONValue.string)),
            ])
        }
        for name in names { try console.write(name + "\n") }
        let verb = undo ? "brought back" : "archived"
        console.notice(dryRun ? "\(names.count) would be \(verb)" : "\(verb) \(names.count)")
    }

    private func archive(_ store: Store) throws -> [String] {
        let owners = try OwnerSelection(store, selectors, options).owners
        if !dryRun { try store.archive(owners.map(\.record)) }
        return owners.map(\.name)
    }

    private func restore(_ store: Store) throws -> [String] {
        let searches = selectors.filter { !$0.contains("/") && !options.isNarrowing }
        let others = selectors.filter { !searches.contains($0) }
        guard !selectors.isEmpty || options.isNarrowing else {
            throw Failure.usage("--undo: no trials and no searches are named")
        }
        var trials: [TrialRecord] = []
        if !others.isEmpty || selectors.isEmpty {
            trials = try store.archivedTrials(try others.map { try TrialSelector($0) })
            if options.isNarrowing {
                var filter = try TrialSelection(store, [], options).filter()
                filter.includesArchived = true
                let fitting = Set(try store.trials(filter).map(\.id))
                trials.removeAll { !fitting.contains($0.id) }
            }
            guard !trials.isEmpty else {
                throw Failure.notFound(
                    "--undo: no archived trials are like that",
                    hint: "'qpx trials --archived --where archived' lists them")
            }
        }
        if !dryRun { try store.restore(searches: searches, trials: trials.map(\.id)) }
        return searches + trials.map(\.name)
    }
}
