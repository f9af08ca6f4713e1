import Foundation
import Store
import Testing

@testable import qpx

@Suite("A trial with the inputs of another one") struct ReusedResultTests {
    /// What of a trial was taken from which other.
    private func sources(_ name: String, _ fixture: SearchFixture) throws -> [String: String] {
        let store = try fixture.store()
        let trials = try store.trials(TrialFilter(search: try store.search(named: name).id))
        let origins = try store.origins(ofTrials: trials.map(\.id))
        return Dictionary(
            uniqueKeysWithValues: trials.compactMap { trial in
                origins[trial.id]?.source.map { (trial.label ?? trial.name, $0) }
            })
    }

    @Test("takes its results, in another search with another budget, and they are the digits that a rerun gives")
    func taken() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("one", ["--reuse"])).status == 0)
        #expect(try sources("one", fixture).isEmpty)
        let run = try fixture.run(SearchFixture.search("two", ["--reuse", "--budget", "5bpw", "--trials", "5"]))
        #expect(run.status == 0, "\(run.error)")
        let taken = try sources("two", fixture)
        for label in ["intact", "pruned, not recovered", "recovered, unquantized", "uniform 4-bit", "uniform 8-bit"] {
            let source = try #require(taken[label], "\(label)")
            #expect(source.hasPrefix("one/"))
        }
        let store = try fixture.store()
        let uniform = try #require(
            try store.trials(TrialFilter(search: 2)).first { $0.label == "uniform 4-bit" })
        let rerun = try fixture.run(["rerun", uniform.name, "--json"])
        #expect(rerun.status == 0 && rerun.out.contains(#""same": true"#), "\(rerun.error)")
        let shown = try fixture.run(["show", uniform.name])
        #expect(shown.out.contains("that of \(taken["uniform 4-bit"] ?? "?"): the same inputs"))
    }

    @Test("is carried out where a seed, a step of training, a text or the word of the user makes a difference")
    func different() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("one", ["--reuse", "--trials", "3"])).status == 0)
        func taken(_ name: String, _ more: [String], steps: Int = 2) throws -> Set<String> {
            let run = try fixture.run(SearchFixture.search(name, steps: steps, ["--trials", "3"] + more))
            #expect(run.status == 0, "\(run.error)")
            return Set(try sources(name, fixture).keys)
        }
        // Another seed prunes otherwise; the intact model has none.
        #expect(try taken("seed", ["--reuse", "--seed", "9"]) == ["intact"])
        #expect(try taken("steps", ["--reuse"], steps: 3) == ["intact", "pruned, not recovered"])
        #expect(try taken("windows", ["--reuse", "--objective-windows", "2"]).isEmpty)
        #expect(try taken("anew", []).isEmpty)
        _ = try fixture.folder.file("held.txt", TinyCheckpoint.text(lines: 41))
        #expect(try taken("text", ["--reuse"]).isEmpty)
    }

    @Test("is carried out in a race, whose result rests on another trial") func race() throws {
        let fixture = try SearchFixture()
        for name in ["one", "two"] {
            let run = try fixture.run(
                SearchFixture.search(name, ["--reuse", "--trials", "3", "--early-stopping", "racing"]))
            #expect(run.status == 0, "\(run.error)")
        }
        #expect(try sources("two", fixture).isEmpty)
    }
}

@Suite("Layers measured alone") struct LayerCostTests {
    @Test("are trials beside the search: one for each layer at the fewest bits, and one without") func alone() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", ["--layer-costs", "--trials", "3"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let search = try store.search(named: "s")
        let trials = try store.trials(TrialFilter(search: search.id)).sorted { $0.number < $1.number }
        let alone = trials.filter { $0.label?.hasSuffix("alone at 2 bits") == true }
        let layers = try store.model(id: search.modelID).layers
        #expect(alone.count == layers && alone.allSatisfy { $0.kind == .reference })
        for (layer, trial) in alone.enumerated() {
            let names = try #require(trial.allocation).split(separator: ",")
            #expect(names.indices.filter { names[$0] == "nf2" } == [layer])
            #expect(Set(names) == ["nf2", "int8"])
        }
        let none = try #require(trials.first { $0.label == "every layer at 8 bits" })
        #expect(Set((none.allocation ?? "").split(separator: ",")) == ["int8"])
        // They are no candidates: the search has its three trials beside them.
        #expect(trials.count { $0.kind.isCandidate } == 3)
    }
}
