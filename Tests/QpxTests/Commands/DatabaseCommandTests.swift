import Foundation
import Store
import Testing

@testable import qpx

@Suite("qpx db") struct DatabaseCommandTests {
    private struct Merged: Decodable {
        struct Count: Decodable { var added: Int, known: Int }
        struct Remark: Decodable { var code: String, message: String }
        struct File: Decodable {
            var file: String
            var searches: Count
            var trials: Count
            var remarks: [Remark]
        }
        var dry_run: Bool
        var merged: [File]
    }
    private struct Checked: Decodable {
        struct Check: Decodable { var check: String, ok: Bool, problems: [String] }
        var ok: Bool
        var checks: [Check]
    }

    @Test("merge brings what is not there, says so, and the second time nothing") func merge() throws {
        let (source, target) = (try ExampleDatabase(), try ExampleDatabase(isFilled: false))
        let file = source.folder.path + "/qpx.db"
        let dry = try target.run(["db", "merge", file, "--dry-run", "--json"]).json(Merged.self)
        #expect(dry.dry_run && dry.merged.first?.searches.added == 2 && dry.merged.first?.trials.added == 14)
        #expect(try target.run(["searches"]).out.isEmpty)
        let run = try target.run(["db", "merge", file])
        #expect(run.status == 0 && run.out.contains("searches") && run.error.isEmpty)
        for arguments in [["trials", "first"], ["show", "second/6"], ["searches", "--json"], ["report", "first"]] {
            let (mine, theirs) = (try target.run(arguments), try source.run(arguments))
            #expect(mine.out == theirs.out && mine.status == 0 && !mine.out.isEmpty)
        }
        let again = try target.run(["db", "merge", file, "--json"]).json(Merged.self)
        #expect(again.merged.first?.searches.added == 0 && again.merged.first?.trials.known == 14)
        #expect(try target.run(["db", "merge", file]).out.contains("nothing new"))
        #expect(try target.run(["db", "check"]).status == 0)
    }

    @Test("merge refuses what it cannot read before anything is merged") func refused() throws {
        let database = try ExampleDatabase()
        let (missing, own) = ("nowhere.db", database.folder.path + "/qpx.db")
        let run = try database.run(["db", "merge", missing])
        #expect(run.status == 3 && run.error.contains("nowhere.db: there is no such file"))
        #expect(try database.run(["db", "merge", own]).status != 0)
        let text = try database.folder.file("text.db", String(repeating: "no database ", count: 100))
        #expect(try database.run(["db", "merge", text]).error.contains("not a SQLite database"))
        #expect(try database.run(["db", "merge"]).status == 64)
    }

    @Test("backup writes a whole copy, and replaces one only when told to") func backup() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["db", "backup", "copy.db"])
        #expect(run.status == 0 && run.out.contains("copy.db"))
        #expect(try database.run(["trials", "--db", "copy.db"]).out == database.run(["trials"]).out)
        let again = try database.run(["db", "backup", "copy.db"])
        #expect(again.status == 4 && again.error.contains("--force"))
        #expect(try database.run(["db", "backup", "copy.db", "--force"]).status == 0)
        #expect(try database.run(["db", "backup", "qpx.db", "--force"]).status == 64)
        #expect(try database.run(["db", "backup", "no/copy.db"]).status == 3)
        #expect(try database.run(["db", "backup"]).status == 0)
        #expect(database.folder.names.count { $0.hasPrefix("qpx-2") && $0.hasSuffix("Z.db") } == 1)
    }

    @Test("check finds files that are gone or changed") func files() throws {
        let database = try ExampleDatabase()
        #expect(try database.run(["db", "check", "--json"]).json(Checked.self).ok)
        let run = try database.run(["db", "check", "--files", "--json"])
        let files = try #require(try run.json(Checked.self).checks.first { $0.check == "files" })
        #expect(run.status == 7 && files.problems.count == 1 && files.problems[0].contains("adapter of first/1"))
        #expect(run.error.contains("check_failed"))

        let path = try database.folder.file("task.jsonl", "abc")
        let search = try database.store.search(named: "first")
        for digest in ["0", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"] {
            try database.store.recordArtifact(
                ArtifactRecord(
                    kind: "task", path: path, bytes: 3,
                    sha256: digest.count == 64 ? digest : String(repeating: digest, count: 64), searchID: search.id))
        }
        let found = try database.run(["db", "check", "--digests", "--json"]).json(Checked.self)
            .checks.first { $0.check == "files" }
        #expect(found?.problems.count == 2 && found?.problems.last?.contains("other content") == true)
    }
}
