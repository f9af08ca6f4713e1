import Foundation
import Testing

@testable import Store

@Suite("Merging databases") struct DatabaseMergeTests {
    private func added(_ outcome: MergeOutcome, _ kind: MergeOutcome.Kind) -> Int? {
        outcome.counts.first { $0.kind == kind }?.added
    }

    private func isSound(_ store: Store) throws -> Bool {
        try store.exclusively { database in
            try database.rows("PRAGMA foreign_key_check") { _ in 1 }.isEmpty
                && database.first("PRAGMA integrity_check") { try $0.text("integrity_check") } == "ok"
        }
    }

    @Test("every table of the schema is merged, or each file's own") func allTables() throws {
        let node = try NodeDatabase()
        let tables = try node.store.read { database in
            try database.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ) { try $0.text("name") }
        }
        #expect(Set(tables) == Merger.tables.union(Merger.ownTables))
        try node.fill()
        for (table, rows) in try TableDump(node.store).rows { #expect(!rows.isEmpty, "the fixture has no \(table)") }
    }

    @Test("an empty database becomes the other one, row by row") func intoEmpty() throws {
        let source = try NodeDatabase()
        try source.fill()
        let target = try NodeDatabase(host: "node-2")
        let outcome = try target.store.merge(source.path)
        #expect(outcome.remarks.isEmpty && outcome.counts.map(\.kind) == MergeOutcome.Kind.allCases)
        #expect(added(outcome, .searches) == 3 && added(outcome, .trials) == 10 && added(outcome, .models) == 1)
        // The one model that was here already was recorded here first.
        let ignored: Set = ["model.created_at"]
        #expect(try TableDump(source.store, without: ignored) == TableDump(target.store, without: ignored))
        #expect(try isSound(target.store))
    }

    @Test("twice is the same as once") func twice() throws {
        let source = try NodeDatabase()
        try source.fill()
        let target = try NodeDatabase(host: "node-2", start: 500_000)
        try target.fill("other-")
        _ = try target.store.merge(source.path)
        let once = try TableDump(target.store)
        let again = try target.store.merge(source.path)
        #expect(again.isEmpty && again.remarks.isEmpty)
        #expect(try TableDump(target.store) == once)
    }

    @Test("databases of two nodes come together whole, whatever their ids") func twoNodes() throws {
        let (first, second) = (try NodeDatabase(), try NodeDatabase(host: "node-2", start: 500_000))
        try first.fill()
        try second.store.finishSearch(id: second.search("padding").id, state: .complete)
        try second.fill("other-")
        let ignored: Set = ["model.created_at", "model.path", "stage.created_at", "artifact.created_at"]
        let before = (try TableDump(first.store, without: ignored), try TableDump(second.store, without: ignored))
        let outcome = try second.store.merge(first.path)
        #expect(outcome.remarks.isEmpty)
        let after = try TableDump(second.store, without: ignored)
        #expect(before.0.missing(in: after).isEmpty && before.1.missing(in: after).isEmpty)
        // Shared: two models, the allocations, questions, one stage; everything else comes.
        #expect(after.rows["model"]?.count == 2 && after.rows["stage"]?.count == 1)
        #expect(
            after.rows["trial"]?.count == 20
                && after.rows["metric"]?.count == before.0.rows["metric"].map { $0.count * 2 })
        #expect(try isSound(second.store))
        #expect(try TableDump(first.store, without: ignored) == before.0)
        // And the other way round comes to the same.
        _ = try first.store.merge(second.path)
        #expect(try TableDump(first.store, without: ignored) == after)
    }

    @Test("a file that has grown brings only what is new") func grown() throws {
        let source = try NodeDatabase()
        try source.fill()
        let target = try NodeDatabase(host: "node-2", start: 500_000)
        _ = try target.store.merge(source.path)
        let search = try source.store.search(named: "second")
        try source.store.startSearch(id: search.id)
        try source.complete(search, 9)
        try source.store.finishSearch(id: search.id, state: .complete)
        let outcome = try target.store.merge(source.path)
        #expect(outcome.remarks.isEmpty)
        #expect(added(outcome, .trials) == 1 && added(outcome, .searches) == 0 && added(outcome, .allocations) == 1)
        let ignored: Set = ["model.created_at"]
        #expect(try TableDump(source.store, without: ignored) == TableDump(target.store, without: ignored))
    }

    @Test("another search of the same name gets a free one") func names() throws {
        let (source, target) = (try NodeDatabase(), try NodeDatabase(host: "node-2", start: 500_000))
        try source.search("first")
        try target.search("first")
        try target.search("first-2")
        let outcome = try target.store.merge(source.path)
        #expect(
            outcome.remarks == [.renamedSearch(from: "first", to: "first-3"), .runningSearch("first-3")])
        #expect(try target.store.search(named: "first-3").state == .interrupted)
        #expect(try target.store.merge(source.path).isEmpty)
    }

    @Test("a search that went on in two files has the trials of both, each with a number of its own")
    func wentOnTwice() throws {
        let first = try NodeDatabase()
        let search = try first.search("first")
        let common = try first.complete(search, 1)
        let second = try NodeDatabase(host: "node-2", start: 500_000, copyOf: first)
        try first.complete(search, 2)
        try first.complete(search, 3)
        try second.complete(search, 3)
        var suggestion = Samples.suggestion
        suggestion.pending = [2]
        try second.complete(search, 4, suggestion: suggestion)
        let outcome = try first.store.merge(second.path)
        #expect(
            outcome.remarks == [
                .renumberedTrial(from: "first/2", to: "first/4"), .archivedTwin(trial: "first/4", twin: "first/3"),
                .renumberedTrial(from: "first/3", to: "first/5"),
            ])
        #expect(added(outcome, .trials) == 2 && added(outcome, .searches) == 0)
        var filter = TrialFilter(search: search.id)
        filter.includesArchived = true
        let trials = try first.store.trials(filter)
        #expect(trials.map(\.number) == [1, 2, 3, 4, 5] && trials.allSatisfy { $0.state == .complete })
        #expect(trials.map { $0.archivedAt != nil } == [false, false, false, true, false])
        #expect(trials[0].id == common.id)
        let metrics = try first.store.metrics(ofTrials: trials.map(\.id))
        #expect(metrics.count == 5 && Set(metrics.values.map(\.count)) == [3])
        #expect(try first.store.suggestions(ofTrials: trials.map(\.id))[trials[4].id]?.pending == [4])
        #expect(try first.store.observations(ofSearch: search.id).count == 4)
        let once = try TableDump(first.store)
        #expect(try first.store.merge(second.path).isEmpty)
        #expect(try TableDump(first.store) == once && isSound(first.store))
    }

    @Test("trials that have not finished are left out until they have") func unfinished() throws {
        let (source, target) = (try NodeDatabase(), try NodeDatabase(host: "node-2", start: 500_000))
        let search = try source.search("first")
        let running = try source.begin(search, 1)
        try source.complete(search, 2)
        let outcome = try target.store.merge(source.path)
        #expect(
            outcome.remarks == [.runningSearch("first"), .unfinishedTrial("first/1", state: "running")])
        let here = try target.store.search(named: "first")
        #expect(try target.store.trials(TrialFilter(search: here.id)).map(\.number) == [2])
        try source.store.completeTrial(id: running.id, result: Samples.result)
        try source.store.finishSearch(id: search.id, state: .complete)
        #expect(try target.store.merge(source.path).remarks.isEmpty)
        #expect(try target.store.trials(TrialFilter(search: here.id)).map(\.number) == [1, 2])
        #expect(try target.store.search(id: here.id).state == .complete)
    }

    @Test("a trial that waited here gets the results that it came to there; one that runs here keeps running")
    func planned() throws {
        let first = try NodeDatabase()
        let search = try first.search("first")
        let (waiting, running) = (
            try first.begin(search, 1, kind: .initial, waiting: true), try first.begin(search, 2)
        )
        let second = try NodeDatabase(host: "node-2", start: 500_000, copyOf: first)
        try second.store.startTrial(id: waiting.id)
        for trial in [waiting, running] { try second.store.completeTrial(id: trial.id, result: Samples.result) }
        let outcome = try first.store.merge(second.path)
        #expect(outcome.remarks == [.completedHere("first/1"), .runningHere("first/2")])
        #expect(!outcome.isEmpty && added(outcome, .trials) == 0)
        let done = try first.store.trial(id: waiting.id)
        #expect(done.state == .complete && done.objectiveValue == 0.1 + 0.2)
        #expect(try first.store.metrics(ofTrials: [done.id])[done.id]?.count == 3)
        #expect(try first.store.trial(id: running.id).state == .running)
        #expect(try first.store.observations(ofSearch: search.id).count == 1)
        // Once it has finished here as well, there are two results.
        try first.store.completeTrial(id: running.id, result: Samples.result)
        let later = try first.store.merge(second.path)
        #expect(
            later.remarks == [
                .renumberedTrial(from: "first/2", to: "first/3"), .archivedTwin(trial: "first/3", twin: "first/2"),
            ])
        #expect(try first.store.merge(second.path).isEmpty && isSound(first.store))
    }

    @Test("a merge that breaks off after any step changes nothing") func brokenOff() throws {
        struct Broken: Error {}
        let source = try NodeDatabase()
        try source.fill()
        let target = try NodeDatabase(host: "node-2", start: 500_000)
        try target.fill("other-")
        let before = try TableDump(target.store)
        var steps: [String] = []
        var names: [String] = []
        _ = try target.store.merge(source.path, isTrial: true) { names.append($0) }
        #expect(names.count > 10)
        for name in names {
            #expect(throws: Broken.self) {
                _ = try target.store.merge(source.path, isTrial: false) { if $0 == name { throw Broken() } }
            }
            steps.append(name)
            #expect(try TableDump(target.store) == before, "after \(name)")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: target.folder.url.path).allSatisfy {
                !$0.contains("merging")
            })
        #expect(try !target.store.merge(source.path).isEmpty)
    }

    @Test("a dry run says the same and changes nothing") func dryRun() throws {
        let source = try NodeDatabase()
        try source.fill()
        let target = try NodeDatabase(host: "node-2", start: 500_000)
        try target.search("first")
        let before = try TableDump(target.store)
        let said = try target.store.merge(source.path, isTrial: true)
        #expect(try TableDump(target.store) == before)
        #expect(try target.store.merge(source.path) == said && !said.remarks.isEmpty)
    }

    @Test("a file of an older schema is brought up to date in a copy", arguments: 1...5) func older(_ version: Int)
        throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path("old.db")
        do {
            let old = try Database.open(
                path: path, mode: .readWriteCreate,
                migrations: Array(Migrations.all.prefix(version)), now: { "2025-01-01T00:00:00.000Z" })
            try old.execute(
                """
                INSERT INTO model (sha256, name, path, architecture, layers, parameters, bytes, created_at)
                VALUES ('\(Samples.digest("9"))', 'old', 'models/old', 'llama', 4, 10, 20, '2024-01-01T00:00:00.000Z')
                """)
        }
        let bytes = try Data(contentsOf: URL(filePath: path))
        let target = try NodeDatabase()
        #expect(added(try target.store.merge(path), .models) == 1)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }

    @Test("what is newer, the same file, or no database is refused") func refused() throws {
        let target = try NodeDatabase()
        let folder = try TemporaryFolder()
        let newer = folder.path("new.db")
        do {
            let next = Migration(version: 99, name: "next", sql: Array("CREATE TABLE later (id INTEGER);".utf8))
            _ = try Database.open(
                path: newer, mode: .readWriteCreate, migrations: Migrations.all + [next],
                now: { "2025-01-01T00:00:00.000Z" })
        }
        #expect { _ = try target.store.merge(newer) } throws: { error in
            if case StoreError.tooNew(newer, 99, _) = error { true } else { false }
        }
        #expect(throws: StoreError.notFound(path: folder.path("no.db"))) {
            _ = try target.store.merge(folder.path("no.db"))
        }
        #expect { _ = try target.store.merge(target.path) } throws: { error in
            if case StoreError.badRecord = error { true } else { false }
        }
        let text = folder.path("text.db")
        try Data(String(repeating: "no database\n", count: 200).utf8).write(to: URL(filePath: text))
        #expect(throws: StoreError.notADatabase(path: text)) { _ = try target.store.merge(text) }
    }
}
