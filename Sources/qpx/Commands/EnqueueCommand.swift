internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx enqueue`: an allocation to try next.
struct EnqueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Put an allocation, or a replicate of a trial, into a search, to be tried next.",
        discussion: """
            The trial waits until a worker is free and then comes before every proposal; it counts towards the \
            search's limit of trials. When nobody works on the search, 'qpx resume' carries it out, also where the \
            search has finished. An allocation that is there already ends with exit status 4, one that is none of the \
            search's with 64.

            --replicate carries the allocation of a complete trial out again with another seed. What comes of it is one \
            more observation of that allocation; it does not count towards the limit. ('qpx rerun' repeats a trial with \
            its own seed.)

            JSON: {"trial": {the keys of 'qpx trials'}}

            EXAMPLES
              qpx enqueue my-search --allocation 4488
              qpx enqueue my-search --allocation nf4,nf4,int8,int8 --label 'by hand'
              qpx enqueue my-search --allocation layers.json --over-budget
              qpx enqueue my-search --replicate my-search/7
            """)

    @Argument(help: ArgumentHelp("Name of the search.", valueName: "search"))
    var search: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Precisions by layer: a file as 'qpx quantize --allocation' takes it, or the text itself, as names between "
                + "commas or blanks, or as digits.", valueName: "file|text"))
    var allocation: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The complete trial to carry out again with another seed.", valueName: "trial"))
    var replicate: String?

    @Option(
        name: .long,
        help: ArgumentHelp("With --replicate: its seed (default: the next one of the search).", valueName: "number"))
    var seed: String?

    @Option(name: .long, help: ArgumentHelp("What reports call it.", valueName: "text"))
    var label: String?

    @Flag(name: .long, help: "It may exceed the budget; it is then a baseline, and never the best trial.")
    var overBudget = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let (store, trial) = try enqueue(console)
        if console.isJSON {
            let names = try TrialNames(store, of: [trial])
            try console.write(["trial": TrialView(trial, rerunOf: names.rerunOf(trial)).json])
            return
        }
        try console.write("\(trial.name) waits\n")
        let search = try store.search(id: trial.searchID)
        if search.evaluator == .ask {
            console.notice("'qpx ask \(search.name)' gives it out next")
        } else if search.state != .running {
            console.notice(
                "search '\(search.name)' is \(search.state.rawValue); 'qpx resume \(search.name)' carries it out")
        }
    }

    private func enqueue(_ console: Console) throws -> (Store, TrialRecord) {
        var settings = Settings()
        settings.set("seed", flag: seed)
        let seed = try settings.seed("seed")
        if let replicate {
            for (flag, isGiven) in [
                ("--allocation", allocation != nil), ("--label", label != nil), ("--over-budget", overBudget),
            ] where isGiven {
                throw Failure.usage("\(flag) and --replicate: a replicate has the allocation of its trial")
            }
            let store = try database.openForWriting()
            return (store, try ReplicateRunner(store: store).enqueue(replicate, seed: seed, search: search))
        }
        guard let allocation else {
            throw Failure.usage("--allocation is missing: say what to try", hint: "or what to repeat, with --replicate")
        }
        guard seed == nil else {
            throw Failure.usage(
                "--seed: only a replicate has a seed of its own", hint: "name its trial with --replicate")
        }
        let path = FilePath.absolute(allocation, in: FileManager.default.currentDirectoryPath)
        let text = FilePath.isFile(path) ? try TextFile.read(path, says: "--allocation") : allocation
        let store = try database.openForWriting()
        let trial = try EnqueueRunner(store: store, console: console).enqueue(
            text, says: "--allocation", search: search, label: label, exceeds: overBudget)
        return (store, trial)
    }
}
