internal import Synchronization

/// Progress of one long step at a time, on standard error.
///
/// On a terminal it is one line drawn again and again, with done and total, rate and time left; elsewhere a plain line
/// every few seconds; nothing with `--quiet`. Safe to call from several threads.
final class ProgressLine: Sendable {
    /// How progress is shown.
    enum Style: Sendable, Equatable {
        /// One redrawn line of at most that many columns.
        case redrawn(width: Int)
        /// A new line at most every so many seconds.
        case lines(everySeconds: Double)
        /// Nothing.
        case off
    }

    private struct Step {
        var label: String
        var total: Int?
        var unit: String
        var started: Double
        var done = 0
        var note = ""
    }

    private struct State {
        var step: Step?
        var isDrawn = false
        var lastShown = -Double.infinity
    }

    /// Redrawing more often than this only costs time.
    private static let redrawSeconds = 0.1

    private let style: Style
    private let now: @Sendable () -> Double
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - now: a clock in seconds that never goes back.
    ///   - write: takes text for standard error.
    init(style: Style, now: @escaping @Sendable () -> Double, write: @escaping @Sendable (String) -> Void) {
        self.style = style
        self.now = now
        self.write = write
    }

    /// Starts a step, in place of the one before it.
    /// - Parameters:
    ///   - total: how many units the step has, if that is known.
    ///   - unit: what is counted, in the plural: "examples", "steps", "windows".
    func begin(_ label: String, total: Int? = nil, unit: String = "") {
        state.withLock { state in
            state.step = Step(label: label, total: total, unit: unit, started: now())
            // On a terminal a step shows at once what takes the time from here on. Elsewhere the lines keep their
            // distance, so that a step shorter than that leaves no line.
            if case .redrawn = style { state.lastShown = -Double.infinity }
            show(&state)
        }
    }

    /// Says how many units are done, with a short remark such as "loss 3.217".
    func advance(to done: Int, note: String = "") {
        state.withLock { state in
            guard state.step != nil else { return }
            state.step?.done = done
            state.step?.note = note
            show(&state)
        }
    }

    /// Ends the step; a summary stays as a line of its own.
    func finish(_ summary: String? = nil) {
        state.withLock { state in
            clear(&state)
            state.step = nil
            if let summary, style != .off {
                write(summary + "\n")
                state.lastShown = now()
            }
        }
    }

    /// Writes a line that stays, above the progress.
    func note(_ line: String) {
        state.withLock { state in
            guard style != .off else { return }
            clear(&state)
            write(line + "\n")
            state.lastShown = now()
            if case .redrawn = style {
                state.lastShown = -Double.infinity
                show(&state)
            }
        }
    }

    private func clear(_ state: inout State) {
        guard state.isDrawn else { return }
        write("\r\u{1B}[K")
        state.isDrawn = false
    }

    private func show(_ state: inout State) {
        guard let step = state.step, style != .off else { return }
        let time = now()
        switch style {
        case .off: return
        case .redrawn(let width):
            guard time - state.lastShown >= Self.redrawSeconds || step.done == step.total else { return }
            // One column stays free: some terminals wrap when the last one is written.
            write("\r\u{1B}[K" + Self.text(step, time: time).truncated(toWidth: max(width - 1, 1)))
            state.isDrawn = true
        case .lines(let interval):
            guard time - state.lastShown >= interval else { return }
            write(Self.text(step, time: time) + "\n")
        }
        state.lastShown = time
    }

    private static func text(_ step: Step, time: Double) -> String {
        var parts: [String] = []
        let unit = step.unit.isEmpty ? "" : " " + step.unit
        if let total = step.total {
            parts.append("\(step.done)/\(total)\(unit)")
        } else if step.done > 0 {
            parts.append("\(step.done)\(unit)")
        }
        let elapsed = time - step.started
        if step.done > 0, elapsed > 0 {
            let rate = Double(step.done) / elapsed
            parts.append("\(NumberText.fixed(rate, rate < 10 ? 2 : rate < 100 ? 1 : 0))/s")
            if let total = step.total, total > step.done {
                parts.append("\(DurationText.short(Double(total - step.done) / rate)) left")
            }
        }
        if !step.note.isEmpty { parts.append(step.note.withoutControlCharacters) }
        return parts.isEmpty ? step.label : step.label + "  " + parts.joined(separator: "  ")
    }
}
