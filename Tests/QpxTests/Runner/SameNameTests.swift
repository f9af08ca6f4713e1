import Foundation
import Store
import Testing

@testable import qpx

@Suite("Files of the same name") struct SameNameTests {
    @Test("two tasks are refused before anything is computed or recorded")
    func tasks() throws {
        let fixture = try SearchFixture()
        try FileManager.default.createDirectory(
            atPath: fixture.folder.path + "/other", withIntermediateDirectories: true)
        _ = try fixture.folder.file("other/task.jsonl", TinyCheckpoint.task(examples: 5))
        let run = try fixture.run(SearchFixture.search("twins", ["--task", "task.jsonl", "other/task.jsonl"]))
        #expect(run.status == 64)
        #expect(run.error.contains("two files are called 'task'"), "\(run.error)")
        #expect(throws: StoreError.self) { try fixture.store().search(named: "twins") }
    }

    @Test("texts that are called like a task, or like each other, get a number")
    func texts() throws {
        let fixture = try SearchFixture()
        _ = try fixture.folder.file("task.txt", TinyCheckpoint.text(lines: 40))
        let run = try fixture.run(
            SearchFixture.search(
                "names",
                ["--text", "task.txt", "--objective-text", "task.txt", "--trials", "2", "--initial-trials", "1"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        let trial = try #require(try store.trials(TrialFilter(search: store.search(named: "names").id)).first)
        let losses = try (store.metrics(ofTrials: [trial.id])[trial.id] ?? []).filter { $0.name == "loss" }
        #expect(losses.map(\.task).sorted() == ["task-2", "task-3"])
        #expect(try store.exampleResults(ofTrial: trial.id).map(\.task).sorted() == ["task", "task-2", "task-3"])
    }
}
