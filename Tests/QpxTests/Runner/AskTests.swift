import Foundation
import Store
import Testing

@testable import qpx

@Suite("A search whose trials are asked for and told") struct AskTests {
    /// What `ask --json` prints.
    private struct Asked: Decodable {
        struct Trial: Decodable {
            var trial: String
            var attempt: Int
            var worker: String
            var allocation: [String]?
            var weight_bytes: Int
            var within_budget: Bool?
            var lease_until: String?
            var base: String
            var seed: Int
        }
        var search: String
        var trials: [Trial]
    }

    /// What `tell --json` prints.
    private struct Told: Decodable {
        struct Trial: Decodable {
            var trial: String
            var state: String
        }
        var trial: Trial
        var kept_as: String?
        var lease_until: String?
    }

    let fixture: SearchFixture

    init() throws {
        fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", ["--ask", "--retries", "1"]))
        #expect(run.status == 0 && run.out.contains("'qpx ask s'"), "\(run.error)")
    }

    private func ask(_ more: String...) throws -> [Asked.Trial] {
        let run = try fixture.run(["ask", "s", "--json"] + more)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(Asked.self).trials
    }

    private func tell(_ trial: String, _ more: String...) throws -> Told { try tell(trial, more) }

    private func tell(_ trial: String, _ more: [String]) throws -> Told {
        let run = try fixture.run(["tell", trial, "--json"] + more)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(Told.self)
    }

    private func state() throws -> TrialState { try fixture.store().search(named: "s").state }

    @Test("proposes what a native search proposes that found the same") func same() throws {
        let native = try fixture.run(SearchFixture.search("native", ["--no-references"]))
        #expect(native.status == 0, "\(native.error)")
        let store = try fixture.store()
        let trials = try store.trials(TrialFilter(search: try store.search(named: "native").id))
        #expect(try state() == .waiting)
        let noise = Dictionary(
            try store.observations(ofSearch: try store.search(named: "native").id).map { ($0.trialID, $0.noise) },
            uniquingKeysWith: { first, _ in first })
        for expected in trials {
            let asked = try #require(try ask().first)
            #expect(asked.allocation?.joined(separator: ",") == expected.allocation)
            #expect(asked.weight_bytes == expected.weightBytes && asked.base == "pruned" && asked.attempt == 1)
            #expect(try state() == .running)
            let value = try #require(expected.objectiveValue)
            // What a native search knows of its own noise is told, too; of the first trial it knows nothing.
            let error = try #require(noise[expected.id]).map { ["--standard-error", "\($0)"] } ?? []
            let told = try tell(asked.trial, ["--value", "\(value)"] + error)
            #expect(told.trial.state == "complete" && told.kept_as == asked.trial)
        }
        #expect(try state() == .complete)
        let recorded = try fixture.store().trials(TrialFilter(search: try store.search(named: "s").id))
        #expect(recorded.map(\.objectiveValue) == trials.map(\.objectiveValue))
        #expect(recorded.map(\.objectiveStandardError) == trials.map { noise[$0.id] ?? nil })
        #expect(recorded.dropFirst().allSatisfy { ($0.objectiveStandardError ?? 0) > 0 })
        let suggestions = try fixture.store().suggestions(ofTrials: (recorded + trials).map(\.id))
        for (mine, other) in zip(recorded, trials) {
            #expect(suggestions[mine.id]?.mean == suggestions[other.id]?.mean)
        }
        let over = try fixture.run(["ask", "s", "--json"])
        let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(over.error.utf8)).error
        #expect(over.status == 4 && error.code == "finished")
    }

    @Test("gives out several at once, all different, and knows what is out") func several() throws {
        let asked = try ask("--count", "20", "--worker", "cluster")
        #expect(asked.count == 7 && Set(asked.compactMap(\.allocation)).count == 7)
        #expect(asked.allSatisfy { $0.worker == "cluster" && $0.lease_until != nil })
        let store = try fixture.store()
        let trials = try store.trials(TrialFilter(search: try store.search(named: "s").id))
        let lastID = try #require(trials.last?.id)
        let last = try #require(try store.suggestions(ofTrials: trials.map(\.id))[lastID])
        #expect(last.pending == Array(1...6) && last.knownObservation == nil)
        let over = try fixture.run(["ask", "s", "--json"])
        let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(over.error.utf8)).error
        #expect(over.status == 4 && error.code == "all_given_out" && error.message.contains("s/7"))
        let shown = try fixture.run(["show", "s"])
        #expect(shown.out.contains("Work") && shown.out.contains("cluster"), "\(shown.out)")
        for number in 1...7 { _ = try tell("s/\(number)", "--value", "\(number)") }
        #expect(try state() == .complete)
        #expect(try fixture.run(["show", "s/best"]).out.contains("s/"))
        let rerun = try fixture.run(["rerun", "s/best"])
        #expect(rerun.status == 64 && rerun.error.contains("was told, not carried out"), "\(rerun.error)")
    }

    @Test("gives a trial again when its lease ran out; the first result counts, the other is kept", arguments: [1, 2])
    func late(first: Int) throws {
        #expect(try ask("--lease", "0.001s").map(\.attempt) == [1])
        let again = try ask()
        #expect(again.map(\.trial) == ["s/1"] && again.map(\.attempt) == [2])
        let second = 3 - first
        #expect(try tell("s/1", "--value", "1", "--attempt", "\(first)").kept_as == "s/1")
        #expect(try tell("s/1", "--value", "2", "--attempt", "\(second)").kept_as == "s/2")
        let store = try fixture.store()
        let trials = try store.trials(TrialSelector("s/1-2"))
        #expect(trials.map(\.objectiveValue) == [1, 2] && trials.map(\.kind) == [.baseline, .rerun])
        let states = try store.attempts(ofTrial: trials[0].id).map(\.state)
        #expect(states == (first == 1 ? [.complete, .late] : [.late, .complete]))
        let third = try fixture.run(["tell", "s/1", "--value", "3"])
        #expect(third.status == 4 && third.error.contains("has finished already"), "\(third.error)")
        #expect(try fixture.run(["tell", "s/1", "--value", "3", "--skip-if-finished"]).status == 0)
        #expect(try fixture.store().trials(TrialSelector("s/1-9")).count == 2)
    }

    @Test("leaves a trial to who says that it goes on, and tells who is too late") func alive() throws {
        _ = try ask("--lease", "0.001s")
        let before = try #require(try tell("s/1", "--alive", "--lease", "1h").lease_until)
        #expect(before > Timestamp.now())
        #expect(try ask("--lease", "0.001s").map(\.trial) == ["s/2"])
        #expect(try ask().map(\.trial) == ["s/2"])
        let late = try fixture.run(["tell", "s/2", "--alive", "--attempt", "1"])
        #expect(late.status == 4 && late.error.contains("attempt 1 is lost"), "\(late.error)")
    }

    @Test("gives a failed trial out again as often as asked") func failed() throws {
        _ = try ask()
        #expect(try tell("s/1", "--failed", "out of\nmemory").trial.state == "waiting")
        let early = try fixture.run(["tell", "s/1", "--value", "1"])
        #expect(early.status == 4 && early.error.contains("waits to be given out"), "\(early.error)")
        #expect(try ask().map(\.attempt) == [2])
        #expect(try tell("s/1", "--failed", "again").trial.state == "failed")
        #expect(try ask().map(\.trial) == ["s/2"])
        let store = try fixture.store()
        let trial = try #require(try store.trials(TrialSelector("s/1")).first)
        #expect(trial.error == "again")
        #expect(try store.attempts(ofTrial: trial.id).map(\.error) == ["out of memory", "again"])
        let shown = try fixture.run(["show", "s/1"])
        #expect(shown.out.contains("Attempts") && shown.out.contains("out of memory"))
    }

    @Test("takes metrics with their errors, and the one of the objective's name as its value") func metrics() throws {
        _ = try ask()
        _ = try ask()
        _ = try tell("s/2", "--value", "-1.5e-3")
        #expect(try fixture.store().trials(TrialSelector("s/2")).map(\.objectiveValue) == [-1.5e-3])
        _ = try tell("s/1", "--metric", "loss/held=2.5±0.25", "acc/piqa=0.5+-0.125", "perplexity=12")
        let store = try fixture.store()
        let trial = try #require(try store.trials(TrialSelector("s/1")).first)
        #expect(trial.objectiveValue == 2.5 && trial.objectiveStandardError == 0.25)
        #expect(
            try store.metrics(ofTrials: [trial.id])[trial.id] == [
                MetricRecord(name: "perplexity", value: 12),
                MetricRecord(name: "loss", task: "held", value: 2.5, standardError: 0.25),
                MetricRecord(name: "acc", task: "piqa", value: 0.5, standardError: 0.125),
            ])
    }

    @Test(
        "refuses what it cannot take, with one clear line and nothing written",
        arguments: [
            (["tell", "s/1"], 64, "nothing is told"),
            (["tell", "s/1", "--value", "nan"], 64, "'nan' is not a number"),
            (["tell", "s/1", "--value", "1", "--failed", "x"], 64, "tell one of them"),
            (["tell", "s/1", "--value", "1", "--standard-error", "-1"], 64, "out of range"),
            (["tell", "s/1", "--metric", "loss"], 64, "is not name=value"),
            (["tell", "s/1", "--metric", "loss=1e999"], 64, "is not a number"),
            (["tell", "s/1", "--metric", "loss=1±-1"], 64, "not negative"),
            (["tell", "s/1", "--metric", "loss=1", "loss=2"], 64, "is there twice"),
            (["tell", "s/1", "--metric", "acc=1"], 64, "the search's objective is 'loss'"),
            (["tell", "s/1", "--value", "1", "--attempt", "7"], 3, "has no attempt 7"),
            (["tell", "s/1", "--value", "1", "--lease", "1h"], 64, "needs --alive"),
            (["tell", "s", "--value", "1"], 64, "name one"), (["tell", "s/9", "--value", "1"], 3, "no trial"),
            (["tell", "t/1", "--value", "1"], 3, "no search 't'"), (["ask", "s", "--count", "0"], 64, "out of range"),
            (["ask", "s", "--lease", "soon"], 64, "is not a time"), (["worker", "s"], 64, "are asked for"),
            (["resume", "s"], 64, "are asked for"),
            (
                ["search", "--ask", "--workers", "2", "--model", "m", "--budget", "4bpw"], 64,
                "nothing is carried out here"
            ),
        ])
    func refused(arguments: [String], status: Int32, message: String) throws {
        _ = try ask("--count", "2")
        let run = try fixture.run(arguments)
        #expect(run.status == status && run.error.contains(message), "\(run.error)")
        let trials = try fixture.store().trials(TrialSelector("s"))
        #expect(trials.map(\.state) == [.running, .running])
        #expect(try fixture.store().metrics(ofTrials: trials.map(\.id)).isEmpty)
    }
}

@Suite("An allocation that is enqueued") struct EnqueueTests {
    @Test("is tried before every proposal, counts towards the limit, and is marked") func next() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--ask"])).status == 0)
        let run = try fixture.run(["enqueue", "s", "--allocation", "2 2 4 4", "--label", "by hand", "--json"])
        #expect(run.status == 0 && run.out.contains(#""state": "waiting""#), "\(run.error)")
        _ = try fixture.folder.file("layers.json", #"["nf2", 4, "nf2", "nf4"]"#)
        #expect(try fixture.run(["enqueue", "s", "--allocation", "layers.json"]).status == 0)
        #expect(try fixture.run(["enqueue", "s", "--allocation", "8888", "--over-budget"]).status == 0)
        #expect(try fixture.run(["ask", "s", "--count", "20"]).status == 0)
        let trials = try fixture.store().trials(TrialSelector("s"))
        #expect(trials.count == 7 && trials.allSatisfy { $0.state == .running })
        #expect(
            trials.prefix(3).map(\.allocation) == ["nf2,nf2,nf4,nf4", "nf2,nf4,nf2,nf4", "int8,int8,int8,int8"])
        #expect(trials.prefix(4).map(\.origin) == [.enqueued, .enqueued, .enqueued, .search])
        #expect(trials[0].label == "by hand" && trials[2].kind == .baseline && trials[2].isWithinBudget == false)
        // The uniform 8-bit baseline was enqueued already.
        #expect(trials.count { $0.allocation == "int8,int8,int8,int8" } == 1)
    }

    @Test("is carried out by resume, also when the search had finished") func afterwards() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--recovery-steps", "0", "--no-references"])).status == 0)
        let store = try fixture.store()
        let tried = try Set(store.trials(TrialSelector("s")).compactMap(\.allocation))
        let free = try #require(
            ["4222", "2422", "2242", "2224", "2222"].first { digits in
                !tried.contains(digits.map { $0 == "4" ? "nf4" : "nf2" }.joined(separator: ","))
            })
        let run = try Binary.run(["enqueue", "s", "--allocation", free], in: fixture.folder.path)
        #expect(run.status == 0 && run.error.contains("'qpx resume s' carries it out"), "\(run.error)")
        let twice = try fixture.run(["enqueue", "s", "--allocation", free])
        #expect(twice.status == 4 && twice.error.contains("has this allocation already: trial 8 is waiting"))
        let resumed = try fixture.run(["resume", "s"])
        #expect(resumed.status == 0, "\(resumed.error)")
        let trials = try fixture.store().trials(TrialSelector("s"))
        #expect(trials.count == 8 && trials.last?.state == .complete && trials.last?.origin == .enqueued)
        #expect(try fixture.store().search(named: "s").state == .complete)
        #expect(try fixture.store().observations(ofSearch: trials[0].searchID).count == 8)
        #expect(try fixture.run(["resume", "s"]).status == 4)
    }

    @Test(
        "is refused when it is none of the search's",
        arguments: [
            ("nf4,nf4", "layers"), ("nf4,nf4,nf3,nf4", "nf3"), ("8888", "the budget is"), ("nf4,nf4,x,nf4", "'x'"),
            ("", "no precision"), ("[1, {}]", "layer"),
        ])
    func refused(text: String, message: String) throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--ask"])).status == 0)
        let run = try fixture.run(["enqueue", "s", "--allocation", text])
        #expect(run.status == 64 && run.error.contains(message), "\(run.error)")
        #expect(try fixture.store().trials(TrialFilter()).isEmpty)
    }
}
