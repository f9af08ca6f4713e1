import Foundation
import Store
import Testing

@testable import qpx

@Suite("A search that cannot be") struct RefusedSearchTests {
    /// What is said, and how it is answered.
    struct Case: Sendable, CustomTestStringConvertible {
        var more: [String]
        var status: Int32
        var message: String
        var testDescription: String { more.joined(separator: " ") }

        init(_ more: [String], _ status: Int32, _ message: String) {
            self.more = more
            self.status = status
            self.message = message
        }
    }

    static let cases = [
        Case(["--model", "none"], 3, "none does not exist"),
        Case(["--model", "train.txt"], 64, "train.txt is not a folder"),
        Case(["--recovery-text", "none.txt"], 3, "none.txt"), Case(["--calibration", "none.txt"], 3, "none.txt"),
        Case(["--objective-text", "none.txt"], 3, "none.txt"), Case(["--text", "none.txt"], 3, "none.txt"),
        Case(["--task", "none.jsonl"], 3, "none.jsonl"), Case(["--task", "bad.jsonl"], 1, "bad.jsonl:3: "),
        Case(["--budget", "2.1bpw"], 64, "is below the smallest allocation: "),
        Case(["--budget", "1000"], 64, "budget 1000B (1000 bytes) is below the smallest allocation"),
        Case(["--choices", "4", "nf9"], 64, "nf9"), Case(["--rank", "7"], 64, "--rank: LoRA rank 7 is larger"),
        Case(["--sequence-length", "97"], 64, "--sequence-length: the model reads 96 tokens, not 97"),
        Case(["--window-length", "97"], 64, "--window-length: the model reads 96 tokens, not 97"),
        Case(["--calibration-length", "97"], 64, "--calibration-length: the model reads 96 tokens, not 97"),
        Case(["--calibration", "short.txt"], 64, "--calibration"),
        Case(["--recovery-text", "short.txt"], 64, "--recovery-text"),
        Case(["--objective-text", "short.txt"], 1, "short.txt"),
        Case(["--calibration", "latin.txt"], 1, "latin.txt"), Case(["--prune-layers", "3-9"], 64, "3-9"),
        Case(["--warm-start", "none"], 3, "none"), Case(["--name", "a/b"], 64, "a/b"),
        Case(["--spec", "none.yaml"], 3, "none.yaml"), Case(["--db", "none.db"], 3, "none.db does not exist"),
    ]

    @Test("is refused with one line, and leaves nothing behind", arguments: cases) func refused(_ bad: Case) throws {
        let fixture = try SearchFixture()
        let task = TinyCheckpoint.task(examples: 2)
        _ = try fixture.folder.file("bad.jsonl", task + #"{"id": "x", "choices": "#)
        _ = try fixture.folder.file("short.txt", "Too short.\n")
        try Data([0x54, 0xE9, 0x74, 0xE9, 0x0A]).write(to: URL(filePath: fixture.folder.path + "/latin.txt"))
        let names = fixture.folder.names
        let run = try fixture.run(SearchFixture.search("s", bad.more))
        #expect(run.status == bad.status, "\(run.error)")
        #expect(run.out.isEmpty && run.error.hasPrefix("error: ") && run.error.contains(bad.message), "\(run.error)")
        let lines = run.error.split(separator: "\n")
        #expect(lines.count == 1 || (lines.count == 2 && lines[1].hasPrefix("hint: ")), "\(run.error)")
        #expect(fixture.folder.names == names)
        #expect(try fixture.store().searches().isEmpty)
    }

    @Test("for want of a recovery text") func noRecoveryText() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(
            SearchFixture.search("s", ["--recovery-text"]).filter { $0 != "--recovery-text" } + ["--json"])
        #expect(run.status == 64)
        let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(run.error.utf8)).error
        #expect(
            error.message.hasPrefix("--recovery-text is missing") && error.hint?.contains("--recovery-steps 0") == true)
    }

    @Test("because its name is taken leaves the first one alone") func nameTaken() throws {
        let fixture = try SearchFixture()
        let arguments = SearchFixture.search("s", ["--trials", "2", "--no-references"])
        #expect(try fixture.run(arguments).status == 0)
        let before = try fixture.results("s")
        let run = try fixture.run(arguments)
        #expect(run.status == 4 && run.error.contains("'s'"), "\(run.error)")
        #expect(try fixture.results("s") == before)
    }

    @Test("because the database may only be read", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func readOnly() throws {
        let fixture = try SearchFixture()
        let path = fixture.folder.path + "/qpx.db"
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        let run = try fixture.run(SearchFixture.search("s"))
        #expect(run.status == 1 && run.error.contains("qpx.db"), "\(run.error)")
        #expect(run.error.split(separator: "\n").count <= 2)
    }

    @Test(
        "because the disk is full leaves no search and no half of a model",
        .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
    func fullDisk() throws {
        let fixture = try SearchFixture()
        let disk = try #require(try SmallDisk(at: fixture.folder.path + "/disk", bytes: 4 << 20))
        #expect(try fixture.run(["init", "--db", "disk/qpx.db"]).status == 0)
        try disk.fill()
        let run = try fixture.run(SearchFixture.search("s") + ["--db", "disk/qpx.db"])
        #expect(run.status == 1 && run.error.contains("the disk is full"), "\(run.error)")
        #expect(run.error.split(separator: "\n").count == 1)
        try disk.makeRoom()
        #expect(try fixture.store("disk/qpx.db").searches().isEmpty)
        let artifacts = (try? FileManager.default.contentsOfDirectory(atPath: disk.path + "/qpx.artifacts")) ?? []
        #expect(artifacts.isEmpty)
    }

    @Test(
        "quickstart refuses an example that is not there, and a folder that has one already",
        arguments: [
            (["--example", "none"], Int32(3), "none"), (["--threads", "0"], 64, "--threads"),
            (["--example", "example"], 4, "has a quickstart already"),
        ])
    func quickstart(arguments: [String], status: Int32, message: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("example/quickstart.yaml", "model: model\n")
        _ = try folder.file("qpx-quickstart/qpx.db")
        let run = try Binary.run(["quickstart"] + arguments, in: folder.path)
        #expect(run.status == status && run.error.contains(message), "\(run.error)")
        #expect(folder.names == ["example", "qpx-quickstart"])
    }
}
