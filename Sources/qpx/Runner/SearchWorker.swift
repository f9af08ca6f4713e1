internal import Engine
internal import Store

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Takes part in a search: carries out one trial after the other until there are no more, beside any number of others.
struct SearchWorker {
    let store: Store
    let progress: ProgressLine
    let interrupts: InterruptGuard
    let context: SearchContext
    let search: SearchRecord
    let worker: Worker
    /// Workers that this one has started.
    let helpers: HelperProcesses
    /// Whether to tell what others finished.
    var tellsOthers = false
    /// How many trials to carry out at most.
    var limit: Int?

    /// Works until the search is complete, or the limit of this worker is reached.
    /// - Returns: whether the search is complete.
    func run() throws -> Bool {
        let problem = context.problem
        var dispenser = try TrialDispenser(store: store, context: context, search: search, worker: worker)
        dispenser.beginning = { try interrupts.begin($0) }
        dispenser.choosing = { progress.begin("choosing the next allocation") }
        let runner = TrialRunner(
            store: store, progress: progress, interrupts: interrupts, context: context, search: search, worker: worker)
        if problem.bitMap.hasLetters, let legend = problem.bitMap.legend { progress.note("allocations: \(legend)") }
        var seen = Set(try finished().map(\.id))
        var pace = SearchPace(done: seen.count, total: dispenser.total(limit: search.trialLimit))
        var carriedOut = 0
        var isWaiting = false
        var pause = 0.05
        func sleep() {
            usleep(UInt32(pause * 1e6))
            pause = min(2 * pause, 1)
        }
        while carriedOut < limit ?? Int.max {
            let started = MonotonicClock.seconds
            switch try dispenser.next() {
            case .trial(let claimed, let plan):
                try resumeIfEnded()
                let trial = try runner.carryOut(claimed, plan, pace: pace)
                try dispenser.recommend()
                carriedOut += 1
                (isWaiting, pause) = (false, 0.05)
                let others = try finished().filter { !seen.contains($0.id) && $0.id != trial.id }
                if tellsOthers { for other in others { progress.note(runner.line(other)) } }
                seen.formUnion(others.map(\.id) + (trial.state.isFinished ? [trial.id] : []))
                pace = pace.adding(seconds: MonotonicClock.seconds - started, others: others.count)
            case .full, .exhausted:
                if let ended = try interrupts.finish({ try store.endSearch(id: search.id, state: .complete) }) {
                    if tellsOthers {
                        for other in try finished() where !seen.contains(other.id) { progress.note(runner.line(other)) }
                    }
                    try tellExhausted(ended)
                    progress.finish()
                    return true
                }
                if !isWaiting { try tellWaiting() }
                isWaiting = true
                sleep()
            case .early:
                if !isWaiting { try tellWaiting() }
                isWaiting = true
                sleep()
            }
            for message in helpers.ended() { progress.note(message) }
        }
        progress.finish()
        return false
    }

    /// Finished trials of the search, reruns left out.
    private func finished() throws -> [TrialRecord] {
        var filter = TrialFilter(search: search.id)
        filter.states = [.complete, .failed]
        return try store.trials(filter).filter { $0.kind != .rerun }
    }

    /// The last of several workers that was interrupted marked the search so; another one goes on with it.
    private func resumeIfEnded() throws {
        guard try store.search(id: search.id).state != .running else { return }
        try store.startSearch(id: search.id)
    }

    private func tellWaiting() throws {
        let others = try store.liveWork(ofSearch: search.id).filter { $0.trial.kind != .rerun }
        let names = others.map { "\($0.trial.name) (\($0.attempt.worker))" }
        if let first = names.first {
            progress.note("waiting for \(first)" + (names.count > 1 ? " and \(names.count - 1) more" : ""))
        }
    }

    private func tellExhausted(_ search: SearchRecord) throws {
        guard try store.knowledge(ofSearch: search.id).candidates < search.trialLimit else { return }
        progress.note("every allocation within the budget has been tried")
    }
}
