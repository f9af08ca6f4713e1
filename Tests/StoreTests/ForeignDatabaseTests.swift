import Foundation
import Testing

@testable import Store

@Suite("Another program's database") struct ForeignDatabaseTests {
    private static let schema = "CREATE TABLE a (id INTEGER PRIMARY KEY, \"key\" TEXT, n FLOAT); CREATE TABLE b (x);"

    @Test("is written whole and read back, with every kind of value")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("other.db")
        try ForeignFile.make(path: path, schema: Self.schema) { file in
            let first = try file.insert(into: "a", ["key": .text("one"), "n": .real(0.5)])
            let second = try file.insert(into: "a", ["key": .null, "n": .integer(3)])
            #expect(first == 1 && second == 2)
        }
        let database = try ForeignDatabase(path: path)
        #expect(try database.tables().sorted() == ["a", "b"])
        let rows = try database.rows("SELECT * FROM a ORDER BY id")
        #expect(rows[0]["id"]?.integer == 1 && rows[0]["key"]?.text == "one" && rows[0]["n"]?.number == 0.5)
        #expect(rows[1]["key"] == ForeignValue.null && rows[1]["n"]?.integer == 3)
        #expect(try database.rows("SELECT n FROM a WHERE id = :id", ["id": .integer(2)]).count == 1)
    }

    @Test("is not there when filling it fails, and never takes the place of a file")
    func wholeOrNothing() throws {
        struct Stop: Error {}
        let folder = try TemporaryFolder()
        let path = folder.path("other.db")
        #expect(throws: Stop.self) {
            try ForeignFile.make(path: path, schema: Self.schema) { _ in throw Stop() }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        try Data("mine".utf8).write(to: URL(filePath: path))
        #expect(throws: StoreError.self) { try ForeignFile.make(path: path, schema: Self.schema) { _ in } }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    }

    @Test("that is none is refused, and cannot be written to")
    func refused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StoreError.notFound(path: folder.path("none.db"))) {
            try ForeignDatabase(path: folder.path("none.db"))
        }
        let text = folder.path("text.db")
        try Data("this is no database, and long enough to be read as one".utf8).write(to: URL(filePath: text))
        #expect(throws: StoreError.self) { try ForeignDatabase(path: text) }
        let path = folder.path("other.db")
        try ForeignFile.make(path: path, schema: Self.schema) { _ in }
        let database = try ForeignDatabase(path: path)
        #expect(throws: StoreError.self) { try database.rows("INSERT INTO b VALUES (1)") }
    }
}
