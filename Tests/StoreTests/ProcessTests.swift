import Foundation
import Testing

@testable import Store

/// Writers in processes of their own: the test binary once more, told by its environment what to do.
@Suite(
    "Writers in processes of their own", .serialized,
    .enabled(if: WriterProcess.isPossible, "this system does not say which file a process runs"))
struct ProcessTests {
    @Test("two at once lose nothing and collide never") func two() throws {
        let bench = try Bench()
        let writers = try (0..<2).map { try WriterProcess.start(bench, worker: $0, trials: 200) }
        for writer in writers { writer.waitUntilExit() }
        #expect(writers.map(\.terminationStatus) == [0, 0])
        let trials = try bench.store.trials(TrialFilter(search: bench.search.id))
        #expect(trials.map(\.number) == Array(1...400))
        #expect(trials.allSatisfy { $0.state == .complete })
    }

    @Test("one that is killed leaves whole trials, and at most one that is given out again") func killed() throws {
        let bench = try Bench()
        let writer = try WriterProcess.start(bench, worker: 0, trials: 100_000)
        while writer.isRunning, try bench.store.trialCounts(ofSearch: bench.search.id)[.complete, default: 0] < 30 {
            usleep(1000)
        }
        kill(writer.processIdentifier, SIGKILL)
        writer.waitUntilExit()
        #expect(writer.terminationReason == .uncaughtSignal)

        let store = try Store(path: bench.folder.path(), access: .write)
        let running = try store.trialCounts(ofSearch: bench.search.id)[.running, default: 0]
        #expect(running <= 1)
        let again = try store.claimTrial(ofSearch: bench.search.id, by: Samples.worker())
        #expect((again == nil) == (running == 0))
        #expect(again.map(\.attempt.number) ?? 2 == 2)
        #expect(try store.claimTrial(ofSearch: bench.search.id, by: Samples.worker("two")) == nil)
        let complete = try store.trials(TrialFilter(search: bench.search.id)).filter { $0.state == .complete }
        #expect(complete.count >= 30)
        #expect(complete.map(\.number) == Array(1...complete.count))
        #expect(try store.observations(ofSearch: bench.search.id).map(\.trialID) == complete.map(\.id))
        #expect(try Set(store.metrics(ofSearch: bench.search.id).keys) == Set(complete.map(\.id)))
        #expect(try store.read { try $0.rows("PRAGMA integrity_check") { try $0.text("integrity_check") } } == ["ok"])
    }
}

/// A process that runs nothing of these tests but `WriterTests`.
enum WriterProcess {
    static var path: String? { ProcessInfo.processInfo.environment["QPX_TEST_WRITER"] }
    private static let executable = "/proc/self/exe"
    static var isPossible: Bool { FileManager.default.fileExists(atPath: executable) && path == nil }

    static func start(_ bench: Bench, worker: Int, trials: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: executable).resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "WriterTests"]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "QPX_TEST_WRITER": bench.folder.path(), "QPX_TEST_WRITER_NUMBER": "\(worker)",
            "QPX_TEST_WRITER_TRIALS": "\(trials)",
        ]) { _, new in new }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

@Suite("The writer", .enabled(if: WriterProcess.path != nil, "runs only in a process that another test starts"))
struct WriterTests {
    @Test("writes its trials") func write() throws {
        let environment = ProcessInfo.processInfo.environment
        let path = try #require(WriterProcess.path)
        let worker = try #require(Int(environment["QPX_TEST_WRITER_NUMBER"] ?? ""))
        let count = try #require(Int(environment["QPX_TEST_WRITER_TRIALS"] ?? ""))
        let store = try Store(path: path, access: .write)
        let search = try store.search(named: "first")
        for index in 0..<count {
            let allocation = try Samples.allocation(index * 2 + worker, layers: 20)
            let trial = try store.beginTrial(Samples.trial(search: search), allocation: allocation)
            let result = TrialResult(
                objectiveValue: Double(index), durationSeconds: 1, metrics: [MetricRecord(name: "acc", value: 1)])
            try store.completeTrial(id: trial.id, result: result)
        }
    }
}
