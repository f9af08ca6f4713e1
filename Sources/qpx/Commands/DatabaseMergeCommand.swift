internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx db merge`: what other databases have and this one has not.
struct DatabaseMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Bring the searches and trials of other databases into this one.",
        discussion: """
            Joins the files that the nodes of a cluster wrote. Each file comes whole or not at all, and is only read; \
            merging it again changes nothing, or brings what is new in it. A search that is in both files (a copy went on \
            elsewhere) gets the trials of both.

            Another search of the same name comes as name-2; a trial whose number is taken gets the next free one; of \
            two trials with the same allocation the one that comes is archived. Trials that are waiting or running there \
            are left out. Files stay where they are: only their paths are recorded. All of that is said.

            EXAMPLES
              qpx db merge node-1.db node-2.db --dry-run
              qpx db merge node-*.db
              qpx db merge --db all.db node-1.db --json

            JSON
              {"database", "dry_run", "merged": [{"file",
                "models": {"added", "known"}, "searches", "trials", "allocations",
                "example_sets", "importance_runs", "stages", "artifacts", "events",
                "notes", "tags": each the same, "remarks": [{"code", "message"}]}]}
              "code" is search_renamed, search_running, trial_renumbered,
              trial_archived, trial_unfinished, repeat_of_unfinished,
              trial_running_here or trial_completed_here.
            """)

    @Argument(help: ArgumentHelp("Databases whose rows come into the one of --db.", valueName: "file"))
    var files: [String]

    @Flag(name: .long, help: "Say what would come, and change nothing.")
    var dryRun = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let folder = FileManager.default.currentDirectoryPath
        let paths = files.map { FilePath.absolute($0, in: folder) }
        for (file, path) in zip(files, paths) where !FilePath.isFile(path) {
            throw Failure.notFound("\(file): there is no such file", hint: "nothing was merged")
        }
        let store = try database.openForWriting()
        let console = global.console
        var done: [(file: String, outcome: MergeOutcome)] = []
        for (file, path) in zip(files, paths) {
            do {
                done.append((file, try store.merge(path, isTrial: dryRun)))
            } catch {
                var failure = Failure(error)
                if !done.isEmpty, !dryRun {
                    failure.hint = "merged before it: \(done.map(\.file).joined(separator: ", "))"
                }
                throw failure
            }
            if !console.isJSON, let last = done.last { try write(last, to: console, isSeparate: done.count > 1) }
        }
        guard console.isJSON else { return }
        try console.write([
            "database": .string(store.path), "dry_run": .bool(dryRun), "merged": .array(done.map(Self.json)),
        ])
    }

    private func write(
        _ merged: (file: String, outcome: MergeOutcome), to console: Console, isSeparate: Bool
    ) throws(Failure) {
        var table = Table(
            title: "\(merged.file)\(dryRun ? " (dry run)" : "")", isSeparate: isSeparate,
            [.word(""), .number(dryRun ? "would come" : "came"), .number("here or left out")])
        for count in merged.outcome.counts where count.added + count.known > 0 {
            table.add([
                Table.Cell(count.kind.rawValue.replacing("_", with: " ")),
                Table.Cell(NumberText.grouped(count.added)), Table.Cell(NumberText.grouped(count.known)),
            ])
        }
        if merged.outcome.isEmpty { table.footnotes.append("nothing new") }
        try console.write(table)
        for remark in merged.outcome.remarks { try console.write("\(remark)\n") }
    }

    private static func json(_ merged: (file: String, outcome: MergeOutcome)) -> JSONValue {
        let counts = merged.outcome.counts.map { count -> (String, JSONValue) in
            (count.kind.rawValue, ["added": .int(count.added), "known": .int(count.known)])
        }
        let remarks = merged.outcome.remarks.map { remark -> JSONValue in
            ["code": .string(remark.code), "message": .string("\(remark)")]
        }
        return .object([("file", .string(merged.file))] + counts + [("remarks", .array(remarks))])
    }
}
