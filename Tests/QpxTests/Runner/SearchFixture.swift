import Engine
import Foundation
import Store

@testable import qpx

/// A folder with a tiny model, texts, a task and a database: everything that a search of seconds needs.
struct SearchFixture {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        _ = try folder.file("train.txt", TinyCheckpoint.text(lines: 60))
        _ = try folder.file("held.txt", TinyCheckpoint.text(lines: 40))
        _ = try folder.file("task.jsonl", TinyCheckpoint.task(examples: 6))
        _ = try Binary.run(["init"], in: folder.path)
    }

    /// What is always said: half of the heads and MLP channels go, three choices, a budget between them. Results are not
    /// reused unless a test asks for it: searches are compared that have all been carried out.
    static let arguments = [
        "--ratio", "0.5", "--prune-layers", "all", "--choices", "2", "4", "8", "--budget", "4bpw", "--task",
        "task.jsonl", "--objective", "loss", "--objective-text", "held.txt", "--window-length", "32", "--calibration",
        "train.txt", "--calibration-samples", "4", "--calibration-length", "32", "--recovery-text", "train.txt",
        "--batch", "2", "--sequence-length", "32", "--rank", "2", "--trials", "7", "--initial-trials", "2",
        "--no-reuse",
    ]

    /// The arguments of a search. Those given last win.
    static func search(_ name: String, model: String = "tiny", steps: Int = 2, _ more: [String] = []) -> [String] {
        ["search"]
            + replacing(["--name", name, "--model", model, "--recovery-steps", "\(steps)"] + arguments, by: more)
    }

    /// An option that is given again replaces the first one, with all its values.
    private static func replacing(_ arguments: [String], by more: [String]) -> [String] {
        var given = Set(more.filter { $0.hasPrefix("--") })
        if given.contains("--reuse") { given.insert("--no-reuse") }
        var kept: [String] = []
        var isDropping = false
        for argument in arguments {
            if argument.hasPrefix("--") { isDropping = given.contains(argument) }
            if !isDropping { kept.append(argument) }
        }
        return kept + more
    }

    /// Runs the program here.
    func run(_ arguments: [String]) throws -> Binary.Run { try Binary.run(arguments + ["--quiet"], in: folder.path) }

    /// Starts the program here.
    func start(_ arguments: [String]) throws -> RunningBinary { try RunningBinary(arguments, in: folder.path) }

    /// The database, for looking only.
    func store(_ name: String = "qpx.db") throws -> Store { try Store(path: folder.path + "/" + name, access: .read) }

    /// How many trials of a search are complete; 0 while there is no such search.
    func complete(_ name: String, in database: String = "qpx.db") throws -> Int {
        let store = try store(database)
        guard let search = try? store.search(named: name) else { return 0 }
        return try store.trialCounts(ofSearch: search.id)[.complete] ?? 0
    }

    /// The trial that a process is at, and the go at it.
    func work(of process: RunningBinary, on name: String) throws -> ClaimedTrial? {
        let store = try store()
        guard let search = try? store.search(named: name) else { return nil }
        return try store.liveWork(ofSearch: search.id).first { $0.attempt.process?.pid == process.pid }
    }

    /// Everything that the complete trials of a search brought, as bits, in their order. Reruns are left out.
    func results(_ name: String, in database: String = "qpx.db") throws -> [TrialBits] {
        let store = try store(database)
        var filter = TrialFilter(search: try store.search(named: name).id)
        filter.states = [.complete]
        let trials = try store.trials(filter).filter { $0.kind != .rerun }.sorted { $0.number < $1.number }
        let metrics = try store.metrics(ofTrials: trials.map(\.id))
        let suggestions = try store.suggestions(ofTrials: trials.map(\.id))
        return try trials.map { trial in
            TrialBits(
                kind: trial.kind, label: trial.label, allocation: trial.allocation, weightBytes: trial.weightBytes,
                metrics: (metrics[trial.id] ?? []).map { "\($0.name) \($0.task) \($0.value?.bitPattern ?? 0)" },
                losses: try store.trainingLosses(ofTrial: trial.id).map { $0.loss?.bitPattern ?? 0 },
                scores: try store.exampleResults(ofTrial: trial.id).map { $0.logLikelihoods.map(\.bitPattern) },
                mean: suggestions[trial.id]?.mean.bitPattern, deviation: suggestions[trial.id]?.deviation.bitPattern)
        }
    }
}

/// A trial's results without its number and times.
struct TrialBits: Equatable {
    var kind: TrialKind
    var label: String?
    var allocation: String?
    var weightBytes: Int?
    var metrics: [String]
    var losses: [UInt64]
    var scores: [[UInt64]]
    var mean: UInt64?
    var deviation: UInt64?
}
