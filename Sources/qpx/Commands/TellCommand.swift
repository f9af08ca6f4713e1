internal import ArgumentParser
internal import Store

/// `qpx tell`: what came of a trial that was asked for.
struct TellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tell",
        abstract: "Record what came of a trial that 'qpx ask' gave out.",
        discussion: """
            A result that comes after the lease ran out is the trial's if nobody else told one meanwhile; otherwise it \
            is kept as a repeat of the trial, with the label 'late'. A failed trial is given out again as often as the \
            search retries.

            JSON: {"trial": {the keys of 'qpx trials'}, "kept_as": the trial that has the result, "lease_until"}

            EXAMPLES
              qpx tell my-search/7 --value 2.134 --standard-error 0.01
              qpx tell my-search/7 --metric accuracy=0.61±0.01 --metric acc/piqa=0.71
              qpx tell my-search/7 --failed 'out of memory'
              qpx tell my-search/7 --alive
            """)

    @Argument(help: ArgumentHelp("The trial, as search/number.", valueName: "trial"))
    var trial: String

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp("The value of the search's objective.", valueName: "number"))
    var value: String?

    @Option(
        name: .long, parsing: .unconditional,
        help: ArgumentHelp("Its standard error.", valueName: "number"))
    var standardError: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Other numbers, as name=value, name/task=value, with ±error or +-error behind where it is known. One that is "
                + "called as the objective is its value where --value is not given.", valueName: "metric"))
    var metric: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long it took: \(Settings.durationForms) (default: since it was asked for).", valueName: "time"))
    var duration: String?

    @Option(name: .long, help: ArgumentHelp("The trial failed: say why.", valueName: "why"))
    var failed: String?

    @Flag(name: .long, help: "The trial is still being carried out: its lease begins anew.")
    var alive = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --alive: the length of the lease (default: as it was asked for).", valueName: "time"))
    var lease: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Which go at the trial (default: the current one).", valueName: "number"))
    var attempt: String?

    @Flag(name: .long, help: "It is no error when the trial has finished already.")
    var skipIfFinished = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let settings = settings
        let attempt = try settings.integer("attempt", in: 1...1_000_000)
        let message = try TellMessage(settings, isAlive: alive)
        let console = global.console
        let store = try database.openForWriting()
        let trials = try store.trials(TrialSelector(trial))
        guard let trial = trials.first, trials.count == 1 else {
            throw Failure.usage("'\(self.trial)' is \(trials.count) trials: name one, as search/7")
        }
        let outcome = try TellRunner(store: store).tell(
            trial, attempt: attempt, try message.resolved(objective: try store.search(id: trial.searchID).objective),
            skipsFinished: skipIfFinished)
        if console.isJSON {
            try console.write([
                "trial": TrialView(outcome.trial).json, "kept_as": .optional(outcome.kept?.name),
                "lease_until": .optional(outcome.leaseUntil),
            ])
            return
        }
        try console.write(Self.line(outcome) + "\n")
    }

    private var settings: Settings {
        var settings = Settings()
        settings.set("value", flag: value)
        settings.set("standard-error", flag: standardError)
        settings.set("metric", flag: metric)
        settings.set("duration", flag: duration)
        settings.set("failed", flag: failed)
        settings.set("lease", flag: lease)
        settings.set("attempt", flag: attempt)
        return settings
    }

    private static func line(_ outcome: TellRunner.Outcome) -> String {
        let trial = outcome.trial
        if let kept = outcome.kept, kept.id != trial.id {
            return "\(trial.name) had finished already; the result is kept as \(kept.name)"
        }
        if let time = outcome.leaseUntil { return "\(trial.name) is running, its lease lasts until \(time)" }
        if outcome.kept != nil { return "\(trial.name) is complete: \(TrialView(trial).objective)" }
        return trial.state == .waiting
            ? "\(trial.name) failed and is to be given out again" : "\(trial.name) is \(trial.state.rawValue)"
    }
}
