internal import Store

/// One line of a search's log.
struct LogLine {
    /// When.
    var at: String
    /// How much it matters.
    var level: EventRecord.Level
    /// A stable word: search, trial, event, attempt or warm_start.
    var kind: String
    /// The trial, by name.
    var trial: String?
    /// The state that the search or trial came into.
    var state: TrialState?
    /// What happened, for people.
    var message: String
    /// The objective of a trial that is complete.
    var value: Double?
    /// Its standard error.
    var standardError: Double?
    /// Whether it is the best so far.
    var isBest: Bool?

    /// The line as JSON.
    func json(search: String) -> JSONValue {
        [
            "at": .string(at), "level": .string(level.rawValue), "kind": .string(kind), "search": .string(search),
            "trial": .optional(trial), "state": .optional(state?.rawValue), "message": .string(message),
            "objective_value": .optional(value), "objective_stderr": .optional(standardError),
            "best_so_far": .optional(isBest),
        ]
    }

    /// The line for people, cut to the terminal's width.
    func text(width: Int?, colour: Colour) -> String {
        let time = String(at.prefix(19)).replacing("T", with: " ")
        let rest = [trial, message].compactMap(\.self).joined(separator: "  ").withoutControlCharacters
        let line = width.map { rest.truncated(toWidth: max(20, $0 - time.count - 2)) } ?? rest
        return colour.paint(time, [.dim]) + "  " + colour.paint(line, styles)
    }

    private var styles: [Colour.Style] {
        switch level {
        case .error: [.red]
        case .warning: [.yellow]
        case .debug: [.dim]
        case .info: isBest == true ? [.bold] : []
        }
    }
}

/// Makes lines of what happened in a search, and knows the best value so far.
struct LogWriter {
    let search: SearchRecord
    private var best: Double?

    init(search: SearchRecord) { self.search = search }

    /// The line of an entry. Entries are to come in order of time.
    mutating func line(_ entry: HistoryEntry) -> LogLine {
        switch entry.kind {
        case .search(let state):
            let host = entry.process.map { " on \($0.host), process \($0.pid)" } ?? ""
            return LogLine(
                at: entry.at, level: Self.level(state), kind: "search", state: state,
                message: "search \(search.name) is \(state.rawValue)\(state == .running ? host : "")")
        case .trial(let trial, let state):
            return line(trial, state, entry)
        case .event(let event, let number):
            return LogLine(
                at: entry.at, level: event.level, kind: "event", trial: number.map(name), message: event.message)
        case .attempt(let attempt, let number):
            let what =
                attempt.state == .late ? "came too late with its result" : "lost it"
            return LogLine(
                at: entry.at, level: .warning, kind: "attempt", trial: name(number),
                message: "\(attempt.worker) \(what)\(attempt.error.map { ": \($0)" } ?? "")")
        case .warmStart(let source):
            return LogLine(
                at: entry.at, level: .info, kind: "warm_start",
                message: "\(source.observations) observations taken from \(source.name)")
        }
    }

    private func name(_ number: Int) -> String { "\(search.name)/\(number)" }

    private mutating func line(_ trial: TrialRecord, _ state: TrialState, _ entry: HistoryEntry) -> LogLine {
        var line = LogLine(
            at: entry.at, level: state == .waiting ? .debug : Self.level(state), kind: "trial", trial: trial.name,
            state: state, message: state.rawValue)
        switch state {
        case .running:
            let size = trial.bitsPerWeight.map { ", \(NumberText.fixed($0, 3)) bpw" } ?? ""
            line.message = "begins: \(TrialView(trial).kind)\(trial.label.map { " \($0)" } ?? "")\(size)"
        case .complete:
            line.value = trial.objectiveValue
            line.standardError = trial.objectiveStandardError
            line.isBest = isBest(trial)
            let value = trial.objectiveValue == nil ? "no value" : "\(search.objective) \(TrialView(trial).objective)"
            line.message =
                "complete: \(value)"
                + (line.isBest == true ? ", the best so far" : trial.isWithinBudget == false ? ", over the budget" : "")
                + (trial.durationSeconds.map { " (\(DurationText.short($0)))" } ?? "")
        case .failed:
            line.message = "failed\(trial.error.map { ": \($0)" } ?? "")"
        case .waiting, .interrupted:
            break
        }
        return line
    }

    /// Whether a complete trial is the first, or better than all before it, among those that could be the search's best.
    private mutating func isBest(_ trial: TrialRecord) -> Bool {
        guard let value = trial.objectiveValue, trial.kind.isCandidate, trial.isWithinBudget != false,
            trial.fidelity == 1
        else { return false }
        guard let best else {
            self.best = value
            return true
        }
        let isBetter = search.direction == .maximize ? value > best : value < best
        if isBetter { self.best = value }
        return isBetter
    }

    private static func level(_ state: TrialState) -> EventRecord.Level {
        switch state {
        case .failed: .error
        case .interrupted: .warning
        case .waiting, .running, .complete: .info
        }
    }
}
