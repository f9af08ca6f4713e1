internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx gc`: frees what nothing in sight needs.
struct GarbageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Free files that nothing in sight needs; says what it would free unless --yes is given.",
        discussion: """
            Frees files of archived trials and searches, cached steps that no search in sight uses (they are made again \
            when one does), and what processes left unfinished more than a day ago. Only files in the database's folder \
            of artifacts are ever removed. What is in sight, or running, keeps all of its files; metrics and answers stay \
            in the database.

            With --purge archived trials and searches themselves go for good, with all that was measured of them; those \
            that something in sight repeats, raced against or learned from stay.

            EXAMPLES
              qpx gc
              qpx gc --older-than 30d --keep-best --yes
              qpx gc --unknown --yes
              qpx gc --purge --older-than 90d

            JSON
              {"database", "folder", "dry_run", "bytes",
                "items": [{"reason": "archived|stage|unfinished|unknown", "owner",
                  "path", "files", "bytes", "freed"}], "notes": [text],
                "purged": null or {"searches": [name], "trials": [name],
                  "trial_count", "kept": [name]}}
            """)

    @Flag(name: .long, help: "Do it; without, nothing is changed.")
    var yes = false

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp(
            "Only what was archived, made or last written so long ago: \(Settings.durationForms).", valueName: "time"))
    var olderThan: String?

    @Flag(name: .customLong("keep-best"), help: "Keep the files of the best trial of each archived search.")
    var keepBest = false

    @Flag(name: .long, help: "Also files in the folder of artifacts that no row of the database names.")
    var unknown = false

    @Flag(name: .long, help: "Also remove archived trials and searches from the database, for good.")
    var purge = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = Settings()
        settings.set("older-than", flag: olderThan)
        var request = GarbagePlan.Request()
        request.age = try settings.seconds("older-than") ?? 0
        request.takesUnknown = unknown
        request.keepsBest = keepBest
        let store = yes ? try database.openForWriting() : try database.openForReading()
        let now = Timestamp.now()
        let plan = try GarbagePlan(store, request, now: now)
        let folder = FolderScan.resolved(ArtifactFolder.path(besideDatabase: store.path))
        let removal = GarbageRemoval(store: store, folder: folder)
        var freed: Set<String> = []
        if yes {
            for item in plan.items where try removal.remove(item) { freed.insert(item.path) }
        }
        let purged = purge ? try self.purge(plan, now: now, age: request.age, store: store) : nil
        try write(plan, freed: freed, purged: purged, store: store, folder: folder)
    }

    /// In a dry run the rows are asked as if the files were gone already.
    private func purge(_ plan: GarbagePlan, now: String, age: Double, store: Store) throws -> PurgeOutcome {
        let limit = age > 0 ? Timestamp.adding(seconds: -age, to: now) : Timestamp.adding(seconds: 1, to: now)
        if yes { return try store.purge(archivedBefore: limit, ignoring: plan.elsewhere) }
        let freed = plan.elsewhere + plan.items.flatMap(\.artifacts)
        let writable = try database.openForWriting()
        return try writable.purge(archivedBefore: limit, ignoring: freed, isTrial: true)
    }

    private func write(
        _ plan: GarbagePlan, freed: Set<String>, purged: PurgeOutcome?, store: Store, folder: String
    ) throws {
        let console = global.console
        if console.isJSON {
            return try console.write([
                "database": .string(store.path), "folder": .string(folder), "dry_run": .bool(!yes),
                "bytes": .int(
                    yes ? plan.items.reduce(0) { $0 + (freed.contains($1.path) ? $1.bytes : 0) } : plan.bytes),
                "items": .array(plan.items.map { Self.json($0, isFreed: freed.contains($0.path)) }),
                "notes": .array(plan.notes.map(JSONValue.string)), "purged": purged.map(Self.json) ?? .null,
            ])
        }
        if !plan.items.isEmpty { try console.write(table(plan, freed: freed)) }
        for note in plan.notes { console.notice(note) }
        if let purged { try console.write(text(purged)) }
        if plan.items.isEmpty, purged == nil { console.notice("nothing to free") }
        let isWork = !plan.items.isEmpty || !(purged?.searches.isEmpty ?? true) || !(purged?.trials.isEmpty ?? true)
        if !yes, isWork { console.notice("nothing was changed; --yes does it") }
    }

    private func table(_ plan: GarbagePlan, freed: Set<String>) -> Table {
        var table = Table([
            .word("why"), .text("whose"), .number("files"), .number("size"), .text("path"),
        ])
        for item in plan.items {
            let isLeft = yes && !freed.contains(item.path)
            table.add([
                Table.Cell(isLeft ? "in use now" : item.reason.rawValue), Table.Cell(item.owner, .bold),
                Table.Cell(NumberText.grouped(item.files)), Table.Cell(ByteText.short(item.bytes)),
                Table.Cell(item.path),
            ])
        }
        table.footnotes.append("\(yes ? "freed" : "would free") \(ByteText.short(plan.bytes))")
        return table
    }

    private func text(_ purged: PurgeOutcome) -> String {
        let verb = yes ? "removed" : "would remove"
        var lines = [
            "\(verb) for good: \(purged.searches.count) searches, \(purged.trialCount) trials"
        ]
        if !purged.searches.isEmpty { lines.append("  searches: \(purged.searches.joined(separator: ", "))") }
        if !purged.trials.isEmpty { lines.append("  trials of others: \(purged.trials.joined(separator: ", "))") }
        if !purged.kept.isEmpty { lines.append("  needed, and kept: \(purged.kept.joined(separator: ", "))") }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func json(_ item: GarbagePlan.Item, isFreed: Bool) -> JSONValue {
        [
            "reason": .string(item.reason.rawValue), "owner": .string(item.owner), "path": .string(item.path),
            "files": .int(item.files), "bytes": .int(item.bytes), "freed": .bool(isFreed),
        ]
    }

    private static func json(_ purged: PurgeOutcome) -> JSONValue {
        [
            "searches": .array(purged.searches.map(JSONValue.string)),
            "trials": .array(purged.trials.map(JSONValue.string)), "trial_count": .int(purged.trialCount),
            "kept": .array(purged.kept.map(JSONValue.string)),
        ]
    }
}
