import Foundation
import Testing

@testable import Store

@Suite("What a crash or a full disk leaves") struct CrashTests {
    private struct Unplugged: Error {}

    /// The file as it lies on disk at this moment, with its log, as after a power cut.
    private func copy(_ bench: Bench) throws -> String {
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: bench.folder.path() + suffix, toPath: bench.folder.path("copy.db") + suffix)
        }
        return bench.folder.path("copy.db")
    }

    @Test("in the middle of a transaction: nothing of it, and everything before") func middle() throws {
        let bench = try Bench()
        try bench.complete(1, objective: 0.5)
        let running = try bench.begin(2)
        let path = try bench.store.write { database in
            try MetricRecord(name: "acc", value: 0.5).insert(into: database, trialID: running.id)
            try database.execute("UPDATE trial SET state = 'complete' WHERE id = :id", ["id": running.id])
            return try copy(bench)
        }
        let store = try Store(path: path, access: .write)
        #expect(try store.trials().map(\.state) == [.complete, .running])
        #expect(try store.metrics(ofTrials: [running.id]).isEmpty)
        #expect(try store.read { try $0.rows("PRAGMA integrity_check") { try $0.text("integrity_check") } } == ["ok"])
    }

    @Test("when a connection is abandoned in a transaction: nothing of it") func abandoned() throws {
        let bench = try Bench()
        do {
            let database = try Database.open(path: bench.folder.path(), mode: .readWrite, now: TestClock().now)
            try database.execute("BEGIN IMMEDIATE")
            try database.insert(into: "event", ["at": "t", "level": "info", "message": "half"])
        }
        #expect(try bench.store.events(ofSearch: bench.search.id).isEmpty)
        try bench.store.record(EventRecord(level: .info, message: "whole", searchID: bench.search.id))
        let messages = try bench.store.read { try $0.rows("SELECT message FROM event") { try $0.text("message") } }
        #expect(messages == ["whole"])
    }

    @Test("when a result cannot be recorded: the trial still runs, with nothing of it") func failedResult() throws {
        let bench = try Bench()
        let trial = try bench.begin(3)
        var result = Samples.result
        result.metrics.append(result.metrics[0])
        #expect(throws: StoreError.self) { try bench.store.completeTrial(id: trial.id, result: result) }
        #expect(try bench.store.trial(id: trial.id) == trial)
        #expect(try bench.store.metrics(ofTrials: [trial.id]).isEmpty)
        #expect(try bench.store.exampleResults(ofTrial: trial.id).isEmpty)
        #expect(try bench.store.artifacts(of: .trial(trial.id)).isEmpty)
        #expect(try bench.store.observations(ofSearch: bench.search.id).isEmpty)
    }

    @Test("of a full disk: a clear error, earlier trials untouched, and room later is enough") func full() throws {
        let bench = try Bench()
        let before = try bench.complete(1, objective: 0.5)
        let trial = try bench.begin(2)
        let pages = try bench.store.read { try $0.first("PRAGMA page_count") { try $0.integer("page_count") } ?? 0 }
        try bench.store.setPageLimit(pages + 2)
        var result = Samples.result
        result.trainingLosses = (0..<20_000).map { TrainingLossRecord(step: $0, loss: 1) }
        #expect(throws: StoreError.diskFull(path: bench.folder.path())) {
            try bench.store.completeTrial(id: trial.id, result: result)
        }
        #expect(try bench.store.trials() == [before, trial])
        #expect(try bench.store.trainingLosses(ofTrial: trial.id).isEmpty)
        try bench.store.setPageLimit(1_000_000)
        #expect(try bench.store.completeTrial(id: trial.id, result: result).state == .complete)
        #expect(try bench.store.trainingLosses(ofTrial: trial.id).count == 20_000)
    }
}

extension Store {
    /// Lets the file grow to so many pages: beyond them SQLite answers as on a full disk.
    fileprivate func setPageLimit(_ pages: Int) throws {
        _ = try read { try $0.rows("PRAGMA max_page_count = \(pages)") { try $0.integer("max_page_count") } }
    }
}
