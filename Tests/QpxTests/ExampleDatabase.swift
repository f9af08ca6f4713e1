import Foundation
import Store

/// A database with two searches, made through the store: what the reading commands are tested on.
struct ExampleDatabase {
    let folder: TemporaryFolder
    let store: Store

    static let environment = RunEnvironment(
        qpxVersion: "0.1.0", host: "node-1", threadCount: 2, processor: "test, avx2")

    /// - Parameter isFilled: whether the searches are there.
    init(isFilled: Bool = true) throws {
        folder = try TemporaryFolder()
        store = try Store(
            path: folder.path + "/qpx.db", access: .create,
            process: ProcessIdentity(host: "node-1", pid: 7, started: nil), now: { "2025-03-01T12:30:00.000Z" })
        guard isFilled else { return }
        let model = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "a", count: 64), name: "tiny_16", path: "/models/tiny", architecture: "llama",
                layers: 4, parameters: 3_428_480, bytes: 6_856_960))
        let pruned = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "b", count: 64), name: "tiny_16-pruned", path: "/models/pruned",
                architecture: "llama", layers: 4, parameters: 2_742_784, bytes: 5_485_568,
                pruning: .init(
                    parentID: model.id, pruningRatio: 0.25, parametersRemoved: 0.2, importance: "taylor", seed: 42)))
        try fill(search: "first", model, pruned, learningRate: "0.001", shift: 0)
        try fill(search: "second", model, pruned, learningRate: "0.0003", shift: 1)
    }

    private func fill(
        search name: String, _ model: ModelRecord, _ pruned: ModelRecord, learningRate: String, shift: Int
    ) throws {
        let specification = #"{"batch":8,"choices":["nf4","int8"],"learning_rate":\#(learningRate),"name":"\#(name)"}"#
        let search = try store.createSearch(
            SearchRecord(
                name: name, modelID: model.id, objective: "accuracy", direction: .maximize, pruningRatio: 0.25,
                budgetBitsPerWeight: 5.5, choices: "nf4,int8", trialLimit: 6, seed: 42, specification: specification,
                commandLine: "qpx search --name \(name)", environment: Self.environment))
        try store.startSearch(id: search.id)
        try store.recordPruning(
            ofSearch: search.id, prunedModelID: pruned.id, parametersRemoved: 0.2, budgetBytes: 2_000_000)
        try store.recordImportances(
            ofSearch: search.id,
            (0..<4).map { ImportanceRecord(estimator: "ross", layer: $0, value: 0.1 * Double($0), nullMean: 0.01) })
        try trial(search, .reference, "intact", nil, right: 6, bytes: 6_856_960)
        try trial(search, .reference, "pruned", nil, right: 2, bytes: 5_485_568)
        try trial(search, .baseline, "uniform 4-bit", "4444", right: 3 + shift, bytes: 1_500_000)
        try trial(search, .baseline, "uniform 8-bit", "8888", right: 5, bytes: 2_900_000, isWithinBudget: false)
        try trial(search, .initial, "importance-based", "4488", right: 4, bytes: 1_900_000)
        try trial(
            search, .proposal, nil, "8484", right: 5 - shift, bytes: 1_900_000,
            suggestion: SuggestionRecord(
                mean: 0.6, deviation: 0.05, acquisition: "log-expected-improvement", acquisitionValue: -3.5,
                hyperparameters: "{}", randomState: "1 2", candidates: 900, observations: 3, durationSeconds: 0.2))
        let failed = try store.beginTrial(
            TrialRecord(searchID: search.id, kind: .proposal, seed: 42, environment: Self.environment),
            allocation: try allocation("8444"))
        try store.failTrial(id: failed.id, error: "the loss became infinite at step 3", durationSeconds: 1.5)
        try store.finishSearch(id: search.id, state: .complete)
    }

    private func allocation(_ digits: String) throws -> AllocationRecord {
        try AllocationRecord(precisions: digits.map { $0 == "8" ? (name: "int8", bits: 8) : (name: "nf4", bits: 4) })
    }

    private func trial(
        _ search: SearchRecord, _ kind: TrialKind, _ label: String?, _ digits: String?, right: Int, bytes: Int,
        isWithinBudget: Bool = true, suggestion: SuggestionRecord? = nil
    ) throws {
        let begun = try store.beginTrial(
            TrialRecord(
                searchID: search.id, kind: kind, label: label, weightBytes: bytes,
                bitsPerWeight: digits.map { 4.5 + Double($0.filter { $0 == "8" }.count) },
                isWithinBudget: digits == nil ? nil : isWithinBudget, seed: 42, environment: Self.environment),
            allocation: try digits.map(allocation), suggestion: suggestion)
        let accuracy = Double(right) / 8
        let correct = (0..<8).map { $0 < right }
        let windows = [-250.0 - Double(right), -260.5, -240.25]
        try store.completeTrial(
            id: begun.id,
            result: TrialResult(
                objectiveValue: accuracy, objectiveStandardError: 0.15, durationSeconds: 12.5,
                metrics: [
                    MetricRecord(name: "acc", task: "arc_easy", value: accuracy, standardError: 0.15, count: 8),
                    MetricRecord(name: "acc", task: "piqa", value: 0.5, standardError: 0.18, count: 8),
                    MetricRecord(
                        name: "loss", task: "held_out", value: -windows.reduce(0, +) / 300, standardError: 0.01,
                        count: 300),
                ],
                exampleResults: [
                    ExampleResultRecord(
                        task: "arc_easy", items: (0..<8).map { "q\($0)" }, choices: Array(repeating: 2, count: 8),
                        logLikelihoods: (0..<16).map { -Double($0) }, correct: correct),
                    ExampleResultRecord(
                        task: "held_out", items: ["0", "1", "2"], choices: [1, 1, 1], logLikelihoods: windows),
                ],
                trainingLosses: [TrainingLossRecord(step: 0, loss: 4.5), TrainingLossRecord(step: 1, loss: 4.25)],
                artifacts: [
                    ArtifactRecord(
                        kind: "adapter", path: "/runs/adapter.safetensors", bytes: 1234,
                        sha256: String(repeating: "c", count: 64))
                ]))
    }

    /// Runs the program on this database.
    func run(_ arguments: [String]) throws -> Binary.Run { try Binary.run(arguments, in: folder.path) }
}
