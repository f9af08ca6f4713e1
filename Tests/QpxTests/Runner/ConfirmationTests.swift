import Engine
import Foundation
import Store
import Testing

@testable import qpx

@Suite("A confirmation with fresh seeds") struct ConfirmationTests {
    private func replicates(_ fixture: SearchFixture, _ name: String = "s") throws -> [TrialRecord] {
        let store = try fixture.store()
        var filter = TrialFilter(search: try store.search(named: name).id)
        filter.kinds = [.replicate]
        return try store.trials(filter).sorted { $0.number < $1.number }
    }

    private struct Shown: Decodable {
        struct Confirmed: Decodable {
            let trial: String
            let seeds: Int
            let mean: Double
            let stderr: Double?
            let difference: Double?
        }
        struct Trial: Decodable { let trial: String }
        let best: Trial
        let best_mean: Double
        let best_deviation: Double
        let best_observed: Trial
        let confirmation: [Confirmed]
    }

    @Test("carries the best allocations out again, twice each, with digits of their own") func confirms() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", ["--confirm", "2", "--confirm-seeds", "2"]))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("Confirmed with fresh seeds"))
        let store = try fixture.store()
        let search = try store.search(named: "s")
        let again = try replicates(fixture)
        #expect(again.count == 4 && again.allSatisfy { $0.state == .complete && $0.fidelity == 1 })
        #expect(Set(again.compactMap(\.rerunOf)).count == 2 && Set(again.map(\.seed)).count == 2)
        #expect(again.allSatisfy { $0.seed != search.seed })
        // They are observations of their allocations, and take no trial of the search's limit away.
        let observations = try store.observations(ofSearch: search.id)
        #expect(observations.count == 7 + 4)
        for replicate in again {
            let original = try store.trial(id: try #require(replicate.rerunOf))
            #expect(replicate.allocation == original.allocation)
            #expect(replicate.objectiveValue != original.objectiveValue)
            let mine = observations.first { $0.trialID == replicate.id }
            #expect(mine?.value == replicate.objectiveValue)
        }
        #expect(try store.recommendationSize(ofSearch: search.id).observations == 11)
        let shown = try fixture.run(["show", "s", "--json"]).json(Shown.self)
        #expect(shown.confirmation.count == 2 && shown.best_deviation > 0)
        for confirmed in shown.confirmation {
            let values = again.filter { (try? store.trial(id: $0.rerunOf ?? 0))?.name == confirmed.trial }
                .compactMap(\.objectiveValue)
            #expect(values.count == 2 && confirmed.seeds == 2)
            #expect(abs(confirmed.mean - (values[0] + values[1]) / 2) < 1e-12)
            #expect(abs((confirmed.stderr ?? 0) - abs(values[0] - values[1]) / 2) < 1e-12)
        }
        // A replicate is repeated like any trial, to the last digit.
        let rerun = try fixture.run(["rerun", again[0].name])
        #expect(rerun.status == 0, "\(rerun.error)")
        let report = try fixture.run(["report", "s"])
        #expect(report.status == 0 && report.out.contains("best of 7"))
    }

    @Test("goes the same way with two workers, and after the search was finished without one") func workers() throws {
        let one = try SearchFixture()
        #expect(try one.run(SearchFixture.search("s", ["--confirm", "1", "--confirm-seeds", "3"])).status == 0)
        let expected = try replicates(one)
        #expect(expected.count == 3)
        let later = try SearchFixture()
        #expect(try later.run(SearchFixture.search("s")).status == 0)
        #expect(try replicates(later).isEmpty)
        let resumed = try later.run(["resume", "s", "--workers", "2", "--confirm", "1", "--confirm-seeds", "3"])
        #expect(resumed.status == 0, "\(resumed.error)")
        let found = try replicates(later)
        #expect(found.map(\.seed).sorted() == expected.map(\.seed).sorted())
        #expect(Set(found.map(\.objectiveValue)) == Set(expected.map(\.objectiveValue)))
        // Asked for again, there is nothing left to do.
        let again = try later.run(["resume", "s", "--confirm", "1", "--confirm-seeds", "3"])
        #expect(again.status == 0, "\(again.error)")
        #expect(try replicates(later).map(\.id) == found.map(\.id))
    }

    @Test("is one replicate where one is enqueued; the next has another seed") func enqueued() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s")).status == 0)
        let best = try #require(try fixture.store().bestTrial(ofSearch: fixture.store().search(named: "s").id))
        for _ in 0..<2 {
            let run = try fixture.run(["enqueue", "s", "--replicate", "best"])
            #expect(run.status == 0, "\(run.error)")
        }
        let waiting = try replicates(fixture)
        #expect(waiting.count == 2 && waiting[0].seed != waiting[1].seed)
        #expect(waiting.allSatisfy { $0.state == .waiting && $0.rerunOf == best.id })
        let same = try fixture.run(["enqueue", "s", "--replicate", best.name, "--seed", "\(waiting[0].seed)"])
        #expect(same.status == 4 && same.error.contains("already"), "\(same.error)")
        #expect(try fixture.run(["resume", "s"]).status == 0)
        #expect(try replicates(fixture).allSatisfy { $0.state == .complete })
    }

    @Test("is refused in one line where there is nothing to repeat") func refused() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--trials", "2"])).status == 0)
        let cases: [(arguments: [String], status: Int32, says: String)] = [
            (["enqueue", "s", "--replicate", "s/1"], 64, "reference"),
            (["enqueue", "s", "--replicate", "s/99"], 3, "s/99"),
            (["enqueue", "s", "--replicate", "s"], 64, "name one"),
            (["enqueue", "s", "--replicate", "best", "--label", "x"], 64, "--label"),
            (["enqueue", "s", "--replicate", "best", "--allocation", "4488"], 64, "--allocation"),
            (["enqueue", "s", "--allocation", "4444", "--seed", "3"], 64, "--seed"),
            (["enqueue", "s"], 64, "--allocation"), (["resume", "s", "--confirm", "-1"], 64, "--confirm"),
            (["resume", "s", "--confirm-seeds", "2"], 64, "--confirm-seeds"),
        ]
        for (arguments, status, says) in cases {
            let run = try fixture.run(arguments)
            #expect(run.status == status && run.error.contains(says), "\(arguments) \(run.error)")
        }
        #expect(try replicates(fixture).isEmpty)
    }

    @Test("is said in a specification file too, and given out by a search that is asked") func asked() throws {
        let fixture = try SearchFixture()
        _ = try fixture.folder.file("spec.yaml", "confirm: 1\nconfirm-seeds: 2\n")
        let made = try fixture.run(
            SearchFixture.search("s", ["--ask", "--trials", "3", "--spec", "spec.yaml"]))
        #expect(made.status == 0, "\(made.error)")
        struct Asked: Decodable {
            struct Trial: Decodable {
                let trial: String
                let kind: String
                let seed: UInt64
            }
            let trials: [Trial]
        }
        var kinds: [String] = []
        for index in 0..<5 {
            let run = try fixture.run(["ask", "s", "--json"])
            #expect(run.status == 0, "\(run.error)")
            let trial = try #require(try run.json(Asked.self).trials.first)
            kinds.append(trial.kind)
            #expect(try fixture.run(["tell", trial.trial, "--value", "\(2 + 0.1 * Double(index))"]).status == 0)
        }
        #expect(kinds.suffix(2) == ["replicate", "replicate"] && !kinds.prefix(3).contains("replicate"))
        #expect(try fixture.run(["ask", "s"]).status == 4)
        #expect(try fixture.store().search(named: "s").state == .complete)
    }
}

@Suite("The noise of a comparison") struct PairedNoiseTests {
    @Test("is smaller than that of a value, and what the surrogate hears") func paired() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--trials", "4"])).status == 0)
        let store = try fixture.store()
        let search = try store.search(named: "s")
        let observations = try store.observations(ofSearch: search.id)
        #expect(observations.count == 4)
        for observation in observations.dropFirst() {
            let paired = try #require(observation.pairedStandardError)
            let own = try #require(observation.standardError)
            #expect(paired > 0 && paired < own && observation.noise == paired)
        }
        // By hand: the losses of the windows of two trials, one minus the other.
        func losses(_ observation: ObservationRecord) throws -> (values: [Double], tokens: Int) {
            let metrics = try #require(try store.metrics(ofTrials: [observation.trialID])[observation.trialID])
            let loss = try #require(metrics.first { $0.name == "loss" && $0.step == nil })
            let results = try store.exampleResults(ofTrial: observation.trialID)
            let windows = try #require(results.first { $0.task == loss.task })
            return (windows.logLikelihoods.map { -$0 }, try #require(loss.count))
        }
        let (first, last) = (try losses(observations[0]), try losses(observations[3]))
        let differences = zip(last.values, first.values).map { $0 - $1 }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error = (squares / (count - 1) * count).squareRoot() / Double(first.tokens)
        let paired = try #require(observations[3].pairedStandardError)
        #expect(count > 2 && abs(paired - error / 2.0.squareRoot()) < 1e-9 * error)
        let shown = try fixture.run(["show", "s"])
        #expect(shown.status == 0 && shown.out.contains("believed"))
    }

    @Test("how much a source is believed is shown where it measured something else") func trust() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s")).status == 0)
        let other = try fixture.run(
            SearchFixture.search("t", ["--warm-start", "s", "--trials", "3", "--initial-trials", "1", "--seed", "9"]))
        #expect(other.status == 0, "\(other.error)")
        struct Shown: Decodable {
            struct Source: Decodable {
                let search: String
                let observations: Int
                let same_objective: Bool
                let trust: Double?
            }
            let warm_start: [Source]
        }
        let shown = try fixture.run(["show", "t", "--json"]).json(Shown.self)
        let source = try #require(shown.warm_start.first)
        #expect(source.search == "s" && source.observations == 7 && !source.same_objective)
        #expect(try (0...1).contains(#require(source.trust)))
        let text = try fixture.run(["show", "t"])
        #expect(text.out.contains("s (7 observations, believed"), "\(text.out)")
        let same = try fixture.run(SearchFixture.search("u", ["--warm-start", "s", "--trials", "1", "--initial-trials", "1"]))
        #expect(same.status == 0, "\(same.error)")
        #expect(try fixture.run(["show", "u"]).out.contains("the same measurement"))
    }
}
