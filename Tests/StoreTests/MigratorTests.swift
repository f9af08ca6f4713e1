import Foundation
import Testing

@testable import Store

@Suite("Migrations") struct MigratorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let first = Migration(version: 1, name: "one", sql: Array("CREATE TABLE one (a TEXT) STRICT;".utf8))
    static let second = Migration(
        version: 2, name: "two", sql: Array("ALTER TABLE one ADD b TEXT; UPDATE one SET b = a || '!';".utf8))

    private func open(_ migrations: [Migration], mode: Database.Mode = .readWriteCreate) throws -> Database {
        try Database.open(path: folder.path(), mode: mode, migrations: migrations, now: TestClock().now)
    }

    private func applied(_ database: Database) throws -> [String] {
        try database.rows("SELECT version, name, applied_at FROM migration ORDER BY version") {
            "\(try $0.integer("version")) \(try $0.text("name")) \(try $0.text("applied_at"))"
        }
    }

    @Test("that the binary carries are those of the folder") func folderAndList() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "migrations").path)
            .filter { !$0.hasPrefix(".") }.sorted()
        let names = Migrations.all.map { migration in
            let digits = String(migration.version)
            return String(repeating: "0", count: 4 - digits.count) + digits + "_\(migration.name).sql"
        }
        #expect(files == names)
        for (file, migration) in zip(files, Migrations.all) {
            let sql = try String(contentsOf: root.appending(path: "migrations/\(file)"), encoding: .utf8)
            #expect(sql == migration.sql, "\(file)")
        }
        #expect(Migrations.all.map(\.version) == Array(1...Migrations.all.count))
    }

    @Test("bring an empty file to the newest schema") func fromEmpty() throws {
        let store = try Store(path: folder.path(), access: .create)
        let versions = try store.read { try applied($0) }
        #expect(versions.count == StoreVersion.schema)
        let broken = try store.read { database in
            try database.rows("PRAGMA foreign_key_check") { _ in 1 }.count
                + database.rows("PRAGMA integrity_check") { try $0.text("integrity_check") == "ok" ? 0 : 1 }
                .reduce(0, +)
        }
        #expect(broken == 0)
    }

    @Test("are applied once, and later ones to what is there") func upgrade() throws {
        try open([Self.first]).insert(into: "one", ["a": "kept"])
        let database = try open([Self.first, Self.second])
        #expect(try database.first("SELECT b FROM one") { try $0.text("b") } == "kept!")
        #expect(try applied(database).map { $0.prefix(5) } == ["1 one", "2 two"])
        #expect(try applied(open([Self.first, Self.second])) == applied(database))
    }

    @Test("that fail leave the schema before them") func failing() throws {
        _ = try open([Self.first])
        let bad = Migration(
            version: 2, name: "bad", sql: Array("CREATE TABLE half (a TEXT) STRICT; CREATE TABLE one (a TEXT);".utf8))
        #expect(throws: StoreError.self) { try open([Self.first, bad]) }
        let database = try open([Self.first])
        #expect(try database.rows("SELECT name FROM sqlite_schema WHERE name = 'half'") { _ in 1 }.isEmpty)
        #expect(try applied(database).count == 1)
    }

    @Test("that were applied with another text are refused") func changed() throws {
        _ = try open([Self.first])
        let other = Migration(version: 1, name: "one", sql: Array("CREATE TABLE one (b TEXT) STRICT;".utf8))
        #expect(throws: StoreError.changedMigration(path: folder.path(), version: 1, name: "one")) { try open([other]) }
        #expect(throws: StoreError.changedMigration(path: folder.path(), version: 1, name: "one")) {
            try open([other], mode: .readOnly)
        }
    }

    @Test("newer than the binary are refused", arguments: [Database.Mode.readWriteCreate, .readWrite, .readOnly])
    func newer(mode: Database.Mode) throws {
        _ = try open([Self.first, Self.second])
        #expect(throws: StoreError.tooNew(path: folder.path(), found: 2, supported: 1)) {
            try open([Self.first], mode: mode)
        }
    }

    @Test("that a file needs are not applied through a connection for reading") func readOnly() throws {
        _ = try open([Self.first])
        #expect(throws: StoreError.tooOld(path: folder.path(), found: 1, needed: 2)) {
            try open([Self.first, Self.second], mode: .readOnly)
        }
        #expect(try applied(open([Self.first])).count == 1)
    }

    @Test("by many connections at once are applied once") func race() throws {
        let errors = onThreads(8) { _ in
            _ = try Store(path: folder.path(), access: .create)
        }
        #expect(errors.isEmpty, "\(errors)")
        let store = try Store(path: folder.path(), access: .read)
        #expect(try store.read { try applied($0) }.count == StoreVersion.schema)
    }
}
