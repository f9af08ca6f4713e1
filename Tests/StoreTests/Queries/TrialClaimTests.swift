import Testing

@testable import Store

@Suite("What a worker is given") struct TrialClaimTests {
    let bench: Bench
    var store: Store { bench.store }
    var search: Int { bench.search.id }

    init() throws { bench = try Bench() }

    @Test("is nothing while others are alive at everything") func nothing() throws {
        _ = try bench.begin(1, by: Samples.worker(lease: 60))
        _ = try bench.begin(2)
        try bench.complete(3, objective: 1)
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker("two")) == nil)
        #expect(
            try store.liveWork(ofSearch: search).map(\.attempt.worker) == [
                "one", "\(store.process.host):\(store.process.pid)",
            ])
    }

    @Test("is first a trial whose process is dead, as its next attempt, then what waits, oldest first")
    func order() throws {
        let first = try bench.enqueue(5)
        let second = try bench.enqueue(6)
        let lost = try bench.begin(1, by: Samples.worker("dead", process: Samples.deadProcess, lease: 60))
        let again = try #require(
            try store.claimTrial(ofSearch: search, by: Samples.worker("two", lease: 9, threads: 7)))
        #expect(again.trial.id == lost.trial.id && again.trial.state == .running)
        #expect(again.trial.environment.threadCount == 7)
        #expect(again.attempt.number == 2 && again.attempt.worker == "two" && again.attempt.state == .running)
        let before = try store.attempt(id: lost.attempt.id)
        #expect(before.state == .lost && before.finishedAt != nil)
        #expect(before.error == "process \(Int32.max) ended")
        #expect(try store.suggestions(ofTrials: [again.trial.id]).count == 1)
        let claimed = try (0..<3).map { try store.claimTrial(ofSearch: search, by: Samples.worker("\($0)")) }
        #expect(claimed.map { $0?.trial.id } == [first.id, second.id, nil])
        #expect(claimed[0]?.trial.origin == .enqueued && claimed[0]?.attempt.number == 1)
        #expect(try store.transitions(ofTrial: first.id).map(\.to) == [.waiting, .running])
    }

    @Test("is a trial whose lease ran out, wherever its process is; a renewed one is left alone") func leases() throws {
        let elsewhere = ProcessIdentity(host: "far-away", pid: 7, started: nil)
        // The clock of the tests goes on by a millisecond with every look.
        let lost = try bench.begin(1, by: Samples.worker("far", process: elsewhere, lease: 0.001))
        let kept = try bench.begin(2, by: Samples.worker("near", lease: 0.001))
        let asker = try bench.begin(3, by: Samples.worker("asker", process: nil, lease: nil))
        #expect(try store.renewLease(ofAttempt: kept.attempt.id, seconds: 60))
        #expect(try store.renewLease(ofAttempt: asker.attempt.id, seconds: 0.001))
        _ = try store.search(id: search)
        let claimed = try (0..<3).map {
            try store.claimTrial(ofSearch: search, by: Samples.worker("w\($0)", lease: 60))
        }
        #expect(claimed.map { $0?.trial.id } == [lost.trial.id, asker.trial.id, nil])
        #expect(try store.attempt(id: asker.attempt.id).process == nil)
        #expect(try store.attempt(id: lost.attempt.id).error?.hasPrefix("the lease ran out at 2025") == true)
        #expect(try !store.renewLease(ofAttempt: lost.attempt.id, seconds: 60))
        #expect(try store.attempt(id: lost.attempt.id).state == .lost)
    }

    @Test("is an interrupted trial again, with its suggestion, unless somebody repeated it") func interrupted() throws {
        let first = try bench.begin(1, by: Samples.worker())
        try store.interruptTrial(attempt: first.attempt.id)
        let repeated = try bench.begin(2, by: Samples.worker())
        try store.interruptTrial(attempt: repeated.attempt.id)
        try bench.complete(2, objective: 1)
        let again = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker()))
        #expect(again.trial.number == 4 && again.trial.allocation == first.trial.allocation)
        #expect(again.trial.kind == .proposal && again.trial.seed == first.trial.seed && again.attempt.number == 1)
        #expect(try store.suggestions(ofTrials: [again.trial.id])[again.trial.id] == Samples.suggestion)
        #expect(try store.trial(id: first.trial.id).state == .interrupted)
        #expect(try store.attempt(id: first.attempt.id).state == .interrupted)
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker()) == nil)
    }

    @Test("never exceeds the limit of the search, except with what a user wanted") func limit() throws {
        try store.setTrialLimit(ofSearch: search, to: 2)
        let first = try bench.begin(1, by: Samples.worker())
        try store.interruptTrial(attempt: first.attempt.id)
        try bench.complete(2, objective: 1)
        try bench.complete(3, objective: 1)
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker()) == nil)
        let full = try store.beginTrial(
            Samples.trial(search: bench.search), allocation: Samples.allocation(4), by: Samples.worker())
        #expect(full == .full)
        let reference = try store.beginTrial(
            Samples.trial(search: bench.search, kind: .reference), allocation: Samples.allocation(4),
            by: Samples.worker())
        #expect(reference != .full)
        let wanted = try bench.enqueue(5)
        let claimed = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker()))
        #expect(claimed.trial.id == wanted.id)
        try store.interruptTrial(attempt: claimed.attempt.id)
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker())?.trial.origin == .enqueued)
    }

    @Test("is never the rerun of somebody who is gone: that is interrupted") func rerun() throws {
        let original = try bench.complete(1, objective: 1)
        let rerun = try bench.store.beginTrial(
            Samples.trial(search: bench.search, kind: .rerun, rerunOf: original.id), allocation: Samples.allocation(1),
            by: Samples.worker(process: Samples.deadProcess))
        guard case .begun(let begun) = rerun else { throw StoreError.constraint("\(rerun)") }
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker()) == nil)
        #expect(try store.trial(id: begun.trial.id).state == .interrupted)
    }

    @Test("of a database that knew no attempts: a trial whose process is dead, not one whose process lives")
    func withoutAttempts() throws {
        let dead = try Bench(process: Samples.deadProcess)
        let trial = try dead.begin(1)
        let living = try Store(path: dead.folder.path(), access: .write, now: TestClock().now)
        let mine = try living.beginTrial(Samples.trial(search: dead.search), allocation: Samples.allocation(2))
        try living.write { try $0.executeScript("DROP TRIGGER attempt_delete; DELETE FROM attempt") }
        let claimed = try living.claimTrial(ofSearch: dead.search.id, by: Samples.worker())
        #expect(claimed?.trial.id == trial.id && claimed?.attempt.number == 1)
        #expect(try living.claimTrial(ofSearch: dead.search.id, by: Samples.worker()) == nil)
        #expect(try living.trial(id: mine.id).state == .running)
    }

    @Test("to begin is refused where the plan is there, whether it waits, runs, is complete or failed") func plans()
        throws
    {
        func begin(_ kind: TrialKind, _ pattern: Int?, _ specification: String? = nil) throws -> TrialStart {
            var trial = Samples.trial(search: bench.search, kind: kind)
            trial.specification = specification
            return try store.beginTrial(
                trial, allocation: try pattern.map { try Samples.allocation($0) }, by: Samples.worker())
        }
        try store.failTrial(id: try bench.begin(1).id, error: "e")
        _ = try bench.enqueue(2)
        try bench.complete(3, objective: 1)
        for pattern in 1...3 { #expect(try begin(.proposal, pattern) == .exists(number: pattern)) }
        guard case .begun = try begin(.reference, nil, #"{"base":"intact"}"#) else { throw StoreError.constraint("") }
        #expect(try begin(.reference, nil, #"{"base":"intact"}"#) == .exists(number: 4))
        guard case .begun = try begin(.reference, nil, #"{"base":"pruned"}"#) else { throw StoreError.constraint("") }
        guard case .begun = try begin(.reference, 3) else { throw StoreError.constraint("") }
    }
}

@Suite("A search that several work on") struct EndOfSearchTests {
    @Test("is complete only when nothing waits and nobody is at a trial, and once") func complete() throws {
        let bench = try Bench()
        let waiting = try bench.enqueue(1)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .complete) == nil)
        let claimed = try #require(try bench.store.claimTrial(ofSearch: bench.search.id, by: Samples.worker()))
        #expect(claimed.trial.id == waiting.id)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .complete) == nil)
        try bench.store.completeTrial(attempt: claimed.attempt.id, result: Samples.result)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .complete)?.state == .complete)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .complete)?.state == .complete)
        #expect(try bench.store.transitions(ofSearch: bench.search.id).map(\.to) == [.waiting, .running, .complete])
    }

    @Test("is entered by one who comes alone, joined by the next, and left alone when it has finished") func enter()
        throws
    {
        let bench = try Bench(process: Samples.deadProcess)
        let one = try Store(path: bench.folder.path(), access: .write)
        // Its process is dead.
        #expect(try one.enterSearch(id: bench.search.id) == .started)
        let two = try Store(
            path: bench.folder.path(), access: .write, process: ProcessIdentity(host: "elsewhere", pid: 1, started: nil)
        )
        // From elsewhere only the work is seen, not the process.
        #expect(try two.enterSearch(id: bench.search.id) == .started)
        _ = try bench.begin(1, by: Samples.worker())
        #expect(try two.enterSearch(id: bench.search.id) == .joined)
        #expect(try one.enterSearch(id: bench.search.id) == .joined)
        try bench.store.completeTrial(id: 1, result: Samples.result)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .complete) != nil)
        #expect(try one.enterSearch(id: bench.search.id) == .finished)
        #expect(try one.search(id: bench.search.id).state == .complete)
        _ = try bench.enqueue(2)
        #expect(try one.enterSearch(id: bench.search.id) == .started)
    }

    @Test("stays running when one of several is interrupted or fails") func interrupted() throws {
        let bench = try Bench()
        let other = try bench.begin(1, by: Samples.worker("asker", process: nil, lease: 60))
        _ = try bench.begin(2)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .interrupted) == nil)
        #expect(try bench.store.search(id: bench.search.id).state == .running)
        #expect(throws: StoreError.self) { try bench.store.archiveSearch(id: bench.search.id) }
        try bench.store.completeTrial(attempt: other.attempt.id, result: Samples.result)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .failed, error: "e")?.error == "e")
        #expect(try bench.store.endSearch(id: bench.search.id, state: .interrupted) == nil)
        try bench.store.startSearch(id: bench.search.id)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .interrupted)?.state == .interrupted)
        #expect(try bench.store.endSearch(id: bench.search.id, state: .failed, error: "why")?.error == "why")
    }
}
