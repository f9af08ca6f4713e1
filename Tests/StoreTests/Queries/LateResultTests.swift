import Testing

@testable import Store

@Suite("A go at a trial") struct LateResultTests {
    let bench: Bench
    var store: Store { bench.store }
    var search: Int { bench.search.id }

    init() throws { bench = try Bench() }

    private func result(_ value: Double) -> TrialResult {
        TrialResult(
            objectiveValue: value, durationSeconds: 1, metrics: [MetricRecord(name: "acc", value: value)])
    }

    /// A trial whose first worker is thought dead, and the go that another one makes at it.
    private func redone() throws -> (first: ClaimedTrial, second: ClaimedTrial) {
        let first = try bench.begin(1, by: Samples.worker("first", process: nil, lease: 0.0001))
        let second = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker("second", lease: 60)))
        return (first, second)
    }

    @Test("that is current: its result is the trial's") func current() throws {
        let claimed = try bench.begin(1, by: Samples.worker())
        let done = try store.completeTrial(attempt: claimed.attempt.id, result: Samples.result)
        #expect(done.id == claimed.trial.id && done.state == .complete)
        #expect(try store.attempts(ofTrial: done.id).map(\.state) == [.complete])
        #expect(throws: StoreError.attemptEnded(trial: "first/1", attempt: 1, state: "complete")) {
            try store.completeTrial(attempt: claimed.attempt.id, result: Samples.result)
        }
    }

    @Test("that was thought lost: its result is taken while nobody finished the trial") func taken() throws {
        let (first, second) = try redone()
        var environment = Samples.environment
        environment.host = "slow"
        let done = try store.completeTrial(attempt: first.attempt.id, result: result(0.5), environment: environment)
        #expect(done.id == first.trial.id && done.state == .complete && done.objectiveValue == 0.5)
        #expect(done.environment.host == "slow" && done.startedAt == first.attempt.startedAt)
        #expect(try store.attempts(ofTrial: done.id).map(\.state) == [.complete, .lost])
        #expect(try !store.renewLease(ofAttempt: second.attempt.id, seconds: 60))
        // The one that redid it is now the late one.
        let late = try store.completeTrial(attempt: second.attempt.id, result: result(0.75))
        #expect(late.kind == .rerun && late.rerunOf == done.id && late.objectiveValue == 0.75)
        #expect(try store.attempts(ofTrial: done.id).map(\.state) == [.complete, .late])
        #expect(try store.trial(id: done.id) == done)
        #expect(try store.observations(ofSearch: search).map(\.value) == [0.5])
    }

    @Test("that was lost, when another finished the trial: its result is kept as a repeat") func late() throws {
        let (first, second) = try redone()
        let done = try store.completeTrial(attempt: second.attempt.id, result: result(0.5))
        let late = try store.completeTrial(attempt: first.attempt.id, result: result(0.75))
        #expect(late.kind == .rerun && late.rerunOf == done.id && late.label == "late" && late.state == .complete)
        #expect(late.seed == done.seed && late.allocation == done.allocation && late.number == 2)
        #expect(late.startedAt == first.attempt.startedAt)
        #expect(try store.metrics(ofTrials: [late.id])[late.id]?.map(\.value) == [0.75])
        #expect(try store.metrics(ofTrials: [done.id])[done.id]?.map(\.value) == [0.5])
        #expect(try store.trial(id: done.id) == done)
        #expect(try store.attempts(ofTrial: done.id).map(\.state) == [.late, .complete])
        #expect(try store.observations(ofSearch: search).map(\.trialID) == [done.id])
        #expect(throws: StoreError.attemptEnded(trial: "first/1", attempt: 1, state: "late")) {
            try store.completeTrial(attempt: first.attempt.id, result: result(1))
        }
    }

    @Test("that was lost ends with an error: the trial does not care") func lateError() throws {
        let (first, second) = try redone()
        #expect(try store.failTrial(attempt: first.attempt.id, error: "out of memory").state == .running)
        #expect(try store.attempt(id: first.attempt.id).error == "out of memory")
        #expect(try store.interruptTrial(attempt: first.attempt.id).state == .running)
        #expect(try store.completeTrial(attempt: second.attempt.id, result: result(1)).state == .complete)
    }

    @Test("that was lost before another one failed: its result is kept beside") func afterFailure() throws {
        let (first, second) = try redone()
        #expect(try store.failTrial(attempt: second.attempt.id, error: "e").state == .failed)
        let late = try store.completeTrial(attempt: first.attempt.id, result: result(1))
        #expect(late.rerunOf == first.trial.id && late.objectiveValue == 1)
        #expect(try store.trial(id: first.trial.id).error == "e")
    }

    @Test("that fails is followed by others as often as asked, then the trial has failed", arguments: [0, 1, 3])
    func retries(count: Int) throws {
        var claimed = try bench.begin(1, by: Samples.worker())
        for round in 0..<count {
            let trial = try store.failTrial(attempt: claimed.attempt.id, error: "error \(round)", retries: count)
            #expect(trial.state == .waiting && trial.error == nil)
            claimed = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker("w\(round)")))
            #expect(claimed.trial.id == trial.id && claimed.attempt.number == round + 2)
        }
        let failed = try store.failTrial(
            attempt: claimed.attempt.id, error: "the last", durationSeconds: 3, retries: count)
        #expect(failed.state == .failed && failed.error == "the last" && failed.durationSeconds == 3)
        let attempts = try store.attempts(ofTrial: failed.id)
        #expect(attempts.map(\.state) == Array(repeating: .failed, count: count + 1))
        #expect(attempts.map(\.error) == (0..<count).map { "error \($0)" } + ["the last"])
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker()) == nil)
    }

    @Test("that was lost while the trial waits for another: its result is taken") func takenWhileWaiting() throws {
        let (first, second) = try redone()
        #expect(try store.failTrial(attempt: second.attempt.id, error: "e", retries: 1).state == .waiting)
        let done = try store.completeTrial(attempt: first.attempt.id, result: result(0.5))
        #expect(done.id == first.trial.id && done.state == .complete && done.error == nil)
        #expect(try store.attempts(ofTrial: done.id).map(\.state) == [.complete, .failed])
        #expect(try store.transitions(ofTrial: done.id).map(\.to) == [.running, .waiting, .running, .complete])
        #expect(try store.claimTrial(ofSearch: search, by: Samples.worker()) == nil)
    }

    @Test("that is recorded only in part leaves nothing") func whole() throws {
        let (first, _) = try redone()
        var broken = Samples.result
        broken.metrics.append(broken.metrics[0])
        #expect(throws: StoreError.self) { try store.completeTrial(attempt: first.attempt.id, result: broken) }
        #expect(try store.attempts(ofTrial: first.trial.id).map(\.state) == [.lost, .running])
        #expect(try store.metrics(ofTrials: [first.trial.id]).isEmpty)
    }
}
