import Testing

@testable import Store

@Suite("What a comparison reads") struct ComparisonResultsTests {
    private static let examples = ExampleResultRecord(
        task: "colours", items: ["red", "green"], choices: [2, 3], logLikelihoods: [-1, -2, -3, -4, -5],
        correct: [true, false])

    private static func result(_ value: Double, steps: Int = 0) -> TrialResult {
        TrialResult(
            objectiveValue: value, durationSeconds: 2, metrics: [], exampleResults: [examples],
            trainingLosses: (0..<steps).map { TrainingLossRecord(step: 10 * $0, loss: Double(steps - $0)) })
    }

    @Test("the examples of several trials are those of each") func examples() throws {
        let bench = try Bench()
        let ids = try (1...3).map { pattern in
            let trial = try bench.store.beginTrial(
                Samples.trial(search: bench.search), allocation: try Samples.allocation(pattern))
            try bench.store.completeTrial(id: trial.id, result: Self.result(Double(pattern)))
            return trial.id
        }
        let found = try bench.store.exampleResults(ofTrials: [ids[2], ids[0], 999])
        #expect(found.keys.sorted() == [ids[0], ids[2]])
        #expect(found[ids[0]] == [Self.examples])
        #expect(found[ids[2]] == (try bench.store.exampleResults(ofTrial: ids[2])))
    }

    @Test("the last loss is that of the last step, where there is one") func losses() throws {
        let bench = try Bench()
        let ids = try [3, 0].enumerated().map { pattern, steps in
            let trial = try bench.store.beginTrial(
                Samples.trial(search: bench.search), allocation: try Samples.allocation(pattern))
            try bench.store.completeTrial(id: trial.id, result: Self.result(1, steps: steps))
            return trial.id
        }
        let found = try bench.store.finalTrainingLosses(ofTrials: ids)
        #expect(found == [ids[0]: TrainingLossRecord(step: 20, loss: 1)])
    }

    @Test("the course of a search is its candidates that ended, the best among them only what may be") func course()
        throws
    {
        let bench = try Bench()
        func begin(_ pattern: Int, kind: TrialKind = .proposal, isWithinBudget: Bool = true) throws -> Int {
            try bench.store.beginTrial(
                Samples.trial(search: bench.search, kind: kind, isWithinBudget: isWithinBudget),
                allocation: try Samples.allocation(pattern)
            ).id
        }
        let first = try begin(0)
        try bench.store.completeTrial(id: first, result: Self.result(0.5))
        let over = try begin(1, isWithinBudget: false)
        try bench.store.completeTrial(id: over, result: Self.result(0.9))
        let failed = try begin(2)
        try bench.store.failTrial(id: failed, error: "no", durationSeconds: 3)
        let reference = try begin(3, kind: .reference)
        try bench.store.completeTrial(id: reference, result: Self.result(1))
        _ = try begin(4)
        let course = try bench.store.course(ofSearch: bench.search.id)
        #expect(course.map(\.trialID) == [first, over, failed])
        #expect(course.map(\.value) == [0.5, nil, nil])
        #expect(course.map(\.durationSeconds) == [2, 2, 3])
        #expect(course.allSatisfy { !$0.isImported })
    }
}
