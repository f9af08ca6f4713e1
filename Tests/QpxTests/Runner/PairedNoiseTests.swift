import Store
import Testing

@testable import qpx

@Suite("The noise of comparisons") struct PairedNoiseTests {
    @Test("is measured question by question, is below the values' own errors, and goes along with a warm start")
    func native() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--trials", "5"])).status == 0)
        let store = try fixture.store()
        let search = try store.search(named: "s")
        let trials = try store.trials(TrialFilter(search: search.id))
        let candidates = trials.filter(\.kind.isCandidate)
        let first = try #require(candidates.first)
        let recovered = try #require(trials.last { $0.kind == .reference })
        func held(_ trial: TrialRecord) throws -> (examples: ExampleResultRecord, tokens: Int) {
            let examples = try #require(try store.exampleResults(ofTrial: trial.id).first { $0.task == "held" })
            let metrics = try store.metrics(ofTrials: [trial.id])[trial.id] ?? []
            return (examples, try #require(metrics.first { $0.name == "loss" && $0.task == "held" }?.count))
        }
        let observations = try store.observations(ofSearch: search.id)
        #expect(observations.count == 5)
        for (observation, trial) in zip(observations, candidates) {
            // The first has only the recovered model to be compared with.
            let other = trial.id == first.id ? recovered : first
            let (own, tokens) = try held(trial)
            let pair = PairedDifference(
                try #require(PairedSample(lossOf: try held(other).examples, own, units: Double(tokens))))
            let expected = try #require(pair.standardError) / 2.0.squareRoot()
            let noise = try #require(observation.pairedStandardError)
            #expect(abs(noise - expected) <= 1e-9 * expected && noise > 0)
            #expect(observation.noise == noise)
            #expect(noise < (try #require(observation.standardError)))
        }
        let run = try fixture.run(SearchFixture.search("next", ["--warm-start", "s", "--trials", "2"]))
        #expect(run.status == 0, "\(run.error)")
        let taken = try store.observations(ofSearch: try store.search(named: "next").id).prefix(5)
        #expect(taken.map(\.noise) == observations.map(\.noise) && taken.allSatisfy { $0.origin == .warmStart })
    }

    @Test("is what was reported where trials are measured elsewhere") func told() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--ask"])).status == 0)
        #expect(try fixture.run(["ask", "s", "--count", "2"]).status == 0)
        #expect(try fixture.run(["tell", "s/1", "--value", "2", "--standard-error", "0.25"]).status == 0)
        #expect(try fixture.run(["tell", "s/2", "--value", "3"]).status == 0)
        let store = try fixture.store()
        let observations = try store.observations(ofSearch: try store.search(named: "s").id)
        #expect(observations.map(\.noise) == [0.25, nil] && observations.allSatisfy { $0.pairedStandardError == nil })
    }
}
