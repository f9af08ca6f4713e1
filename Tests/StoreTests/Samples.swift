@testable import Store

/// Records to put into a store.
enum Samples {
    static let environment = RunEnvironment(
        qpxVersion: "1.2.3", host: "node-7", threadCount: 2, processor: "generic, avx2")

    static func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }

    static func model(_ digit: Character = "a", name: String = "tiny") -> ModelRecord {
        ModelRecord(
            sha256: digest(digit), name: name, path: "models/\(name)", architecture: "llama", layers: 4,
            parameters: 1_000, bytes: 2_000)
    }

    static func search(model: ModelRecord, name: String = "first") -> SearchRecord {
        SearchRecord(
            name: name, modelID: model.id, objective: "accuracy", direction: .maximize, pruningRatio: 0.2,
            budgetBitsPerWeight: 5, choices: "nf4,int8", trialLimit: 10, seed: UInt64.max,
            specification: #"{"ratio":0.2}"#, environment: environment)
    }

    /// Four layers, at 8 bits where the lowest bits of `pattern` are set, else at 4.
    static func allocation(_ pattern: Int, layers: Int = 4) throws -> AllocationRecord {
        try AllocationRecord(
            precisions: (0..<layers).map { pattern >> $0 & 1 == 1 ? ("int8", 8) : ("nf4", 4) })
    }

    static func trial(
        search: SearchRecord, kind: TrialKind = .proposal, rerunOf: Int? = nil, isWithinBudget: Bool? = true
    ) -> TrialRecord {
        TrialRecord(
            searchID: search.id, kind: kind, label: "a label", weightBytes: 640, bitsPerWeight: 5.125,
            isWithinBudget: isWithinBudget, seed: 42, rerunOf: rerunOf, environment: environment)
    }

    /// A worker of another process on this host, alive; or on another host.
    static func worker(
        _ name: String = "one", process: ProcessIdentity? = .current(), lease: Double? = nil, threads: Int = 2
    ) -> Worker {
        var environment = environment
        environment.threadCount = threads
        return Worker(name: name, process: process, leaseSeconds: lease, environment: environment)
    }

    /// A process of this host that has ended.
    static let deadProcess = ProcessIdentity(host: ProcessIdentity.hostName(), pid: Int(Int32.max), started: nil)

    static let suggestion = SuggestionRecord(
        mean: 0.25, deviation: 0.5, acquisition: "log expected improvement", acquisitionValue: -3.5,
        hyperparameters: #"{"noise":0.1}"#, randomState: "1 2 3 4", candidates: 1000, observations: 6,
        durationSeconds: 0.125)

    static let result = TrialResult(
        objectiveValue: 0.1 + 0.2, objectiveStandardError: 0.01, durationSeconds: 12.5,
        metrics: [
            MetricRecord(name: "acc", task: "colours", value: 0.75, standardError: 0.02, count: 500),
            MetricRecord(name: "loss", value: 2.5, step: 10),
            MetricRecord(name: "perplexity", task: "text", value: .infinity, count: 3),
        ],
        exampleResults: [
            ExampleResultRecord(
                task: "colours", items: ["one", "two"], choices: [2, 3], logLikelihoods: [-1.5, -0.1, -7, -8, .nan],
                isGreedy: [false, true, false, false, false], correct: [true, false], correctNorm: [true, true])
        ],
        trainingLosses: [
            TrainingLossRecord(step: 0, loss: 3.5, learningRate: 0.001, gradientNorm: 1.25),
            TrainingLossRecord(step: 1, loss: .nan, learningRate: 0.001, gradientNorm: .infinity),
        ],
        artifacts: [ArtifactRecord(kind: "adapter", path: "out/a.safetensors", bytes: 17, sha256: digest("f"))])
}

/// A store in a folder of its own with one model and one running search.
final class Bench {
    let folder: TemporaryFolder
    let store: Store
    let model: ModelRecord
    var search: SearchRecord

    init(process: ProcessIdentity = .current()) throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.path(), access: .create, process: process, now: TestClock().now)
        model = try store.recordModel(Samples.model())
        search = try store.createSearch(Samples.search(model: model))
        search = try store.startSearch(id: search.id)
    }

    /// A proposal with the allocation of `pattern`, running.
    func begin(_ pattern: Int, kind: TrialKind = .proposal) throws -> TrialRecord {
        try store.beginTrial(Samples.trial(search: search, kind: kind), allocation: Samples.allocation(pattern))
    }

    /// The same, by a worker.
    func begin(_ pattern: Int, kind: TrialKind = .proposal, by worker: Worker) throws -> ClaimedTrial {
        let start = try store.beginTrial(
            Samples.trial(search: search, kind: kind), allocation: Samples.allocation(pattern),
            suggestion: Samples.suggestion, by: worker)
        guard case .begun(let claimed) = start else { throw StoreError.constraint("\(start)") }
        return claimed
    }

    /// A trial that waits.
    func enqueue(_ pattern: Int) throws -> TrialRecord {
        var trial = Samples.trial(search: search, kind: .initial)
        trial.origin = .enqueued
        return try store.beginTrial(trial, allocation: Samples.allocation(pattern), waiting: true)
    }

    /// The same, complete, with an objective.
    @discardableResult
    func complete(_ pattern: Int, kind: TrialKind = .proposal, objective: Double) throws -> TrialRecord {
        let trial = try begin(pattern, kind: kind)
        return try store.completeTrial(
            id: trial.id, result: TrialResult(objectiveValue: objective, durationSeconds: 1))
    }
}
