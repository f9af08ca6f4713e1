internal import ArgumentParser
internal import Store

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// `qpx log`: what happened in a search, and what happens.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show what happened in a search, or follow it while it runs.",
        discussion: """
            Trials as they begin and end, with their values and which were the best so far, states of the search, warm \
            starts, warnings, and trials that workers lost, in order of time (UTC). With --follow it goes on until the \
            search has ended; Ctrl-C ends it before. Only reads.

            EXAMPLES
              qpx log my-search
              qpx log my-search --follow --since 10min
              qpx log my-search --level warning
              qpx log my-search --json | jq -r 'select(.best_so_far).objective_value'

            JSON
              One object per line: {"at", "level": "debug|info|warning|error",
                "kind": "search|trial|event|attempt|warm_start", "search", "trial",
                "state", "message", "objective_value", "objective_stderr",
                "best_so_far"}
            """)

    @Argument(help: ArgumentHelp("The search.", valueName: "search"))
    var search: String

    @Flag(name: [.short, .long], help: "Go on until the search has ended.")
    var follow = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what is not older: \(Settings.durationForms); or a time as 2025-03-01T12:30.", valueName: "time"))
    var since: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only what matters so much: \(EventRecord.Level.allCases.map(\.rawValue).joined(separator: ", ")) "
                + "(default: info).", valueName: "level"))
    var level: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = Settings()
        settings.set("level", flag: level)
        let least = try settings.word("level", EventRecord.Level.self) ?? .info
        let shown = Set(EventRecord.Level.allCases.drop { $0 != least })
        let start = try LogStart.time(since, now: Timestamp.now())
        let store = try database.openForReading()
        let record = try store.search(named: search)
        let console = global.console
        var cursor = HistoryCursor()
        var writer = LogWriter(search: record)
        while true {
            // The state first: what is written after it is read the next time.
            let hasEnded = try store.search(id: record.id).state.isFinished
            var text = ""
            for entry in try store.history(ofSearch: record.id, after: &cursor) {
                let line = writer.line(entry)
                guard shown.contains(line.level), line.at >= start else { continue }
                text +=
                    console.isJSON
                    ? line.json(search: record.name).compact + "\n"
                    : line.text(width: console.width, colour: console.colour) + "\n"
            }
            if !text.isEmpty { try console.write(text) }
            if !follow || hasEnded { return }
            sleep(1)
        }
    }
}

/// From when on a log is shown.
enum LogStart {
    /// The beginning of all times that are shown, as the store writes them; empty for all.
    static func time(_ text: String?, now: String) throws(Failure) -> String {
        guard let text else { return "" }
        let form = "dddd-dd-ddTdd:dd:dd.ddd"
        let plain = text.hasSuffix("Z") ? text.dropLast() : text[...]
        let isTime =
            [10, 16, 19, 23].contains(plain.count)
            && zip(plain, form).allSatisfy { $1 == "d" ? $0.isASCII && $0.isNumber : $0 == $1 }
        if isTime { return String(plain) }
        var settings = Settings()
        settings.set("since", flag: text)
        guard let seconds = try? settings.seconds("since") else {
            throw .usage(
                "--since: '\(text)' is neither a time (2025-03-01, 2025-03-01T12:30) nor an age "
                    + "(\(Settings.durationForms))")
        }
        return Timestamp.adding(seconds: -seconds, to: now)
    }
}
