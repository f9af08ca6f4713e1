import Foundation
import Testing

@testable import Store

@Suite("Checking a database") struct DatabaseCheckTests {
    private func broken(_ store: Store) throws -> [String] {
        try store.check().filter { !$0.problems.isEmpty }.map(\.name)
    }

    @Test("what qpx wrote holds") func sound() throws {
        let node = try NodeDatabase()
        try node.fill()
        #expect(try broken(node.store).isEmpty)
        #expect(try Store(path: node.path, access: .read).check().count == 11)
    }

    @Test("what was merged holds") func merged() throws {
        let (first, second) = (try NodeDatabase(), try NodeDatabase(host: "node-2", start: 500_000))
        try first.fill()
        try second.fill("other-")
        _ = try second.store.merge(first.path)
        #expect(try broken(second.store).isEmpty)
    }

    @Test(
        "what somebody else changed is found",
        arguments: [
            ("DROP TRIGGER metric_update", "schema"), ("DROP INDEX trial_objective", "schema"),
            ("DROP TRIGGER allocation_update; UPDATE allocation SET precisions = 'nf4' WHERE id = 1", "allocations"),
            (
                "PRAGMA foreign_keys = OFF; INSERT INTO tag (trial_id, name, created_at) VALUES (999, 'x', 'now')",
                "foreign_keys"
            ),
            ("DROP TRIGGER metric_delete; DELETE FROM metric", "metrics"),
            ("DROP TRIGGER observation_update; UPDATE observation SET value = 7 WHERE id = 1", "observations"),
            (
                "INSERT INTO attempt (trial_id, number, state, worker, host, started_at, renewed_at) "
                    + "VALUES (1, 9, 'running', 'w', 'h', 't', 't')", "attempts"
            ),
            ("DROP TRIGGER example_result_update; UPDATE example_result SET log_likelihoods = x'00'", "examples"),
            ("UPDATE recommendation SET trial_id = (SELECT id FROM trial WHERE state = 'failed')", "recommendations"),
            (
                "DROP TRIGGER trial_finished_update; UPDATE trial SET finished_at = NULL WHERE id = 1",
                "finished_trials"
            ),
            ("DROP TRIGGER trial_finished_update; UPDATE trial SET allocation_id = 1 WHERE kind = 'rerun'", "repeats"),
        ])
    func changed(_ sql: String, _ check: String) throws {
        let node = try NodeDatabase()
        try node.fill()
        try node.store.exclusively { try $0.executeScript(sql) }
        #expect(try broken(node.store).contains(check))
    }
}

@Suite("Backing a database up") struct BackupTests {
    @Test("gives a file that holds the same, also while it is open") func same() throws {
        let node = try NodeDatabase()
        try node.fill()
        let target = node.folder.path("copy.db")
        let bytes = try Store.backUp(node.path, to: target, replaces: false)
        #expect(bytes > 0 && FileManager.default.contents(atPath: target)?.count == bytes)
        #expect(try TableDump(Store(path: target, access: .read)) == TableDump(node.store))
    }

    @Test("replaces nothing unasked, and leaves nothing unfinished") func refused() throws {
        let node = try NodeDatabase()
        let target = node.folder.path("copy.db")
        try Data("mine".utf8).write(to: URL(filePath: target))
        #expect(throws: StoreError.exists(path: target)) {
            _ = try Store.backUp(node.path, to: target, replaces: false)
        }
        #expect(FileManager.default.contents(atPath: target) == Data("mine".utf8))
        #expect(throws: StoreError.self) {
            _ = try Store.backUp(node.path, to: node.folder.path("no/copy.db"), replaces: false)
        }
        _ = try Store.backUp(node.path, to: target, replaces: true)
        #expect(try Store(path: target, access: .read).models().count == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: node.folder.url.path)
        #expect(!names.contains { $0.hasSuffix(".partial") })
    }

    @Test("keeps an older schema as it is") func older() throws {
        let folder = try TemporaryFolder()
        _ = try Database.open(
            path: folder.path(), mode: .readWriteCreate, migrations: Array(Migrations.all.prefix(2)),
            now: { "2025-01-01T00:00:00.000Z" })
        _ = try Store.backUp(folder.path(), to: folder.path("copy.db"), replaces: false)
        #expect {
            _ = try Store(path: folder.path("copy.db"), access: .read)
        } throws: { error in
            if case StoreError.tooOld(_, 2, _) = error { true } else { false }
        }
    }
}
