import ArgumentParser
import Foundation
import Store
import Testing

@testable import qpx

@Suite("The command line") struct CommandLineTests {
    @Test(
        "prints help and version on standard output",
        arguments: [["--help"], ["trials", "--help"], ["help", "show"], ["--version"], []])
    func help(arguments: [String]) throws {
        let run = try Binary.run(arguments)
        #expect(run.status == 0)
        #expect(!run.out.isEmpty)
        #expect(run.error.isEmpty)
    }

    @Test(
        "every command has examples in its help",
        arguments: Qpx.commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName })
    func examples(command: String) throws {
        let run = try Binary.run([command, "--help"])
        #expect(run.out.contains("EXAMPLES") || run.out.contains("SUBCOMMANDS"))
        #expect(run.out.contains("qpx \(command)"))
    }

    @Test(
        "wrong usage ends with status 64 and one clear line",
        arguments: [
            (["serches"], "unknown command 'serches'. Did you mean 'searches'?"),
            (["trails", "--json"], "unknown command 'trails'. Did you mean 'trials'?"),
            (["trials", "--lmit", "3"], "Unknown option '--lmit'. Did you mean '--limit'?"),
            (["trials", "--limit"], "Missing value for '--limit <count>'"),
            (["show"], "no trials and no searches are named"),
            (["resume", "a", "b"], "Unexpected argument 'b'"),
            (["search", "--trails", "3"], "Unknown option '--trails'. Did you mean '--trials'?"),
            (["search", "--budget", "5bpw"], "--model is missing"), (["resume"], "Missing expected argument"),
            (["search", "--model", "m", "--budget", "5 apples", "--json"], "--budget: budget '5 apples'"),
            (["search", "--spec", "/dev/null", "--rank", "x"], "--model is missing"),
            (["init", "--db"], "Missing value for '--db <file>'"),
        ])
    func usage(arguments: [String], message: String) throws {
        let run = try Binary.run(arguments)
        #expect(run.status == 64)
        #expect(run.out.isEmpty)
        if arguments.contains("--json") {
            let error = try JSONDecoder().decode(ErrorEnvelope.self, from: Data(run.error.utf8)).error
            #expect(error.message.contains(message) && error.status == 64 && error.code == "usage")
        } else {
            #expect(run.error.hasPrefix("error: "))
            #expect(run.error.contains(message), "\(run.error)")
            #expect(run.error.split(separator: "\n").count <= 2)
        }
    }

    @Test("init makes a database once; a second time is a conflict") func initialize() throws {
        let folder = try TemporaryFolder()
        let first = try Binary.run(["init"], in: folder.path)
        #expect(first.status == 0)
        #expect(first.out == "\(folder.path)/qpx.db: a new database\n")
        let second = try Binary.run(["init", "--json"], in: folder.path)
        #expect(second.status == 4)
        #expect(try JSONDecoder().decode(ErrorEnvelope.self, from: Data(second.error.utf8)).error.code == "conflict")
        let missing = try Binary.run(["init", "--db", "no/where.db"], in: folder.path)
        #expect(missing.status == 3)
        #expect(missing.error.contains("does not exist"))
    }

    @Test("a database is found above, by environment and by flag") func locations() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("a/b/file")
        #expect(try Binary.run(["init", "--db", "a/qpx.db"], in: folder.path).status == 0)
        #expect(try Binary.run(["searches"], in: folder.path + "/a/b").status == 0)
        #expect(
            try Binary.run(["searches"], in: "/", environment: ["QPX_DB": folder.path + "/a/qpx.db"]).status == 0)
        let none = try Binary.run(["searches"], in: folder.path)
        #expect(none.status == 3)
        #expect(none.error.contains("qpx init"))
    }

    @Test("a file that is no database is refused and left as it was") func noDatabase() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("notes.txt", String(repeating: "these are notes\n", count: 100))
        for arguments in [["searches", "--db", path], ["init", "--db", path]] {
            let run = try Binary.run(arguments)
            #expect(run.status == 1)
            #expect(run.error.contains("not a SQLite database"), "\(run.error)")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("these are notes"))
    }

    @Test("a full disk is an error, not silence", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDisk() throws {
        let database = try ExampleDatabase()
        let process = Process()
        process.executableURL = Binary.url
        process.arguments = ["trials", "--db", database.store.path]
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(process.terminationStatus == 1)
        #expect(text.contains("standard output: No space left on device"))
    }
}
