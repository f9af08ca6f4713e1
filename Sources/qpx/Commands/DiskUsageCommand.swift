internal import ArgumentParser
internal import Store

/// `qpx du`: where the bytes are.
struct DiskUsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "du",
        abstract: "Show what the database and its files take on disk.",
        discussion: """
            Counts the database with its log, and the files in its folder of artifacts (qpx.db: qpx.artifacts) by search \
            and kind; a file that several trials share is counted once. Files that searches read and that lie elsewhere \
            (tasks, texts) are listed without being added up. Files nobody knows and files that are gone are listed, \
            too. 'qpx gc' frees what is not needed.

            EXAMPLES
              qpx du
              qpx du --json

            JSON
              {"database", "folder", "total_bytes",
                "entries": [{"owner": search, "stages", "database" or "nobody",
                  "kind", "kept_here", "files", "bytes", "archived_files",
                  "missing_files"}]}
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let usage = DiskUsage(try StoredFiles(try database.openForReading()))
        let console = global.console
        if console.isJSON {
            return try console.write([
                "database": .string(usage.database), "folder": .string(usage.folder),
                "total_bytes": .int(usage.total), "entries": .array(usage.entries.map(Self.json)),
            ])
        }
        try console.write(Self.table(usage))
    }

    private static func json(_ entry: DiskUsage.Entry) -> JSONValue {
        [
            "owner": .string(entry.owner), "kind": .string(entry.kind), "kept_here": .bool(entry.isHere),
            "files": .int(entry.files), "bytes": .int(entry.bytes), "archived_files": .int(entry.archived),
            "missing_files": .int(entry.missing),
        ]
    }

    private static func table(_ usage: DiskUsage) -> Table {
        var table = Table([
            .text("owner"), .text("kind"), .number("files"), .number("size"), .number("archived"), .number("missing"),
        ])
        for entry in usage.entries {
            table.add([
                Table.Cell(entry.owner, .bold), Table.Cell(entry.kind + (entry.isHere ? "" : " (elsewhere)")),
                Table.Cell(NumberText.grouped(entry.files)), Table.Cell(ByteText.short(entry.bytes)),
                Table.Cell(entry.archived > 0 ? NumberText.grouped(entry.archived) : ""),
                entry.missing > 0
                    ? Table.Cell(NumberText.grouped(entry.missing), .yellow) : Table.Cell(""),
            ])
        }
        table.footnotes.append("together \(ByteText.short(usage.total)), without what lies elsewhere")
        table.footnotes.append("artifacts are in \(usage.folder)")
        return table
    }
}
