import Foundation
import Testing

@testable import Store
@testable import qpx

@Suite("A database that cannot be used") struct BadDatabaseTests {
    @Test("because a newer qpx wrote it") func newer() throws {
        let folder = try TemporaryFolder()
        #expect(try Binary.run(["init"], in: folder.path).status == 0)
        let database = try Database.open(path: folder.path + "/qpx.db", mode: .readWrite, busySeconds: 1) { "" }
        try database.execute("INSERT INTO migration VALUES (999, 'later', 'x', '2030-01-01T00:00:00.000Z')")
        for arguments in [["searches", "--json"], ["init", "--json"]] {
            let run = try Binary.run(arguments, in: folder.path)
            #expect(run.status == 6 && run.out.isEmpty, "\(run.error)")
            let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(run.error.utf8)).error
            #expect(error.code == "schema_mismatch" && error.message.contains("schema 999"), "\(error.message)")
        }
    }

    @Test("is not one that another process writes to: readers go on") func readers() throws {
        let example = try ExampleDatabase()
        let other = try Database.open(path: example.store.path, mode: .readWrite, busySeconds: 1) { "" }
        try other.execute("BEGIN IMMEDIATE")
        // Readers go on beside a writer.
        #expect(try example.run(["trials"]).status == 0)
        try other.execute("ROLLBACK")
    }

    @Test("because it is damaged") func damaged() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("qpx.db", "SQLite format 3\0" + String(repeating: "x", count: 8000))
        let run = try Binary.run(["trials"], in: folder.path)
        #expect(run.status == 1)
        #expect(run.error.contains(path) && run.error.split(separator: "\n").count == 1, "\(run.error)")
    }

    @Test("because it holds nothing yet, until init makes it one") func empty() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("qpx.db")
        let run = try Binary.run(["trials"], in: folder.path)
        #expect(run.status == 3 && run.error.contains("qpx init"), "\(run.error)")
        #expect(try Binary.run(["init"], in: folder.path).status == 0)
        #expect(try Binary.run(["trials"], in: folder.path).status == 0)
    }

    @Test("because the folder is one") func folder() throws {
        let folder = try TemporaryFolder()
        let run = try Binary.run(["trials", "--db", folder.path])
        #expect(run.status == 3 && run.error.contains("is not a file"))
        #expect(try Binary.run(["init", "--db", folder.path]).status == 4)
    }
}

@Suite("The exit status of every error of the store") struct StoreFailureTests {
    static let cases: [(error: StoreError, status: qpx.ExitStatus)] = [
        (.notFound(path: "p"), .notFound), (.empty(path: "p"), .notFound), (.notADatabase(path: "p"), .failed),
        (.otherApplication(path: "p", applicationID: 1), .failed),
        (.tooNew(path: "p", found: 9, supported: 1), .schemaMismatch),
        (.tooOld(path: "p", found: 1, needed: 2), .schemaMismatch),
        (.changedMigration(path: "p", version: 1, name: "n"), .schemaMismatch), (.busy(path: "p"), .databaseBusy),
        (.readOnly(path: "p"), .failed), (.diskFull(path: "p"), .failed),
        (.cannotOpen(path: "p", reason: "r"), .failed), (.ioError(path: "p", reason: "r"), .failed),
        (.damaged(path: "p", reason: "r"), .failed), (.noWriteAheadLog(path: "p", mode: "delete"), .failed),
        (.sqlite(path: "p", code: 1, message: "m"), .failed), (.constraint("c"), .conflict),
        (.badRow(column: "c", reason: "r"), .failed), (.notFinite(field: "f"), .failed),
        (.badRecord(field: "f", reason: "r"), .failed), (.searchExists(name: "s"), .conflict),
        (.noSearch(name: "s", suggestions: []), .notFound), (.noTrial(selector: "s/1", hint: "h"), .notFound),
        (.ambiguous(text: "s", candidates: ["sa", "sb"]), .usage), (.badSelector(text: "s/x", reason: "r"), .usage),
        (.badTag("a b"), .usage),
        (.noRow(table: "trial", id: 1), .notFound),
        (.duplicateAllocation(search: "s", number: 1, state: "complete"), .conflict),
        (.wrongState(trial: "s/1", state: "complete", wanted: "running"), .conflict),
    ]

    @Test("is as documented, and the sentence stays whole", arguments: cases.indices) func statuses(index: Int) {
        let (error, status) = Self.cases[index]
        let failure = Failure(error)
        #expect(failure.status == status)
        #expect(failure.message == error.description)
        #expect(failure.text(isJSON: false).split(separator: "\n").count == 1)
    }
}
