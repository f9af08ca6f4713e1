internal import ArgumentParser
internal import Store

/// `qpx ask`: gives out the next trial of a search.
struct AskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Give out the next trial of a search that was begun with --ask.",
        discussion: """
            The trial is running from then on, in the name of who asked; 'qpx tell' takes what came of it. One of which \
            nothing is told before its lease runs out is given to the next who asks; a late result is kept all the \
            same. What is asked for at the same time is never the same, and each proposal takes into account what is \
            being tried. When nothing is left to give out the exit status is 4: with --json the error's code is \
            'finished', or 'all_given_out' while trials are untold.

            JSON: {"search", "trials": [{"attempt", "worker", "lease_until", "base": "intact"|"pruned", "recovers", and \
            the keys of 'qpx trials'}]}

            EXAMPLES
              qpx ask my-search
              qpx ask my-search --count 4 --lease 2h --json
            """)

    @Argument(help: ArgumentHelp("Name of the search.", valueName: "search"))
    var search: String

    @Option(name: .long, help: ArgumentHelp("Trials to give out (default: 1).", valueName: "count"))
    var count: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "After how long a trial that nothing was told of is given out again: \(Settings.durationForms) "
                + "(default: the search's, a day unless it says otherwise).", valueName: "time"))
    var lease: String?

    @Option(name: .long, help: ArgumentHelp("Who asks (default: the host).", valueName: "name"))
    var worker: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = threads.settings
        settings.set("count", flag: count)
        settings.set("lease", flag: lease)
        settings.set("worker", flag: worker)
        let count = try settings.integer("count", in: 1...10_000) ?? 1
        let lease = try settings.seconds("lease")
        let worker = try settings.text("worker")
        let threads = try settings.integer("threads", in: 1...4096)
        let console = global.console
        let store = try database.openForWriting()
        let given = try AskRunner(store: store, console: console)
            .ask(search, count: count, lease: lease, worker: worker, threads: threads)
        let names = try TrialNames(store, of: given.map(\.claimed.trial))
        if console.isJSON {
            try console.write([
                "search": .string(given.first?.claimed.trial.search ?? search),
                "trials": .array(
                    given.map { Self.json($0.claimed, $0.plan, rerunOf: names.rerunOf($0.claimed.trial)) }),
            ])
            return
        }
        var table = Table([
            .word("trial"), .text("what"), .text("allocation"), .number("bits/weight"), .number("weights"),
            .number("seed"), .word("lease until"),
        ])
        for (claimed, plan) in given {
            let trial = claimed.trial
            table.add([
                Table.Cell(trial.name), Table.Cell(TrialView(trial, rerunOf: names.rerunOf(trial)).title),
                Table.Cell(trial.allocation ?? "\(plan.base.rawValue) model"),
                Table.Cell(NumberText.fixed(trial.bitsPerWeight, 4)),
                Table.Cell(trial.weightBytes.map(ByteText.short) ?? ""), Table.Cell(String(trial.seed)),
                Table.Cell(claimed.attempt.leaseUntil ?? ""),
            ])
        }
        try console.write(table)
    }

    private static func json(_ claimed: ClaimedTrial, _ plan: TrialPlan, rerunOf: String?) -> JSONValue {
        let extra: [(String, JSONValue)] = [
            ("attempt", .int(claimed.attempt.number)), ("worker", .string(claimed.attempt.worker)),
            ("lease_until", .optional(claimed.attempt.leaseUntil)), ("base", .string(plan.base.rawValue)),
            ("recovers", .bool(plan.recovers)),
        ]
        guard case .object(let members) = TrialView(claimed.trial, rerunOf: rerunOf).json else { return .object(extra) }
        return .object(members + extra)
    }
}
