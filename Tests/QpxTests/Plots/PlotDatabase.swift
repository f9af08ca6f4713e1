import Foundation
import Store

@testable import qpx

/// A database with searches whose trials have given allocations, predictions and losses.
struct PlotDatabase {
    /// A trial before it is recorded.
    struct Entry {
        /// One symbol per layer: 2, 3, 4 or 8 bits; "m" for a layer whose modules differ.
        var digits: String
        var value: Double
        var kind = TrialKind.proposal
        var label: String? = nil
        var isWithinBudget = true
        /// What the surrogate predicted.
        var prediction: (mean: Double, deviation: Double)? = nil
        var losses: [Double] = []
    }

    let folder: TemporaryFolder
    let store: Store

    init(layers: Int = 4) throws {
        folder = try TemporaryFolder()
        store = try Store(
            path: folder.path + "/qpx.db", access: .create,
            process: ProcessIdentity(host: "node-1", pid: 7, started: nil), now: { "2025-03-01T12:30:00.000Z" })
        _ = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "a", count: 64), name: "tiny", path: "/models/tiny", architecture: "llama",
                layers: layers, parameters: 1000, bytes: 4000))
    }

    @discardableResult
    func search(
        _ name: String, direction: ObjectiveDirection = .maximize, objective: String = "accuracy",
        specification: String = "{}", _ entries: [Entry]
    ) throws -> SearchRecord {
        let search = try store.createSearch(
            SearchRecord(
                name: name, modelID: 1, objective: objective, direction: direction, pruningRatio: 0,
                budgetBytes: 3000, choices: "nf2,nf3,nf4,int8", trialLimit: 50, seed: 1,
                specification: specification, environment: ExampleDatabase.environment))
        try store.startSearch(id: search.id)
        for (index, entry) in entries.enumerated() {
            let begun = try store.beginTrial(
                TrialRecord(
                    searchID: search.id, kind: entry.kind, label: entry.label, weightBytes: 2000 + 10 * index,
                    bitsPerWeight: 4, isWithinBudget: entry.isWithinBudget, seed: UInt64(index),
                    environment: ExampleDatabase.environment),
                allocation: try Self.allocation(entry.digits),
                suggestion: entry.prediction.map {
                    SuggestionRecord(
                        mean: $0.mean, deviation: $0.deviation, acquisition: "log-expected-improvement",
                        acquisitionValue: nil, hyperparameters: "{}", randomState: "1 2", candidates: 10,
                        observations: index, durationSeconds: 0.1)
                })
            let result = TrialResult(
                objectiveValue: entry.value, durationSeconds: 1,
                metrics: [
                    MetricRecord(name: "acc", task: "piqa", value: entry.value, standardError: 0.02, count: 100),
                    MetricRecord(name: "perplexity", task: "text", value: 10 - entry.value, count: 5),
                ],
                trainingLosses: entry.losses.enumerated().map { TrainingLossRecord(step: $0, loss: $1) })
            try store.completeTrial(id: begun.id, result: result)
        }
        return try store.search(id: search.id)
    }

    private static func allocation(_ digits: String) throws -> AllocationRecord {
        let names: [Character: (String, Int)] = ["2": ("nf2", 2), "3": ("nf3", 3), "4": ("nf4", 4), "8": ("int8", 8)]
        var layers: [AllocationRecord.Layer] = []
        for (layer, digit) in digits.enumerated() {
            if let name = names[digit] {
                layers.append(.init(layer: layer, precision: name.0, bits: name.1))
            } else {
                layers += AllocationDrawing.modules.enumerated().map { index, module in
                    let name = index == 6 ? ("int8", 8) : ("nf4", 4)
                    return .init(layer: layer, module: module, precision: name.0, bits: name.1)
                }
            }
        }
        return try AllocationRecord(layers: layers)
    }

    /// Whole searches as what is to be drawn.
    func subject(_ names: String...) throws -> PlotSubject {
        PlotSubject(store, searches: try names.map { try store.search(named: $0) })
    }

    /// Some trials as what is to be drawn.
    func subject(trials selectors: String...) throws -> PlotSubject {
        try PlotSubject(store, trials: try selectors.flatMap { try store.trials(try TrialSelector($0)) })
    }

    func run(_ arguments: [String]) throws -> Binary.Run { try Binary.run(arguments, in: folder.path) }
}
