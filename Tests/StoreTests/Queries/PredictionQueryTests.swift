import Testing

@testable import Store

@Suite("Predictions and losses") struct PredictionQueryTests {
    /// A proposal with the suggestion of the samples.
    private func propose(_ pattern: Int, in bench: Bench) throws -> TrialRecord {
        try bench.store.beginTrial(
            Samples.trial(search: bench.search), allocation: Samples.allocation(pattern),
            suggestion: Samples.suggestion)
    }

    @Test("come with the values that were measured, of complete proposals alone") func predictions() throws {
        let bench = try Bench()
        try bench.complete(1, kind: .baseline, objective: 0.5)
        let done = try propose(2, in: bench)
        try bench.store.completeTrial(
            id: done.id, result: TrialResult(objectiveValue: 0.75, objectiveStandardError: 0.125, durationSeconds: 1))
        _ = try propose(3, in: bench)
        let without = try propose(4, in: bench)
        try bench.store.completeTrial(id: without.id, result: TrialResult(objectiveValue: nil, durationSeconds: 1))
        let failed = try propose(5, in: bench)
        try bench.store.failTrial(id: failed.id, error: "out of memory", durationSeconds: 1)
        let predictions = try bench.store.predictions(ofSearch: bench.search.id)
        #expect(predictions.map(\.trialID) == [done.id] && predictions.map(\.number) == [2])
        #expect(predictions.map(\.mean) == [0.25] && predictions.map(\.deviation) == [0.5])
        #expect(predictions.map(\.value) == [0.75] && predictions.map(\.observations) == [6])
        // Its standard error has the choice of the questions in it, which says nothing about predictions.
        #expect(predictions.map(\.noise) == [nil])
        #expect(try bench.store.predictions(ofSearch: 99).isEmpty)
    }

    @Test("archived trials are out of sight") func archived() throws {
        let bench = try Bench()
        let done = try propose(2, in: bench)
        try bench.store.completeTrial(id: done.id, result: Samples.result)
        #expect(try bench.store.predictions(ofSearch: bench.search.id).count == 1)
        #expect(try bench.store.trialsWithTrainingLosses(ofSearch: bench.search.id) == [done.id])
        _ = try bench.store.write { database in
            try database.execute("UPDATE trial SET archived_at = 't' WHERE id = :id", ["id": done.id])
        }
        #expect(try bench.store.predictions(ofSearch: bench.search.id).isEmpty)
        #expect(try bench.store.trialsWithTrainingLosses(ofSearch: bench.search.id).isEmpty)
    }

    @Test("losses of several trials are read at once, step by step") func losses() throws {
        let bench = try Bench()
        let trials = try [1, 2, 3].map { try propose($0, in: bench) }
        for trial in trials.prefix(2) { try bench.store.completeTrial(id: trial.id, result: Samples.result) }
        let losses = try bench.store.trainingLosses(ofTrials: trials.map(\.id))
        #expect(losses.keys.sorted() == trials.prefix(2).map(\.id))
        #expect(losses[trials[1].id] == (try bench.store.trainingLosses(ofTrial: trials[1].id)))
        #expect(losses[trials[0].id]?.map(\.step) == [0, 1])
        #expect(try bench.store.trainingLosses(ofTrials: []).isEmpty)
    }
}
