import Testing

@testable import Store

@Suite("A trial that was stopped early") struct RaceQueryTests {
    let bench: Bench
    var store: Store { bench.store }

    init() throws { bench = try Bench() }

    private static let examples = ExampleResultRecord(
        task: "t", items: ["a", "b"], choices: [1, 1], logLikelihoods: [-1, -2])

    /// A complete trial with its results question by question.
    @discardableResult
    private func complete(
        _ pattern: Int, kind: TrialKind = .proposal, objective: Double, race: RaceRecord? = nil,
        hasExamples: Bool = true
    ) throws -> TrialRecord {
        try store.completeTrial(
            id: bench.begin(pattern, kind: kind).id,
            result: TrialResult(
                objectiveValue: objective, objectiveStandardError: 0.05, durationSeconds: 1,
                exampleResults: hasExamples ? [Self.examples] : [], race: race))
    }

    @Test("is kept with what it raced against and how far it got") func kept() throws {
        let incumbent = try complete(0, objective: 0.75)
        let race = RaceRecord(
            incumbentID: incumbent.id, scored: 30, examples: 120, difference: -0.125, standardError: 0.03125)
        let stopped = try complete(1, objective: 0.625, race: race)
        #expect(stopped.state == .complete && stopped.fidelity == 0.25)
        let found = try #require(try store.races(ofTrials: [incumbent.id, stopped.id])[stopped.id])
        #expect(found.incumbent == "first/1" && found.isStopped && found.fidelity == 0.25)
        #expect(found.scored == 30 && found.examples == 120)
        #expect(found.difference == -0.125 && found.standardError == 0.03125 && found.incumbentID == incumbent.id)
        #expect(try store.races(ofTrials: [incumbent.id]).isEmpty)
        #expect(try store.stoppedTrials(ofSearch: bench.search.id) == 1)
        let observations = try store.observations(ofSearch: bench.search.id)
        #expect(observations.map(\.fidelity) == [1, 0.25] && observations.map(\.standardError) == [0.05, 0.05])
    }

    @Test("and was not stopped in the end is like any other") func survivor() throws {
        let incumbent = try complete(0, objective: 0.75)
        let race = RaceRecord(
            incumbentID: incumbent.id, scored: 120, examples: 120, difference: 0.125, standardError: 0)
        let winner = try complete(1, objective: 0.875, race: race)
        #expect(winner.fidelity == 1 && !race.isStopped)
        #expect(try store.stoppedTrials(ofSearch: bench.search.id) == 0)
        #expect(try store.bestTrial(ofSearch: bench.search.id)?.id == winner.id)
        #expect(try store.incumbent(ofSearch: bench.search.id)?.id == winner.id)
    }

    @Test("is neither the best nor an incumbent, whatever its estimate") func neverBest() throws {
        let incumbent = try complete(0, objective: 0.5)
        try complete(
            1, objective: 0.9,
            race: RaceRecord(incumbentID: incumbent.id, scored: 1, examples: 2, difference: 0.4, standardError: 0.1))
        #expect(try store.bestTrial(ofSearch: bench.search.id)?.number == 1)
        #expect(try store.incumbent(ofSearch: bench.search.id)?.number == 1)
        #expect(try store.trials(TrialSelector("first/best")).map(\.number) == [1])
        #expect(try store.searches().map(\.best?.number) == [1])
    }

    @Test("races against a candidate within the budget whose answers are recorded") func incumbent() throws {
        #expect(try store.incumbent(ofSearch: bench.search.id) == nil)
        try complete(0, objective: 0.9, hasExamples: false)
        try complete(1, kind: .reference, objective: 0.95)
        let large = try store.beginTrial(
            Samples.trial(search: bench.search, kind: .baseline, isWithinBudget: false),
            allocation: Samples.allocation(2))
        try store.completeTrial(
            id: large.id,
            result: TrialResult(objectiveValue: 0.99, durationSeconds: 1, exampleResults: [Self.examples]))
        #expect(try store.incumbent(ofSearch: bench.search.id) == nil)
        try complete(3, objective: 0.5)
        try complete(4, kind: .baseline, objective: 0.75)
        try complete(5, objective: 0.75)
        #expect(try store.incumbent(ofSearch: bench.search.id)?.number == 5)
        try store.archiveTrial(id: try #require(try store.incumbent(ofSearch: bench.search.id)).id)
        #expect(try store.incumbent(ofSearch: bench.search.id)?.number == 6)
    }

    @Test("races against one that is no larger, where that is asked for") func noLarger() throws {
        for (pattern, (bytes, value)) in [(100, 0.25), (200, 0.5), (300, 0.75)].enumerated() {
            var trial = Samples.trial(search: bench.search)
            trial.weightBytes = bytes
            let begun = try store.beginTrial(trial, allocation: Samples.allocation(pattern))
            try store.completeTrial(
                id: begun.id,
                result: TrialResult(objectiveValue: value, durationSeconds: 1, exampleResults: [Self.examples]))
        }
        let id = bench.search.id
        #expect(
            try [99, 100, 250, 300, nil].map { try store.incumbent(ofSearch: id, upTo: $0)?.number } == [
                nil, 1, 2, 3, 3,
            ])
    }

    @Test("keeps its race for ever") func immutable() throws {
        let incumbent = try complete(0, objective: 0.75)
        let stopped = try complete(
            1, objective: 0.5,
            race: RaceRecord(incumbentID: incumbent.id, scored: 1, examples: 2, difference: -0.25, standardError: 0.1))
        for sql in [
            "UPDATE race SET difference = 0", "DELETE FROM race",
            "INSERT INTO race VALUES (\(incumbent.id), \(stopped.id), 1, 2, 0, 0, 1)",
        ] {
            #expect(throws: StoreError.self, "\(sql)") { try store.write { try $0.execute(sql) } }
        }
        #expect(try store.races(ofTrials: [stopped.id])[stopped.id]?.difference == -0.25)
    }

    @Test(
        "cannot be recorded with numbers that mean nothing",
        arguments: [
            RaceRecord(incumbentID: 1, scored: 0, examples: 2, difference: 0, standardError: 0),
            RaceRecord(incumbentID: 1, scored: 3, examples: 2, difference: 0, standardError: 0),
            RaceRecord(incumbentID: 1, scored: 1, examples: 2, difference: .nan, standardError: 0),
            RaceRecord(incumbentID: 1, scored: 1, examples: 2, difference: 0, standardError: -1),
            RaceRecord(incumbentID: 2, scored: 1, examples: 2, difference: 0, standardError: 0),
            RaceRecord(incumbentID: 99, scored: 1, examples: 2, difference: 0, standardError: 0),
        ])
    func meaningless(race: RaceRecord) throws {
        try complete(0, objective: 0.75)
        #expect(throws: StoreError.self) { try complete(1, objective: 0.5, race: race) }
        #expect(try store.trial(search: "first", number: 2).state == .running)
    }
}

@Suite("Answers to some of the questions") struct RestrictedExampleTests {
    @Test("are those of the whole, in their order") func restricted() {
        let whole = ExampleResultRecord(
            task: "t", items: ["a", "b", "c"], choices: [2, 1, 3], logLikelihoods: [1, 2, 3, 4, 5, 6],
            isGreedy: [true, false, false, true, true, false], correct: [true, false, true], correctNorm: nil)
        #expect(
            whole.restricted(to: ["c", "a", "x"])
                == ExampleResultRecord(
                    task: "t", items: ["a", "c"], choices: [2, 3], logLikelihoods: [1, 2, 4, 5, 6],
                    isGreedy: [true, false, true, true, false], correct: [true, true], correctNorm: nil))
        #expect(whole.restricted(to: Set(whole.items)) == whole)
        #expect(whole.restricted(to: []).items.isEmpty)
    }
}
