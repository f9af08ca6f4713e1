internal import Dispatch
internal import Store
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Makes Ctrl-C and `kill` leave a database that says what was interrupted, at once, also in the middle of a long step.
///
/// Signals arrive on a queue of their own. Every change of the database is one transaction, so the process may end
/// between any two of them.
final class InterruptGuard: @unchecked Sendable {
    private struct Running: Sendable {
        var searchID: Int?
        var attemptID: Int?
        var started = 0.0
        var isEnding = false
    }

    private let store: Store
    private let progress: ProgressLine
    private let helpers: HelperProcesses
    /// Whether another process started this one and speaks for it.
    private let isHelper: Bool
    /// What is said of an interruption when no search is at hand.
    private let hint: String
    private let running = Mutex(Running())
    /// Written in `init` and in `end()` only, which are called by one thread.
    private var sources: [any DispatchSourceSignal] = []

    /// - Parameters:
    ///   - helpers: workers that are to end with this process.
    ///   - isHelper: whether another process started this one and speaks for it.
    ///   - hint: what is said of an interruption when no search is at hand.
    init(
        store: Store, progress: ProgressLine, helpers: HelperProcesses = HelperProcesses(), isHelper: Bool = false,
        hint: String = ""
    ) {
        self.store = store
        self.progress = progress
        self.helpers = helpers
        self.isHelper = isHelper
        self.hint = hint
        let queue = DispatchQueue(label: "signals")
        sources = [SIGINT, SIGTERM].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [weak self] in self?.end(number) }
            source.resume()
            return source
        }
    }

    /// Signals do again what they do by default.
    func end() {
        for source in sources { source.cancel() }
        sources = []
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
    }

    /// From now on this search would be interrupted.
    func watch(search: Int) { running.withLock { $0.searchID = search } }

    /// Begins a trial, which from then on would be interrupted: not once an interruption is being recorded, or the trial
    /// would be left behind as running.
    /// - Parameter start: begins the trial; nil when there is none to begin.
    func begin(_ start: () throws -> ClaimedTrial?) throws -> ClaimedTrial? {
        while true {
            waitIfEnding()
            let claimed = try running.withLock { running -> ClaimedTrial?? in
                guard !running.isEnding else { return nil }
                guard let claimed = try start() else { return .some(nil) }
                running.attemptID = claimed.attempt.id
                running.started = MonotonicClock.seconds
                return .some(claimed)
            }
            if let claimed { return claimed }
        }
    }

    /// Starts something that an interruption must end too: not once one has begun, or it would be left behind.
    func starting<Result: Sendable>(_ start: () throws -> Result) throws -> Result {
        while true {
            waitIfEnding()
            let started = try running.withLock { running -> Result? in running.isEnding ? nil : try start() }
            if let started { return started }
        }
    }

    /// The trial has ended by itself.
    func endTrial() { running.withLock { $0.attemptID = nil } }

    /// Ends the search: afterwards there is nothing left to interrupt.
    /// - Parameter body: ends it; nil when others are at it still.
    func finish(_ body: () throws -> SearchRecord?) throws -> SearchRecord? {
        while true {
            waitIfEnding()
            let search = try running.withLock { running -> SearchRecord?? in
                guard !running.isEnding else { return nil }
                let search = try body()
                if search != nil { running.searchID = nil }
                return .some(search)
            }
            if let search { return search }
        }
    }

    /// Never returns once the process is about to end: what the interruption does to a step that was under way is no
    /// error of its own.
    func waitIfEnding() {
        while running.withLock(\.isEnding) { pause() }
    }

    private func end(_ number: Int32) {
        let running = running.withLock { running in
            running.isEnding = true
            return running
        }
        if let attempt = running.attemptID {
            _ = try? store.interruptTrial(attempt: attempt, durationSeconds: MonotonicClock.seconds - running.started)
        }
        ChildProcess.endAll()
        helpers.end()
        var hint = hint
        if let id = running.searchID {
            let isLast = (try? store.endSearch(id: id, state: .interrupted)) != nil
            if let search = try? store.search(id: id) {
                hint = isLast || search.state != .running ? "; 'qpx resume \(search.name)' goes on" : "; others go on"
            }
        }
        progress.finish()
        if !isHelper { Console.writeError("interrupted\(hint)\n") }
        // At once: `exit` would take down what other threads still compute with.
        _exit(number == SIGINT ? ExitStatus.interrupted.rawValue : ExitStatus.terminated.rawValue)
    }
}
