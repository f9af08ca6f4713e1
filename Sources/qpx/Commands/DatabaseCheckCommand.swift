internal import ArgumentParser
internal import Store

/// `qpx db check`: whether the database is whole.
struct DatabaseCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check that the database is whole and holds what qpx writes.",
        discussion: """
            Looks at the file's structure, at what rows refer to, at digests of allocations, and at what holds between \
            trials, metrics and observations. With --files also at the recorded files: there, and of their size; with \
            --digests of their SHA-256, which reads all of them. Changes nothing. Ends with status 7 if something does \
            not hold.

            EXAMPLES
              qpx db check
              qpx db check --db merged.db --files
              qpx db check --digests --json

            JSON
              {"database", "schema", "ok",
                "checks": [{"check", "promise", "ok", "problems": [text]}]}
              "check" is integrity, foreign_keys, schema, allocations,
              finished_trials, metrics, observations, attempts, examples,
              recommendations, repeats or files.
            """)

    @Flag(name: .long, help: "Also look whether recorded files are there and of their size.")
    var files = false

    @Flag(name: .long, help: "Also compare the SHA-256 of recorded files.")
    var digests = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let store = try database.openForReading()
        var checks = try store.check()
        if files || digests {
            let problems = try ArtifactCheck(readsDigests: digests).problems(try store.artifactOwners())
            checks.append(
                DatabaseCheck(
                    name: "files", promise: "recorded files are there and are what they were",
                    problems: problems))
        }
        let console = global.console
        let isSound = checks.allSatisfy(\.problems.isEmpty)
        if console.isJSON {
            try console.write([
                "database": .string(store.path), "schema": .int(StoreVersion.schema), "ok": .bool(isSound),
                "checks": .array(checks.map(Self.json)),
            ])
        } else {
            try console.write(Self.table(checks))
            for check in checks {
                for problem in check.problems { try console.write("\(check.name): \(problem)\n") }
            }
        }
        guard isSound else {
            let broken = checks.filter { !$0.problems.isEmpty }.map(\.name)
            throw Failure(
                .checkFailed, "\(store.path): \(broken.joined(separator: ", ")) did not hold",
                hint: "restore a copy that 'qpx db backup' made, or rescue what is left with 'qpx db merge'")
        }
    }

    private static func json(_ check: DatabaseCheck) -> JSONValue {
        [
            "check": .string(check.name), "promise": .string(check.promise), "ok": .bool(check.problems.isEmpty),
            "problems": .array(check.problems.map(JSONValue.string)),
        ]
    }

    private static func table(_ checks: [DatabaseCheck]) -> Table {
        var table = Table([.word("check"), .text("promise"), .word("result")])
        for check in checks {
            let count = check.problems.count
            table.add([
                Table.Cell(check.name), Table.Cell(check.promise),
                count == 0
                    ? Table.Cell("ok", .green) : Table.Cell("\(count) problem\(count == 1 ? "" : "s")", .bold, .red),
            ])
        }
        return table
    }
}
