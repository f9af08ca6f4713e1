import Foundation
import Store
import Testing

@testable import qpx

@Suite("A search for the front of value against memory") struct FrontSearchTests {
    private struct Front: Decodable {
        struct Step: Decodable {
            var trial: String
            var hypervolume: Double
            var fraction: Double?
        }
        var trials: [String]
        var reference_value: Double?
        var reference_bytes: Int?
        var hypervolume: [Step]
    }
    private struct Details: Decodable {
        struct Search: Decodable {
            var objective: String
            var second_objective: String?
        }
        var search: Search
        var front: Front?
    }

    @Test("runs natively, is recorded, repeats itself, and its outcome is the front") func native() throws {
        let fixture = try SearchFixture()
        let more = [
            "--objective", "loss", "--objective", "memory", "--trials", "9", "--initial-trials", "4", "--no-references",
        ]
        let run = try fixture.run(SearchFixture.search("front", more))
        #expect(run.status == 0, "\(run.error)")
        #expect(run.out.contains("loss (less is better) against memory: front") && run.out.contains("● front"))
        let store = try fixture.store()
        let search = try store.search(named: "front")
        #expect(search.secondObjective == "memory" && search.objective == "loss" && search.direction == .minimize)
        let trials = try store.trials(TrialFilter(search: search.id))
        #expect(trials.count == 9 && trials.allSatisfy { $0.state == .complete })
        #expect(Set(trials.compactMap(\.allocation)).count == 9)
        // The smallest allocation comes first; sizes are not pressed against the budget.
        #expect(trials[0].label == "uniform 2-bit" && trials[1].label == "uniform 4-bit")
        let least = try #require(trials[0].weightBytes)
        let budget = try #require(search.budgetBytes)
        let proposals = trials.filter { $0.kind == .proposal }.compactMap(\.weightBytes)
        // Of nine trials four are planned within the budget, two are uniform ones beyond it.
        #expect(proposals.count == 3 && proposals.allSatisfy { $0 <= budget })
        #expect(proposals.contains { 2 * $0 < least + budget })
        let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
        #expect(suggestions.count == proposals.count && suggestions.values.allSatisfy { $0.acquisition == "log_ehvi" })
        // The mean is in the objective's own direction: a loss is not negative.
        #expect(suggestions.values.allSatisfy { $0.mean > 0 })

        let details = try fixture.run(["show", "front", "--json"]).json(Details.self)
        #expect(details.search.second_objective == "memory")
        let front = try #require(details.front)
        // The best value is on the front always, the smallest allocation as well.
        let best = try #require(try store.best(ofSearch: search.id)).observed
        #expect(front.trials.last == best.name && front.trials.first == "front/1")
        #expect(front.reference_bytes == budget)
        #expect(front.hypervolume.map(\.hypervolume) == front.hypervolume.map(\.hypervolume).sorted())
        #expect(front.hypervolume.allSatisfy { (0...1).contains($0.fraction ?? 0) })

        #expect(try fixture.run(SearchFixture.search("again", more)).status == 0)
        #expect(try fixture.results("again") == fixture.results("front"))
    }

    @Test("of one objective has no front in its record") func single() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", steps: 0, ["--trials", "2", "--no-references"]))
        #expect(run.status == 0 && !run.out.contains("against memory"), "\(run.error)")
        let details = try fixture.run(["show", "s", "--json"]).json(Details.self)
        #expect(details.front == nil && details.search.second_objective == nil)
    }

    @Test("is carried out by another program too, tells the hypervolume as it goes, and goes on after an interruption")
    func external() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", Self.space)
        _ = try Binary.run(["init"], in: folder.path)
        _ = try folder.file("search.yaml", "objective: [memory, quality]\ndirection: maximize\nbudget: 6bpw\n")
        let run = try Binary.run(
            [
                "search", "--spec", "search.yaml", "--space", "space.json", "--evaluator", Self.evaluator, "--trials",
                "12", "--initial-trials", "4", "--name", "out",
            ], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.error.contains("front of 2, hypervolume ") && run.error.contains(" (+"), "\(run.error)")
        #expect(run.error.contains("'qpx pareto out' shows the front again"))
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        let search = try store.search(named: "out")
        #expect(search.secondObjective == "memory" && search.objective == "quality" && search.direction == .maximize)
        let trials = try store.trials(TrialFilter(search: search.id))
        #expect(trials.count == 12 && trials.allSatisfy { $0.state == .complete })
        let analysis = try ParetoAnalysis(
            store, searches: [search], value: try ParetoValue(objectiveOf: [search]))
        #expect(analysis.joint.members.count >= 4)
        // Every further byte on the front buys more.
        let values = analysis.joint.members.map(\.value)
        #expect(values == values.sorted())
        #expect(try Binary.run(["resume", "out"], in: folder.path).status == 4)
        let warm = try Binary.run(
            [
                "search", "--spec", "search.yaml", "--space", "space.json", "--evaluator", Self.evaluator, "--trials",
                "3", "--warm-start", "out", "--name", "more", "--quiet",
            ], in: folder.path)
        #expect(warm.status == 0, "\(warm.error)")
        let more = try store.trials(TrialFilter(search: try store.search(named: "more").id))
        // What the first search measured is not measured again.
        #expect(Set(more.compactMap(\.allocation)).isDisjoint(with: trials.compactMap(\.allocation)))
    }

    @Test("goes on where it was after an interruption") func interrupted() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", Self.space)
        _ = try Binary.run(["init"], in: folder.path)
        func arguments(_ name: String, _ evaluator: String) -> [String] {
            [
                "search", "--space", "space.json", "--budget", "6bpw", "--objective", "quality", "--objective",
                "memory", "--direction", "maximize", "--evaluator", evaluator, "--trials", "12", "--initial-trials",
                "4", "--name", name, "--quiet",
            ]
        }
        #expect(try Binary.run(arguments("whole", Self.evaluator), in: folder.path).status == 0)
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        func complete(_ name: String) throws -> [TrialRecord] {
            guard let search = try? store.search(named: name) else { return [] }
            return try store.trials(TrialFilter(search: search.id)).filter { $0.state == .complete }
        }
        let running = try RunningBinary(arguments("cut", "sleep 0.3; " + Self.evaluator), in: folder.path)
        #expect(try running.wait { try complete("cut").count >= 6 }, "it ended before it was interrupted")
        running.send(SIGINT)
        #expect(try running.end().status == 130)
        #expect(try complete("cut").count < 12)
        let resumed = try Binary.run(["resume", "cut"], in: folder.path)
        #expect(resumed.status == 0 && resumed.out.contains("quality (more is better) against memory: cut"))
        let (cut, whole) = (try complete("cut"), try complete("whole"))
        #expect(cut.map(\.allocation) == whole.map(\.allocation))
        #expect(cut.map(\.objectiveValue) == whole.map(\.objectiveValue))
    }

    @Test("of objectives that make no pair leaves nothing behind", arguments: [["memory"], ["loss", "accuracy"]])
    func refused(objectives: [String]) throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", objectives.flatMap { ["--objective", $0] }))
        #expect(run.status == 64 && run.out.isEmpty && run.error.contains("--objective"), "\(run.error)")
        #expect(throws: StoreError.self) { try fixture.store().search(named: "s") }
    }

    @Test("may be asked for and told") func asked() throws {
        let folder = try TemporaryFolder()
        _ = try Binary.run(["init"], in: folder.path)
        let fixture = try SearchFixture()
        let created = try fixture.run(
            SearchFixture.search("asked", ["--ask", "--objective", "loss", "--objective", "memory", "--trials", "4"]))
        #expect(created.status == 0, "\(created.error)")
        for (number, value) in [3.0, 2.5, 2.75, 2.25].enumerated() {
            #expect(try fixture.run(["ask", "asked"]).status == 0)
            #expect(try fixture.run(["tell", "asked/\(number + 1)", "--value", "\(value)"]).status == 0)
        }
        let run = try fixture.run(["pareto", "asked", "--json"])
        #expect(run.status == 0 && run.out.contains("\"asked/1\""), "\(run.error)")
    }

    static let space = """
        {"name": "net", "choices": [{"name": "q2", "bits": 2}, {"name": "q4", "bits": 4}, {"name": "q8", "bits": 8}],
         "units": [{"bytes": [20, 40, 80], "weights": 80}, {"bytes": [50, 100, 200], "weights": 200},
                   {"bytes": [24, 48, 96], "weights": 96}, {"bytes": [20, 40, 80], "weights": 80},
                   {"bytes": [31, 62, 124], "weights": 124}], "fixed_bytes": 16}
        """

    /// The root of the bytes, computed by the shell's awk from the message's size: larger allocations are better.
    static let evaluator =
        #"sed -n 's/.*"weight_bytes": \([0-9]*\),.*/\1/p' | awk '{printf "{\"value\": %.6f}\n", sqrt($1)}'"#
}
