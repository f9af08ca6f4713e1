internal import ArgumentParser
internal import Engine
internal import Store

/// `qpx race`: what racing would have saved in a search that was evaluated whole.
struct RaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "race",
        abstract: "Say what stopping trials early would have saved in a search, and what it would have cost.",
        discussion: """
            Runs the races of 'qpx search --early-stopping racing' again on results that are recorded question by question, \
            or window by window; nothing is computed anew. A trial races against the best one before it. 'winners' are \
            trials that are better than that one, 'wronged' those among them that would have been stopped. With --orders \
            the same trials are raced in many random orders of the examples, with --shuffle-trials of the trials as well, \
            which tells how often that happens.

            A search that really races learns estimates of what it stopped, so that it may propose other allocations \
            afterwards.

            EXAMPLES
              qpx race my-search
              qpx race my-search --orders 1000 --shuffle-trials --racing-confidence 0.95 --json

            JSON
              {"search", "confidence", "stages", "orders", "trials": number that raced, "stopped", "winners", "wronged": \
            each on average over orders, "scored": part of their examples that is scored, "lost": what the best trial is worse by \
            on average, "races": of the first order: [{"trial", "incumbent", "scored", "examples", "difference", \
            "stderr", "whole_difference", "stopped", "wronged"}]}
            """)

    @Argument(help: ArgumentHelp("The search.", valueName: "search"))
    var search: String

    @OptionGroup var racing: RacingOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Random orders of the examples to race in (default: 1, the search's own).", valueName: "count"))
    var orders: String?

    @Flag(name: .long, help: "With --orders: race in random orders of the trials, too.")
    var shuffleTrials = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = racing.settings
        settings.set("early-stopping", flag: EarlyStoppingSpecification.Rule.racing.rawValue)
        settings.set("orders", flag: orders)
        let specification = try EarlyStoppingSpecification(settings, isExternal: false)
        let count = try settings.integer("orders", in: 1...100_000) ?? 1
        guard !shuffleTrials || count > 1 else {
            throw Failure.usage("--shuffle-trials: one order is the search's own", hint: "say --orders 1000")
        }
        let store = try database.openForReading()
        let recorded = try store.search(named: search)
        guard recorded.secondObjective == nil else {
            throw Failure(
                .failed,
                "search '\(recorded.name)' is for a front: its trials race against those that are no larger, which is not "
                    + "replayed", hint: "name a search of one objective")
        }
        let replay = try RaceReplay(store, search: recorded)
        let view = try RaceReplayView(replay, specification, orders: count, shufflesTrials: shuffleTrials)
        try global.console.isJSON ? global.console.write(view.json) : view.write(to: global.console)
    }
}
