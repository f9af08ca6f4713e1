import Foundation
import Testing

@testable import Store

@Suite("Opening a database") struct DatabaseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ mode: Database.Mode, _ name: String = "qpx.db") throws -> Database {
        try Database.open(path: folder.path(name), mode: mode, now: TestClock().now)
    }

    /// A pragma's value as text: the pragmas asked for here give one row of one column.
    private func pragma(_ name: String, of database: Database) throws -> String? {
        try database.first("PRAGMA \(name)") { row in
            let column = row.statement.columns.keys.first ?? ""
            do { return "\(try row.integer(column))" } catch { return try row.text(column) }
        }
    }

    @Test(
        "sets what two processes on one file need",
        arguments: [
            ("journal_mode", "wal"), ("foreign_keys", "1"), ("synchronous", "1"), ("busy_timeout", "10000"),
            ("application_id", "1903196209"),
        ])
    func settings(pragma name: String, value: String) throws {
        #expect(try pragma(name, of: open(.readWriteCreate)) == value)
    }

    @Test("makes only STRICT tables") func strict() throws {
        let lax = try open(.readWriteCreate).rows(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
        ) { try $0.text("name") }
        #expect(lax == ["sqlite_schema"])
    }

    @Test("refuses a file that is not there", arguments: [Database.Mode.readWrite, .readOnly])
    func missing(mode: Database.Mode) throws {
        #expect(throws: StoreError.notFound(path: folder.path())) { try open(mode) }
        #expect(!FileManager.default.fileExists(atPath: folder.path()))
    }

    @Test("refuses a file that is no database, and leaves it as it is") func noDatabase() throws {
        let text = String(repeating: "This is a text of some length. ", count: 100)
        try text.write(toFile: folder.path(), atomically: true, encoding: .utf8)
        for mode in [Database.Mode.readWriteCreate, .readWrite, .readOnly] {
            #expect(throws: StoreError.notADatabase(path: folder.path())) { try open(mode) }
        }
        #expect(try String(contentsOfFile: folder.path(), encoding: .utf8) == text)
    }

    @Test("refuses an empty file unless it is to make one") func empty() throws {
        try Data().write(to: URL(filePath: folder.path()))
        #expect(throws: StoreError.empty(path: folder.path())) { try open(.readWrite) }
        #expect(throws: StoreError.empty(path: folder.path())) { try open(.readOnly) }
        _ = try open(.readWriteCreate)
        _ = try open(.readWrite)
    }

    @Test("refuses another program's database and writes nothing to it") func other() throws {
        let database = try open(.readWriteCreate)
        try database.executeScript("PRAGMA application_id = 99; PRAGMA wal_checkpoint(TRUNCATE);")
        #expect(throws: StoreError.otherApplication(path: folder.path(), applicationID: 99)) {
            try open(.readWriteCreate)
        }
    }

    @Test("refuses a database with tables that does not say whose it is") func unnamed() throws {
        let database = try open(.readWriteCreate)
        try database.executeScript("PRAGMA application_id = 0; PRAGMA wal_checkpoint(TRUNCATE);")
        #expect(throws: StoreError.otherApplication(path: folder.path(), applicationID: 0)) {
            try open(.readWriteCreate)
        }
    }

    @Test("says why a folder, or a file in no folder, cannot be opened") func cannotOpen() throws {
        for path in [folder.url.path, folder.path("none/qpx.db")] {
            let error = #expect(throws: StoreError.self) {
                try Database.open(path: path, mode: .readWriteCreate, now: TestClock().now)
            }
            guard case .cannotOpen(path, _) = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }

    @Test("works with names that SQLite gives a meaning", arguments: ["file:x?mode=memory", ":memory:", "a b%20#?.db"])
    func names(name: String) throws {
        try open(.readWriteCreate, name).insert(
            into: "event", ["at": "t", "level": "info", "message": "kept"])
        #expect(FileManager.default.fileExists(atPath: folder.path(name)))
        let message = try open(.readOnly, name).first("SELECT message FROM event") { try $0.text("message") }
        #expect(message == "kept")
    }

    @Test("for reading refuses to write") func readOnly() throws {
        _ = try open(.readWriteCreate)
        let database = try open(.readOnly)
        #expect(throws: StoreError.readOnly(path: folder.path())) {
            try database.insert(into: "event", ["at": "t", "level": "info", "message": "m"])
        }
        #expect(throws: StoreError.readOnly(path: folder.path())) {
            try database.transaction { try database.execute("DELETE FROM event") }
        }
    }

    @Test(
        "for writing refuses a file without the right to write",
        .enabled(if: geteuid() != 0, "the superuser may write to everything"))
    func noPermission() throws {
        _ = try open(.readWriteCreate)
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.path())
        #expect(throws: StoreError.readOnly(path: folder.path())) { try open(.readWrite) }
        _ = try open(.readOnly)
    }

    @Test(
        "for reading works in a folder without the right to write",
        .enabled(if: geteuid() != 0, "the superuser may write to everything"))
    func readOnlyFolder() throws {
        _ = try open(.readWriteCreate)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path) }
        let tables = try open(.readOnly).first("SELECT count(*) AS n FROM trial") { try $0.integer("n") }
        #expect(tables == 0)
    }

    @Test("of a truncated file says that it is damaged, or no database") func truncated() throws {
        do {
            let database = try open(.readWriteCreate)
            try database.executeScript("PRAGMA wal_checkpoint(TRUNCATE);")
        }
        let content = try Data(contentsOf: URL(filePath: folder.path()))
        for bytes in [50, 4096, content.count / 2] {
            try content.prefix(bytes).write(to: URL(filePath: folder.path("cut.db")))
            let error = #expect(throws: StoreError.self) {
                let database = try open(.readOnly, "cut.db")
                _ = try database.rows("SELECT * FROM event") { try $0.text("message") }
                _ = try database.rows("PRAGMA integrity_check") { row in
                    let text = try row.text("integrity_check")
                    if text != "ok" { throw StoreError.damaged(path: "cut.db", reason: text) }
                }
            }
            switch error {
            case .damaged, .notADatabase: break
            default: Issue.record("\(bytes) bytes: \(String(describing: error))")
            }
        }
    }
}
