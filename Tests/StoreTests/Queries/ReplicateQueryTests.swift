import Testing

@testable import Store

@Suite("A replicate") struct ReplicateQueryTests {
    let bench: Bench
    var store: Store { bench.store }
    var search: Int { bench.search.id }
    /// Three complete candidates.
    let trials: [TrialRecord]

    init() throws {
        let bench = try Bench()
        self.bench = bench
        trials = try [0.3, 0.9, 0.5].enumerated().map { try bench.complete($0 + 1, objective: $1) }
    }

    private func add(_ trial: TrialRecord, _ seeds: UInt64...) throws -> [TrialRecord] {
        try store.addReplicates(
            ofTrial: trial.id, seeds: seeds, origin: .enqueued, environment: Samples.environment)
    }

    /// Carries the next trial that waits out.
    private func carryOut(_ value: Double) throws -> TrialRecord? {
        guard let claimed = try store.claimTrial(ofSearch: search, by: Samples.worker()) else { return nil }
        return try store.completeTrial(
            attempt: claimed.attempt.id, result: TrialResult(objectiveValue: value, durationSeconds: 1))
    }

    private func recommend(_ numbers: Int...) throws {
        let count = try store.observations(ofSearch: search).count
        try store.recommend(
            numbers.map { RecommendationRecord(trialID: trials[$0 - 1].id, mean: 1 / Double($0), deviation: 0.25) },
            observations: count, forSearch: search)
    }

    private func plan(_ count: Int, _ seeds: UInt64...) throws -> [TrialRecord] {
        let plan = try store.planConfirmation(
            ofSearch: search, count: count, seeds: seeds, environment: Samples.environment)
        guard case .planned(let trials) = plan else {
            Issue.record("\(plan)")
            return []
        }
        return trials
    }

    @Test("is one more observation of the allocation, and no candidate") func observation() throws {
        let waiting = try #require(try add(trials[0], .max).first)
        #expect(waiting.kind == .replicate && waiting.rerunOf == trials[0].id && waiting.seed == .max)
        #expect(waiting.state == .waiting && waiting.origin == .enqueued && waiting.number == 4)
        #expect(waiting.allocation == trials[0].allocation && waiting.weightBytes == trials[0].weightBytes)
        let done = try #require(try carryOut(0.95))
        #expect(done.id == waiting.id && done.kind == .replicate && done.state == .complete)
        let observations = try store.observations(ofSearch: search)
        #expect(observations.map(\.value) == [0.3, 0.9, 0.5, 0.95])
        #expect(observations.last?.allocation == trials[0].allocation)
        let known = try store.knowledge(ofSearch: search)
        #expect(known.candidates == 3 && known.trials.map(\.number) == [1, 2, 3] && known.observations.count == 4)
        // Its value, though the best of all, makes nothing the best observed candidate.
        #expect(try store.bestTrial(ofSearch: search)?.number == 2)
    }

    @Test("of a seed is there once, unless it was interrupted") func once() throws {
        #expect(try add(trials[0], 7, 8, 7).map(\.seed) == [7, 8])
        #expect(try add(trials[0], 7).isEmpty)
        #expect(try add(trials[1], 7).count == 1)
        let claimed = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker()))
        try store.interruptTrial(id: claimed.trial.id)
        // Whoever comes next repeats it.
        let again = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker()))
        #expect(again.trial.id != claimed.trial.id && again.trial.rerunOf == trials[0].id && again.trial.seed == 7)
        #expect(try store.replicates(ofTrial: trials[0].id).count == 3)
    }

    @Test("is had of complete candidates only") func candidates() throws {
        let running = try bench.begin(9)
        #expect(throws: StoreError.self) { try add(running, 1) }
        let replicate = try #require(try add(trials[0], 1).first)
        #expect(throws: StoreError.self) { try add(replicate, 2) }
        let reference = try bench.complete(10, kind: .reference, objective: 1)
        #expect(throws: StoreError.self) { try add(reference, 1) }
    }

    @Test("goes with its trial when that is archived, unless somebody is at it") func archived() throws {
        _ = try add(trials[1], 1)
        let done = try #require(try carryOut(0.8))
        _ = try add(trials[1], 2)
        let running = try #require(try store.claimTrial(ofSearch: search, by: Samples.worker()))
        #expect(throws: StoreError.self) { try store.archiveTrial(id: trials[1].id) }
        #expect(try store.trial(id: trials[1].id).archivedAt == nil)
        try store.failTrial(id: running.trial.id, error: "no")
        try store.archiveTrial(id: trials[1].id)
        #expect(try store.trial(id: done.id).archivedAt != nil)
        #expect(try store.observations(ofSearch: search).map(\.value) == [0.3, 0.5])
    }

    @Test("is planned for each recommended trial and seed, with what is believed beforehand, and once") func plan()
        throws
    {
        try recommend(3, 1, 2)
        let planned = try plan(2, 11, 12)
        #expect(planned.map(\.rerunOf) == [trials[2].id, trials[2].id, trials[0].id, trials[0].id])
        #expect(planned.map(\.seed) == [11, 12, 11, 12])
        #expect(planned.allSatisfy { $0.origin == .search && $0.state == .waiting })
        let suggestion = try #require(try store.suggestions(ofTrials: [planned[0].id])[planned[0].id])
        #expect(suggestion.mean == 1 / 3.0 && suggestion.deviation == 0.25 && suggestion.observations == 3)
        #expect(try plan(2, 11, 12).isEmpty)
        // What replicates bring changes the order, not the plan.
        for value in [0.1, 0.1, 0.9] { _ = try carryOut(value) }
        try recommend(2, 1, 3)
        #expect(try plan(2, 11, 12).isEmpty)
        // More was asked for.
        #expect(try plan(3, 11, 12).map(\.rerunOf) == [trials[1].id, trials[1].id])
        #expect(try plan(1, 11, 12, 13).map(\.seed) == [13])
    }

    @Test("is not planned while candidates are carried out") func early() throws {
        try recommend(3)
        let running = try bench.begin(9)
        let early = try store.planConfirmation(
            ofSearch: search, count: 1, seeds: [1], environment: Samples.environment)
        #expect(early == .tooEarly)
        try store.failTrial(id: running.id, error: "no")
        #expect(try plan(1, 1).count == 1)
    }

    @Test("is planned once and given to one, however many workers come at once") func workers() throws {
        try recommend(3, 1, 2)
        let (path, id) = (bench.folder.path(), search)
        let errors = onThreads(4) { index in
            let store = try Store(path: path, access: .write)
            _ = try store.planConfirmation(
                ofSearch: id, count: 3, seeds: [1, 2], environment: Samples.environment)
            while let claimed = try store.claimTrial(ofSearch: id, by: Samples.worker("\(index)")) {
                try store.completeTrial(
                    attempt: claimed.attempt.id, result: TrialResult(objectiveValue: 1, durationSeconds: 1))
            }
        }
        #expect(errors.isEmpty, "\(errors)")
        let replicates = try store.trials(TrialFilter(search: search)).filter { $0.kind == .replicate }
        #expect(replicates.count == 6 && replicates.allSatisfy { $0.state == .complete })
        #expect(Set(replicates.map { "\($0.rerunOf ?? 0) \($0.seed)" }).count == 6)
        for replicate in replicates { #expect(try store.attempts(ofTrial: replicate.id).count == 1) }
    }
}
