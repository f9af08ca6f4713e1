import Store
import Testing

@testable import qpx

/// A database whose trials have answers to single examples, for forms that compare them.
struct FormDatabase {
    /// A trial before it is recorded.
    struct Entry {
        var kind = TrialKind.proposal
        var label: String? = nil
        /// One symbol per layer, 4 or 8 bits; nil for none.
        var digits: String?
        /// Of each window its loss in nats, all of ten tokens; one window, the mean, where only the value counts.
        var losses: [Double]
        /// Whether each question is answered right.
        var correct: [Bool] = []
        /// The windows' names.
        var items: [String]? = nil
        var isWithinBudget = true
        /// The number of the trial that it repeats.
        var replicateOf: Int? = nil
    }

    let folder: TemporaryFolder
    let store: Store
    private let clock = Clock()

    /// A second passes with each look, so that trials end in their order.
    private final class Clock: @unchecked Sendable {
        private var seconds = 0

        func next() -> String {
            seconds += 1
            let (minute, second) = (seconds / 60, seconds % 60)
            return "2025-03-01T12:\(minute < 10 ? "0" : "")\(minute):\(second < 10 ? "0" : "")\(second).000Z"
        }
    }

    init(layers: Int = 4) throws {
        folder = try TemporaryFolder()
        let clock = clock
        store = try Store(
            path: folder.path + "/qpx.db", access: .create,
            process: ProcessIdentity(host: "node-1", pid: 7, started: nil), now: { clock.next() })
        _ = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "a", count: 64), name: "tiny", path: "/models/tiny", architecture: "llama",
                layers: layers, parameters: 1000, bytes: 4000))
    }

    @discardableResult
    func search(
        _ name: String, seed: UInt64, settings: String = #""rank":8"#, command: String? = nil, _ entries: [Entry]
    ) throws -> SearchRecord {
        let search = try store.createSearch(
            SearchRecord(
                name: name, modelID: 1, objective: "loss", direction: .minimize, pruningRatio: 0,
                budgetBitsPerWeight: 5, choices: "nf4,int8", trialLimit: 50, seed: seed,
                specification: #"{"name":"\#(name)","seed":\#(seed),\#(settings)}"#, commandLine: command,
                environment: ExampleDatabase.environment))
        try store.startSearch(id: search.id)
        for entry in entries { try add(entry, to: search) }
        try store.finishSearch(id: search.id, state: .complete)
        return try store.search(id: search.id)
    }

    private func add(_ entry: Entry, to search: SearchRecord) throws {
        let allocation = try entry.digits.map { digits in
            try AllocationRecord(
                precisions: digits.map { $0 == "8" ? (name: "int8", bits: 8) : (name: "nf4", bits: 4) })
        }
        let result = Self.result(entry)
        guard let number = entry.replicateOf else {
            let begun = try store.beginTrial(
                TrialRecord(
                    searchID: search.id, kind: entry.kind, label: entry.label, weightBytes: 2000, bitsPerWeight: 4,
                    isWithinBudget: allocation == nil ? nil : entry.isWithinBudget, seed: search.seed,
                    environment: ExampleDatabase.environment), allocation: allocation)
            try store.completeTrial(id: begun.id, result: result)
            return
        }
        let original = try store.trial(search: search.name, number: number)
        let known = try store.replicates(ofTrial: original.id).count
        _ = try store.addReplicates(
            ofTrial: original.id, seeds: [UInt64(900 + known)], origin: .search,
            environment: ExampleDatabase.environment)
        let worker = Worker(
            name: "one", process: nil, leaseSeconds: nil, environment: ExampleDatabase.environment)
        let claimed = try #require(try store.claimTrial(ofSearch: search.id, by: worker))
        try store.completeTrial(attempt: claimed.attempt.id, result: result)
    }

    private static func result(_ entry: Entry) -> TrialResult {
        let tokens = 10 * entry.losses.count
        let loss = entry.losses.reduce(0, +) / Double(tokens)
        var metrics = [MetricRecord(name: "loss", task: "held", value: loss, count: tokens)]
        var examples = [
            ExampleResultRecord(
                task: "held", items: entry.items ?? entry.losses.indices.map(String.init),
                choices: entry.losses.map { _ in 1 }, logLikelihoods: entry.losses.map(-))
        ]
        if !entry.correct.isEmpty {
            let accuracy = Double(entry.correct.count { $0 }) / Double(entry.correct.count)
            metrics.append(MetricRecord(name: "acc", task: "piqa", value: accuracy, count: entry.correct.count))
            metrics.append(MetricRecord(name: "mean_acc", value: accuracy, count: 1))
            examples.append(
                ExampleResultRecord(
                    task: "piqa", items: entry.correct.indices.map { "q\($0)" },
                    choices: entry.correct.map { _ in 1 }, logLikelihoods: entry.correct.map { _ in -1 },
                    correct: entry.correct))
        }
        return TrialResult(objectiveValue: loss, durationSeconds: 1, metrics: metrics, exampleResults: examples)
    }

    /// What a form makes of searches.
    func material(
        _ names: String..., groupsSeeds: Bool = true, baseline: String? = nil, metrics: [String] = [],
        style: ReportStyle = ReportStyle()
    ) throws -> ReportMaterial {
        let searches = try names.map { try store.search(named: $0) }
        return ReportMaterial(
            store: store, searches: searches, filter: TrialFilter(), isNarrowed: false, style: style,
            groupsSeeds: groupsSeeds, pick: nil, baseline: baseline,
            metrics: try metrics.map { try MetricName($0, of: "--metric") })
    }

    func run(_ arguments: String...) throws -> Binary.Run { try Binary.run(arguments, in: folder.path) }
}

extension ReportTable {
    /// The cells of a column, first row to last.
    func column(_ name: String) -> [Cell] {
        guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
        return rows.map { $0.cells[index] }
    }

    /// What is printed in a column, first row to last.
    func texts(_ name: String) -> [String] { column(name).map(\.text) }
}
