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
        var trialID: Int?
        var started = 0.0
        var isEnding = false
    }

    private let store: Store
    private let progress: ProgressLine
    private let running = Mutex(Running())
    /// Written in `init` and in `end()` only, which are called by one thread.
    private var sources: [any DispatchSourceSignal] = []

    init(store: Store, progress: ProgressLine) {
        self.store = store
        self.progress = progress
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
    func begin(_ start: () throws -> TrialRecord) throws -> TrialRecord {
        while true {
            waitIfEnding()
            let trial = try running.withLock { running -> TrialRecord? in
                guard !running.isEnding else { return nil }
                let trial = try start()
                running.trialID = trial.id
                running.started = MonotonicClock.seconds
                return trial
            }
            if let trial { return trial }
        }
    }

    /// The trial has ended by itself.
    func endTrial() { running.withLock { $0.trialID = nil } }

    /// Ends the search: afterwards there is nothing left to interrupt.
    func finish(_ body: () throws -> SearchRecord) throws -> SearchRecord {
        while true {
            waitIfEnding()
            let search = try running.withLock { running -> SearchRecord? in
                guard !running.isEnding else { return nil }
                running.searchID = nil
                return try body()
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
        if let trial = running.trialID {
            _ = try? store.interruptTrial(id: trial, durationSeconds: MonotonicClock.seconds - running.started)
        }
        ChildProcess.endAll()
        var hint = ""
        if let search = running.searchID {
            _ = try? store.finishSearch(id: search, state: .interrupted)
            if let name = try? store.search(id: search).name { hint = "; 'qpx resume \(name)' goes on" }
        }
        progress.finish()
        Console.writeError("interrupted\(hint)\n")
        // At once: `exit` would take down what other threads still compute with.
        _exit(number == SIGINT ? ExitStatus.interrupted.rawValue : ExitStatus.terminated.rawValue)
    }
}
