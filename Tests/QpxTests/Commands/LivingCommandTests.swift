import ArgumentParser
import Foundation
import Store
import Testing

@testable import qpx

@Suite("doctor") struct DoctorTests {
    private struct Report: Decodable {
        struct Check: Decodable { var check: String, status: String, value: String, advice: String? }
        var ok: Bool
        var checks: [Check]
    }

    @Test("looks at the machine and the database, and is content with both") func content() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["doctor", "--json"])
        let report = try run.json(Report.self)
        #expect(run.status == 0 && report.ok && !report.checks.contains { $0.status == "problem" })
        #expect(
            Set([
                "qpx", "sqlite", "kernels", "threads", "free disk", "file system", "database", "schema", "model cache",
            ])
            .isSubset(of: Set(report.checks.map(\.check))))
        #expect(try database.run(["doctor"]).out.contains("kernels"))
    }

    @Test("names a database that does not open, and ends with status 7") func broken() throws {
        let folder = try TemporaryFolder()
        let text = try folder.file("text.db", String(repeating: "no database ", count: 100))
        let run = try Binary.run(["doctor", "--db", text, "--json"], in: folder.path)
        #expect(run.status == 7 && run.error.contains("check_failed"))
        #expect(try run.json(Report.self).checks.contains { $0.check == "database" && $0.status == "problem" })
        #expect(try Binary.run(["doctor", "--db", "no.db"], in: folder.path).status == 7)
        #expect(try Binary.run(["doctor"], in: folder.path).status == 0)
    }

    @Test("shows no tokens") func tokens() throws {
        let folder = try TemporaryFolder()
        let run = try Binary.run(
            ["doctor"], in: folder.path, environment: ["HF_TOKEN": "secret-1", "HF_HOME": "/somewhere"])
        #expect(!run.out.contains("secret-1") && run.out.contains("HF_HOME=/somewhere"))
    }

    private static let mounts = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 22 0:40 / /shared rw shared:2 master:1 - nfs4 server:/shared rw
        31 30 0:41 / /shared/my\\040disk rw - fuse.encfs encfs rw
        32 22 0:42 / /scratch rw - lustre mds:/scratch rw
        33 22 0:43 / /scratch rw - xfs /dev/sdb1 rw
        broken line

        """

    @Test(
        "file systems are known by where they are mounted",
        arguments: [
            ("/data/runs", "ext4", true), ("/shared", "nfs4", false), ("/shared/runs", "nfs4", false),
            ("/shared/my disk/runs", "fuse.encfs", true), ("/sharedness", "ext4", true), ("/scratch/x", "xfs", true),
        ])
    func fileSystems(_ path: String, _ name: String, _ mayHoldDatabase: Bool) throws {
        #expect(FileSystem.kind(at: path, mounts: Self.mounts) == name)
        #expect((FileSystem(named: name).objection(to: path) == nil) == mayHoldDatabase)
    }

    @Test("a database on a disk that hosts share is refused with a way out") func sharedDisk() throws {
        let objection = try #require(FileSystem(named: "nfs").objection(to: "/shared/qpx.db"))
        #expect(objection.message.contains("nfs") && objection.hint?.contains("--network-disk") == true)
        #expect(FileSystem.kind(at: "/", mounts: "") == nil)
    }
}

@Suite("log") struct LogTests {
    private struct Line: Decodable {
        var at: String
        var level: String
        var kind: String
        var trial: String?
        var state: String?
        var message: String
        var objective_value: Double?
        var best_so_far: Bool?
    }

    private func lines(_ run: Binary.Run) throws -> [Line] {
        try run.out.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test("tells what happened and which trials were the best so far") func told() throws {
        let database = try ExampleDatabase()
        let found = try lines(try database.run(["log", "first", "--json"]))
        #expect(found.filter { $0.best_so_far == true }.map(\.trial) == ["first/3", "first/5", "first/6"])
        #expect(found.filter { $0.level == "error" }.map(\.trial) == ["first/7"])
        #expect(found.first?.kind == "search" && found.last?.state == "complete")
        let text = try database.run(["log", "first"])
        #expect(text.out.contains("2025-03-01 12:30:00  first/6  complete: accuracy 0.6250 ± 0.1500, the best so far"))
        #expect(!text.out.contains("\u{1B}"))
    }

    @Test("shows what matters so much, and since when") func chosen() throws {
        let database = try ExampleDatabase()
        #expect(try lines(database.run(["log", "first", "--json", "--level", "warning"])).map(\.state) == ["failed"])
        #expect(try database.run(["log", "first", "--since", "2025-03-02"]).out.isEmpty)
        #expect(try !database.run(["log", "first", "--since", "2025-03-01T12:30"]).out.isEmpty)
        #expect(try database.run(["log", "first", "--since", "1h"]).out.isEmpty)
        #expect(try database.run(["log", "first", "--since", "yesterday"]).status == 64)
        #expect(try database.run(["log", "first", "--level", "warnings"]).error.contains("warning"))
        #expect(try database.run(["log", "frist"]).status == 3)
    }

    @Test("--follow ends with the search") func follow() throws {
        let database = try ExampleDatabase()
        #expect(try database.run(["log", "first", "--follow"]).out == database.run(["log", "first"]).out)
        let search = try database.store.search(named: "second")
        try database.store.startSearch(id: search.id)
        let process = Process()
        process.executableURL = Binary.url
        process.arguments = ["log", "second", "--follow", "--json"]
        process.currentDirectoryURL = URL(filePath: database.folder.path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        try database.store.record(EventRecord(level: .info, message: "something new", searchID: search.id))
        try database.store.finishSearch(id: search.id, state: .interrupted)
        let out = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(out.contains("something new") && out.contains("is interrupted"))
    }
}

@Suite("help") struct HelpTests {
    @Test("lists commands and topics, and says what is near a mistyped one") func overview() throws {
        let run = try Binary.run(["help"])
        #expect(run.status == 0 && HelpTopics.all.allSatisfy { run.out.contains("  \($0.name)") })
        #expect(run.out.contains("  trials") && !run.out.contains("__complete"))
        let wrong = try Binary.run(["help", "selektion"])
        #expect(wrong.status == 64 && wrong.error.contains("Did you mean 'selection'?"))
        #expect(try Binary.run(["help", "db", "marge"]).error.contains("Did you mean 'merge'?"))
    }

    @Test("a command's help is the same by both ways") func commands() throws {
        for words in [["trials"], ["db", "merge"], ["model"]] {
            let help = try Binary.run(["help"] + words)
            let flag = try Binary.run(words + ["--help"])
            #expect(help.status == 0 && help.out == flag.out)
        }
    }

    @Test("topics fit a terminal and do not collide with commands", arguments: HelpTopics.all.map(\.name))
    func topics(_ name: String) throws {
        let topic = try #require(HelpTopics.all.first { $0.name == name })
        #expect(try Binary.run(["help", name]).out.contains(topic.text))
        #expect(topic.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(!Qpx.commands.contains { $0.configuration.commandName == name })
    }

    @Test("the exit statuses are all explained") func statuses() {
        for status in ExitStatus.allCases { #expect(HelpTopic.exitStatus.text.contains(" \(status.rawValue) ")) }
    }
}
