import Foundation
import Testing

@testable import qpx

@Suite("The database that a command works on") struct DatabaseLocationTests {
    @Test("is the flag's, else the environment's, else the nearest one above") func order() throws {
        let folder = try TemporaryFolder()
        let near = try folder.file("a/qpx.db")
        let flagged = try folder.file("flag.db")
        let environment = ["QPX_DB": try folder.file("environment.db")]
        _ = try folder.file("a/b/c/file")
        let deep = folder.path + "/a/b/c"
        #expect(
            try DatabaseLocation.existing(flag: flagged, environment: environment, currentDirectory: deep) == flagged)
        #expect(
            try DatabaseLocation.existing(flag: nil, environment: environment, currentDirectory: deep)
                == environment["QPX_DB"])
        #expect(try DatabaseLocation.existing(flag: nil, environment: [:], currentDirectory: deep) == near)
        #expect(
            try DatabaseLocation.existing(flag: "../../qpx.db", environment: [:], currentDirectory: deep) == near)
    }

    @Test("that is not there is an error that says what to do") func missing() throws {
        let folder = try TemporaryFolder()
        do {
            _ = try DatabaseLocation.existing(flag: nil, environment: [:], currentDirectory: folder.path)
            Issue.record("a database was found where there is none")
        } catch {
            #expect(error.status == .notFound)
            #expect(error.hint?.contains("qpx init") == true)
        }
        #expect(throws: Failure.self) {
            try DatabaseLocation.existing(flag: folder.path, environment: [:], currentDirectory: "/")
        }
        #expect(throws: Failure.self) {
            try DatabaseLocation.existing(flag: nil, environment: ["QPX_DB": "/nowhere.db"], currentDirectory: "/")
        }
    }

    @Test("paths lose dots and doubled slashes") func paths() {
        #expect(FilePath.absolute("../x/./y//z", in: "/a/b") == "/a/x/y/z")
        #expect(FilePath.absolute("/../../x", in: "/a") == "/x")
        #expect(FilePath.stem(of: "/a/arc_easy.jsonl") == "arc_easy")
        #expect(FilePath.parent(of: "/qpx.db") == "/")
    }
}

@Suite("A text file") struct TextFileTests {
    @Test("is written whole, over the old one, leaving nothing else behind") func written() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("report.md", "old")
        try TextFile.write("new\n", to: path)
        #expect(try TextFile.read(path, says: "--out") == "new\n")
        #expect(folder.names == ["report.md"])
    }

    @Test("that cannot be written leaves the old one as it was") func refused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: Failure.self) { try TextFile.write("x", to: folder.path) }
        #expect(throws: Failure.self) { try TextFile.write("x", to: folder.path + "/missing/report.md") }
        #expect(folder.names.isEmpty)
    }

    @Test("is refused when it is missing or no text") func unreadable() throws {
        let folder = try TemporaryFolder()
        #expect(throws: Failure.self) { try TextFile.read(folder.path + "/x.yaml", says: "--spec") }
        let path = folder.path + "/binary"
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: path))
        #expect(throws: Failure.self) { try TextFile.read(path, says: "--spec") }
    }
}
