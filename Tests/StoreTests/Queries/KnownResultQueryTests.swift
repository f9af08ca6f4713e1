import Testing

@testable import Store

@Suite("A result that is known") struct KnownResultQueryTests {
    let bench: Bench
    var store: Store { bench.store }
    let digest = Samples.digest("5")

    init() throws { bench = try Bench() }

    @discardableResult
    private func complete(
        _ pattern: Int, _ origin: ResultOrigin?, kind: TrialKind = .proposal, race: RaceRecord? = nil
    ) throws -> TrialRecord {
        var result = Samples.result
        (result.origin, result.race) = (origin, race)
        return try store.completeTrial(id: bench.begin(pattern, kind: kind).id, result: result)
    }

    @Test("is found by its digest and recorded of another trial, which says whose it is") func found() throws {
        #expect(try store.trial(withResult: digest) == nil)
        let source = try complete(0, ResultOrigin(digest: digest))
        #expect(try store.trial(withResult: digest)?.id == source.id)
        #expect(try store.trial(withResult: Samples.digest("6")) == nil)
        var result = try store.result(ofTrial: source.id)
        #expect(result.objectiveValue == source.objectiveValue && result.durationSeconds == 12.5)
        #expect(result.artifacts.isEmpty && result.origin == nil)
        result.origin = ResultOrigin(digest: digest, from: source)
        let taker = try store.completeTrial(id: bench.begin(1).id, result: result)
        #expect(taker.objectiveValue == source.objectiveValue && taker.durationSeconds == 12.5)
        #expect(taker.objectiveStandardError == source.objectiveStandardError)
        let metrics = try store.metrics(ofTrials: [source.id, taker.id])
        #expect(metrics[taker.id]?.count == 3)
        #expect(
            metrics[taker.id]?.map { "\($0.name) \($0.task) \($0.value?.bitPattern ?? 0)" }
                == metrics[source.id]?.map { "\($0.name) \($0.task) \($0.value?.bitPattern ?? 0)" })
        let answers = try [source, taker].map { try store.exampleResults(ofTrial: $0.id)[0] }
        #expect(answers[0].items == answers[1].items && answers[0].correct == answers[1].correct)
        #expect(answers[0].logLikelihoods.map(\.bitPattern) == answers[1].logLikelihoods.map(\.bitPattern))
        #expect(try store.trainingLosses(ofTrial: taker.id).count == 2)
        let origins = try store.origins(ofTrials: [source.id, taker.id])
        #expect(origins[source.id]?.source == nil && origins[source.id]?.digest == digest)
        #expect(origins[taker.id]?.source == "first/1" && origins[taker.id]?.sourceID == source.id)
        // Who computed it stays the one that is named.
        #expect(try store.trial(withResult: digest)?.id == source.id)
    }

    @Test("is not that of a trial that is running, was stopped early, or says nothing; an archived one will do")
    func others()
        throws
    {
        let first = try complete(0, nil)
        try complete(
            1, ResultOrigin(digest: digest),
            race: RaceRecord(incumbentID: first.id, scored: 1, examples: 2, difference: 0.1, standardError: 0.1))
        let running = try bench.begin(3)
        #expect(try store.trial(withResult: digest) == nil)
        try store.completeTrial(
            id: running.id,
            result: TrialResult(objectiveValue: 1, durationSeconds: 1, origin: ResultOrigin(digest: digest)))
        #expect(try store.trial(withResult: digest)?.id == running.id)
        try store.archiveTrial(id: running.id)
        #expect(try store.trial(withResult: digest)?.id == running.id)
    }

    @Test("never changes") func fixed() throws {
        let trial = try complete(0, ResultOrigin(digest: digest))
        for sql in ["UPDATE result_origin SET digest = ''", "DELETE FROM result_origin"] {
            #expect(throws: StoreError.self) { try store.write { try $0.execute(sql) } }
        }
        #expect(try store.origins(ofTrials: [trial.id])[trial.id]?.digest == digest)
    }
}
