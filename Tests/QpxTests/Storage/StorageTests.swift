import Foundation
import Store
import Testing

@testable import qpx

@Suite("du and gc") struct StorageTests {
    private struct Usage: Decodable {
        struct Entry: Decodable {
            var owner: String
            var kind: String
            var kept_here: Bool
            var files: Int
            var bytes: Int
            var archived_files: Int
            var missing_files: Int
        }
        var total_bytes: Int
        var entries: [Entry]
    }
    private struct Garbage: Decodable {
        struct Item: Decodable { var reason: String, owner: String, path: String, files: Int, bytes: Int, freed: Bool }
        struct Purged: Decodable { var searches: [String], trials: [String], trial_count: Int, kept: [String] }
        var dry_run: Bool
        var bytes: Int
        var items: [Item]
        var notes: [String]
        var purged: Purged?
    }

    let database: ExampleDatabase
    var artifacts: String { database.folder.path + "/qpx.artifacts" }

    init() throws { database = try ExampleDatabase() }

    /// A file in the folder of artifacts that belongs to a trial.
    @discardableResult
    private func file(_ name: String, of trial: String? = nil, bytes: Int = 100) throws -> String {
        let path = try database.folder.file("qpx.artifacts/" + name, String(repeating: "x", count: bytes))
        if let trial {
            let parts = trial.split(separator: "/")
            let id = try database.store.trial(search: String(parts[0]), number: Int(parts[1]) ?? 0).id
            try database.store.recordArtifact(
                ArtifactRecord(
                    kind: "log", path: path, bytes: bytes, sha256: String(repeating: "d", count: 64), trialID: id))
        }
        return path
    }

    private func age(_ path: String, days: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -days * 86_400)], ofItemAtPath: path)
    }

    private func archive(_ trial: String) throws {
        let parts = trial.split(separator: "/")
        try database.store.archiveTrial(
            id: database.store.trial(search: String(parts[0]), number: Int(parts[1]) ?? 0).id)
    }

    private func gc(_ arguments: String...) throws -> Garbage {
        try database.run(["gc", "--json"] + arguments).json(Garbage.self)
    }

    @Test("du counts what several trials share once, and says what is missing, elsewhere or unknown") func usage()
        throws
    {
        try file("logs/a.log", of: "first/3")
        let shared = try file("logs/shared.log", of: "first/4")
        try file("logs/shared.log", of: "second/4")
        try file("stray.bin", bytes: 7)
        try file(".pruned.1.partial/model", bytes: 11)
        try archive("first/3")
        let usage = try database.run(["du", "--json"]).json(Usage.self)
        let log = try #require(usage.entries.first { $0.owner == "first" && $0.kind == "log" })
        #expect(log.files == 2 && log.bytes == 200 && log.archived_files == 1 && log.kept_here)
        #expect(!usage.entries.contains { $0.owner == "second" && $0.kind == "log" })
        let adapter = try #require(usage.entries.first { $0.kind == "adapter" })
        #expect(adapter.missing_files == 1 && adapter.files == 0 && !adapter.kept_here)
        #expect(usage.entries.first { $0.kind == "unknown" }?.bytes == 7)
        #expect(usage.entries.first { $0.kind == "unfinished" }?.bytes == 11)
        let rows = try #require(usage.entries.first { $0.owner == "database" && $0.kind == "rows" })
        #expect(usage.total_bytes >= rows.bytes + 200 + 7 + 11)
        #expect(FileManager.default.fileExists(atPath: shared))
        #expect(try database.run(["du"]).out.contains("together"))
    }

    @Test("gc says what it would free, then frees it and keeps everything in sight") func archived() throws {
        let gone = try file("logs/a.log", of: "first/3")
        let kept = try file("logs/b.log", of: "first/4")
        let shared = try file("logs/shared.log", of: "first/3")
        try file("logs/shared.log", of: "first/4")
        try archive("first/3")
        let dry = try gc()
        #expect(dry.dry_run && dry.items.map(\.path) == [gone] && dry.bytes == 100 && !dry.items[0].freed)
        #expect(try database.run(["gc"]).error.contains("--yes"))
        #expect(FileManager.default.fileExists(atPath: gone))
        let done = try gc("--yes")
        #expect(done.items.map(\.freed) == [true])
        #expect(!FileManager.default.fileExists(atPath: gone))
        #expect([kept, shared].allSatisfy(FileManager.default.fileExists))
        #expect(try gc("--yes").items.isEmpty)
        let trial = try database.store.trial(id: 3)
        let records = try database.store.artifacts(of: .trial(trial.id))
        #expect(records.map { $0.deletedAt != nil } == [false, true, false])
        #expect(try database.store.metrics(ofTrials: [trial.id])[trial.id]?.count == 3)
    }

    @Test("gc leaves files alone that lie elsewhere, whatever their path says") func elsewhere() throws {
        let outside = try database.folder.file("outside.log", "mine")
        let id = try database.store.trial(search: "first", number: 3).id
        for path in [outside, artifacts + "/../outside.log", artifacts + "/link/outside.log"] {
            try database.store.recordArtifact(
                ArtifactRecord(
                    kind: "log", path: path, bytes: 4, sha256: String(repeating: "d", count: 64), trialID: id))
        }
        try file("stay.log")
        try FileManager.default.createSymbolicLink(
            atPath: artifacts + "/link", withDestinationPath: database.folder.path)
        try archive("first/3")
        #expect(try gc("--yes").items.isEmpty)
        #expect(FileManager.default.fileExists(atPath: outside))
    }

    @Test("gc takes what was left unfinished or unknown only when it is old") func leftOver() throws {
        let partial = try file(".pruned.1.partial/model")
        let stray = try file("stray.bin")
        #expect(try gc("--unknown").items.isEmpty)
        try age(partial, days: 2)
        try age(stray, days: 2)
        #expect(try gc().items.map(\.reason) == ["unfinished"])
        #expect(try gc("--unknown", "--older-than", "3d").items.isEmpty)
        let done = try gc("--unknown", "--yes")
        #expect(done.items.map(\.reason) == ["unfinished", "unknown"] && done.items.allSatisfy(\.freed))
        #expect(!FileManager.default.fileExists(atPath: artifacts))
    }

    @Test("gc frees a cached step when no search in sight uses it, and not while one runs") func stages() throws {
        let model = try file("pruned-1/model.safetensors")
        try database.store.recordStage(
            StageRecord(
                digest: String(repeating: "e", count: 64), kind: "prune", path: artifacts + "/pruned-1", seconds: 1,
                detail: #"{"sha256":"\#(String(repeating: "b", count: 64))"}"#))
        #expect(try gc().items.isEmpty)
        for name in ["first", "second"] {
            try database.store.archiveSearch(id: database.store.search(named: name).id)
        }
        #expect(try gc().items.map(\.reason) == ["stage"])
        let restored = try database.store.restoreSearch(named: "first")
        #expect(try gc().items.isEmpty)
        try database.store.archiveSearch(id: restored.id)
        let other = try database.store.createSearch(
            SearchRecord(
                name: "other", modelID: 1, objective: "loss", direction: .minimize, pruningRatio: 0, choices: "nf4",
                trialLimit: 1, seed: 1, specification: "{}", environment: ExampleDatabase.environment))
        try database.store.startSearch(id: other.id)
        let busy = try gc("--yes")
        #expect(busy.items.isEmpty && busy.notes.count == 1)
        #expect(FileManager.default.fileExists(atPath: model))
        try database.store.finishSearch(id: other.id, state: .complete)
        #expect(try gc("--yes").items.map(\.freed) == [true])
        #expect(!FileManager.default.fileExists(atPath: model))
    }

    @Test("gc keeps the best trial's files of an archived search when asked to") func best() throws {
        let best = try file("logs/best.log", of: "first/6")
        let other = try file("logs/other.log", of: "first/5")
        try database.store.archiveSearch(id: database.store.search(named: "first").id)
        #expect(try gc("--keep-best").items.map(\.path) == [other])
        #expect(try gc().items.map(\.path) == [best, other].sorted())
    }

    @Test("gc --purge removes archived trials for good, and says which stay") func purge() throws {
        try archive("first/3")
        let dry = try gc("--purge")
        #expect(dry.purged?.trials == ["first/3"] && dry.purged?.trial_count == 1)
        #expect(try database.store.trials(TrialFilter(search: 1)).count == 6)
        let done = try gc("--purge", "--yes")
        #expect(done.purged?.trials == ["first/3"])
        #expect(throws: StoreError.self) { try database.store.trial(id: 3) }
        #expect(try database.run(["db", "check"]).status == 0)
        #expect(try gc("--purge", "--yes").purged?.trials.isEmpty == true)
    }
}
