import Testing

@testable import Store

@Suite("What a search hands out") struct RecommendationQueryTests {
    let bench: Bench
    var store: Store { bench.store }

    init() throws { bench = try Bench() }

    private func recommend(_ trials: [TrialRecord], observations: Int) throws -> Bool {
        try store.recommend(
            trials.enumerated().map { index, trial in
                RecommendationRecord(trialID: trial.id, mean: 0.5 - 0.01 * Double(index), deviation: 0.02)
            }, observations: observations, forSearch: bench.search.id)
    }

    @Test("is the best observed value until the surrogate was asked, then its best mean") func best() throws {
        #expect(try store.best(ofSearch: bench.search.id) == nil)
        let steady = try bench.complete(1, objective: 0.6)
        let lucky = try bench.complete(2, objective: 0.9)
        let first = try #require(try store.best(ofSearch: bench.search.id))
        #expect(first.trial == lucky && first.belief == nil && first.observed == lucky)
        #expect(try recommend([steady, lucky], observations: 2))
        let second = try #require(try store.best(ofSearch: bench.search.id))
        #expect(second.trial == steady && second.belief?.mean == 0.5 && second.observed == lucky)
        #expect(second.observedBelief?.mean == 0.49)
        #expect(try store.trials(TrialSelector("first/best")) == [steady])
    }

    @Test("follows the one that knew the most, whoever comes last") func order() throws {
        let trials = try (1...3).map { try bench.complete($0, objective: Double($0)) }
        #expect(try recommend([trials[0], trials[1]], observations: 3))
        #expect(try !recommend([trials[1]], observations: 2))
        #expect(try !recommend([trials[2]], observations: 3))
        #expect(try store.recommendations(ofSearch: bench.search.id).map(\.trialID) == [trials[0].id, trials[1].id])
        #expect(try recommend([trials[2]], observations: 4))
        #expect(try store.recommendations(ofSearch: bench.search.id).map(\.trialID) == [trials[2].id])
        #expect(try store.recommendationSize(ofSearch: bench.search.id).observations == 4)
    }

    @Test("is never a deleted trial, and nothing that rested on one") func deleted() throws {
        let (a, b) = (try bench.complete(1, objective: 0.6), try bench.complete(2, objective: 0.5))
        #expect(try recommend([b, a], observations: 2))
        #expect(try store.bestTrial(ofSearch: bench.search.id) == b)
        try store.deleteTrial(id: b.id)
        let best = try #require(try store.best(ofSearch: bench.search.id))
        #expect(best.trial == a && best.belief == nil)
        // What was fitted to the deleted trial is gone; with fewer observations the surrogate is heard again.
        #expect(try recommend([a], observations: 1))
        #expect(try store.best(ofSearch: bench.search.id)?.belief != nil)
    }

    @Test("is not a value that is not finite", arguments: [Double.nan, .infinity]) func broken(mean: Double) throws {
        let trial = try bench.complete(1, objective: 0.6)
        #expect(throws: StoreError.self) {
            try store.recommend(
                [RecommendationRecord(trialID: trial.id, mean: mean, deviation: 1)], observations: 1,
                forSearch: bench.search.id)
        }
        #expect(try store.recommendations(ofSearch: bench.search.id).isEmpty)
    }
}

@Suite("A replicate") struct ReplicateQueryTests {
    let bench: Bench
    var store: Store { bench.store }

    init() throws { bench = try Bench() }

    private func replicates(of trial: TrialRecord, _ seeds: [UInt64]) throws -> [TrialRecord] {
        try store.addReplicates(
            ofTrial: trial.id, seeds: seeds, origin: .enqueued, environment: Samples.environment)
    }

    @Test("waits with its trial's allocation and a seed of its own, each seed once") func added() throws {
        let trial = try bench.complete(5, objective: 0.5)
        let added = try replicates(of: trial, [7, UInt64.max])
        #expect(added.map(\.seed) == [7, UInt64.max] && added.allSatisfy { $0.state == .waiting })
        #expect(added.allSatisfy { $0.kind == .replicate && $0.rerunOf == trial.id })
        #expect(added.allSatisfy { $0.allocation == trial.allocation && $0.weightBytes == trial.weightBytes })
        #expect(try replicates(of: trial, [7]).isEmpty)
        #expect(try store.replicates(ofTrial: trial.id).map(\.id) == added.map(\.id))
    }

    @Test("is of a complete candidate and of nothing else") func refused() throws {
        let running = try bench.begin(1)
        #expect(throws: StoreError.self) { try replicates(of: running, [7]) }
        let reference = try bench.complete(2, kind: .reference, objective: 0.5)
        #expect(throws: StoreError.self) { try replicates(of: reference, [7]) }
    }

    @Test("is planned once, for what is recommended, when no candidate waits or runs") func planned() throws {
        let trials = try (1...3).map { try bench.complete($0, objective: Double($0)) }
        try store.recommend(
            [2, 0, 1].map { RecommendationRecord(trialID: trials[$0].id, mean: 1, deviation: 0.1) }, observations: 3,
            forSearch: bench.search.id)
        func plan(_ count: Int, _ seeds: [UInt64]) throws -> ConfirmationPlan {
            try store.planConfirmation(
                ofSearch: bench.search.id, count: count, seeds: seeds, environment: Samples.environment)
        }
        let running = try bench.begin(4)
        #expect(try plan(2, [8, 9]) == .tooEarly)
        try store.interruptTrial(id: running.id, durationSeconds: 1)
        guard case .planned(let first) = try plan(2, [8, 9]) else { throw StoreError.constraint("not planned") }
        #expect(first.map(\.rerunOf) == [trials[2].id, trials[2].id, trials[0].id, trials[0].id])
        #expect(first.map(\.seed) == [8, 9, 8, 9])
        // What the replicates bring may turn the order; no others are chosen for that.
        try store.recommend(
            [1, 2, 0].map { RecommendationRecord(trialID: trials[$0].id, mean: 1, deviation: 0.1) }, observations: 7,
            forSearch: bench.search.id)
        #expect(try plan(2, [8, 9]) == .planned([]))
        guard case .planned(let more) = try plan(3, [8]) else { throw StoreError.constraint("not planned") }
        #expect(more.map(\.rerunOf) == [trials[1].id])
    }
}
