import Foundation
import Testing

@testable import Store
@testable import qpx

@Suite("A rerun") struct RerunTests {
    /// What `qpx rerun --json` prints.
    struct Output: Decodable {
        struct Metric: Decodable {
            var metric: String
            var task: String?
            var recorded: Double?
            var repeated: Double?
            var same: Bool
        }
        var trial: String
        var rerun: String
        var same: Bool
        var metrics: [Metric]
    }

    @Test("gives every number again, with one thread or two, and leaves the search as it was")
    func same() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s")).status == 0)
        let before = try fixture.results("s")
        let observations = try fixture.store().observations(ofSearch: 1).count
        for (trial, threads) in [
            ("s/1", "1"), ("s/2", "2"), ("s/3", "1"), ("s/5", "2"), ("s/best", "1"), ("s/10", "2"),
        ] {
            let run = try fixture.run(["rerun", trial, "--threads", threads, "--json"])
            #expect(run.status == 0, "\(run.error)")
            let output = try run.json(Output.self)
            #expect(output.same && output.metrics.allSatisfy(\.same))
            #expect(output.metrics.contains { $0.metric == "loss" && $0.task == "held" })
        }
        #expect(try fixture.results("s") == before)
        #expect(try fixture.store().observations(ofSearch: 1).count == observations)
        let rerun = try fixture.store().trial(search: "s", number: 11)
        let original = try fixture.store().trial(search: "s", number: 1)
        #expect(rerun.kind == .rerun && rerun.rerunOf == original.id)
    }

    @Test("refuses a task file with another byte") func changedFile() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s")).status == 0)
        _ = try fixture.folder.file(
            "task.jsonl", TinyCheckpoint.task(examples: 6).replacing("\"gold\": 1", with: "\"gold\": 0"))
        let run = try fixture.run(["rerun", "s/best"])
        #expect(run.status == 7 && run.error.contains("task.jsonl is not the one that was recorded"), "\(run.error)")
        #expect(run.out.isEmpty)
    }

    @Test("names the number that differs", arguments: ["metric", "training_loss"]) func differs(table: String) throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s")).status == 0)
        let database = try Database.open(
            path: fixture.folder.path + "/qpx.db", mode: .readWrite, busySeconds: 1
        ) { "" }
        let column = table == "metric" ? "value" : "loss"
        let rows = table == "metric" ? "name = 'loss' AND task = 'held'" : "step = 1"
        try database.execute("DROP TRIGGER \(table)_update")
        // The last bit but a few.
        try database.execute("UPDATE \(table) SET \(column) = \(column) * (1 + 4.5e-16) WHERE \(rows)")
        let run = try fixture.run(["rerun", "s/5", "--json"])
        #expect(run.status == 7, "\(run.error)")
        let output = try run.json(Output.self)
        #expect(!output.same)
        let different = output.metrics.filter { !$0.same }
        #expect(different.map(\.metric) == [table == "metric" ? "loss" : "training_loss"])
        #expect(try JSONDecoder().decode(ErrorEnvelope.self, from: Data(run.error.utf8)).error.code == "check_failed")
        let text = try fixture.run(["rerun", "s/5"])
        #expect(text.status == 7 && text.error.contains("does not repeat s/5: 1 of"), "\(text.error)")
    }

    @Test("needs one complete trial") func wrong() throws {
        let fixture = try SearchFixture()
        #expect(try fixture.run(SearchFixture.search("s", ["--recovery-steps", "0"])).status == 0)
        #expect(try fixture.run(["rerun", "s/1-2"]).status == 64)
        #expect(try fixture.run(["rerun", "s/99"]).status == 3)
        #expect(try fixture.run(["rerun", "t/1"]).status == 3)
    }
}
