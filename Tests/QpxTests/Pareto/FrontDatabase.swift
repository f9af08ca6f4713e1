import Foundation
import Store

@testable import qpx

/// A database with searches whose trials have given sizes and values.
struct FrontDatabase {
    /// A trial before it is recorded.
    struct Entry {
        var bytes: Int
        var value: Double?
        var standardError: Double? = nil
        var kind = TrialKind.proposal
        var label: String? = nil
        var isWithinBudget = true
        var metrics: [MetricRecord] = []
        /// Number of the trial that this one repeats with another seed, or anew.
        var repeated: Int? = nil
    }

    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(
            path: folder.path + "/qpx.db", access: .create,
            process: ProcessIdentity(host: "node-1", pid: 7, started: nil), now: { "2025-03-01T12:30:00.000Z" })
        _ = try store.recordModel(
            ModelRecord(
                sha256: String(repeating: "a", count: 64), name: "tiny", path: "/models/tiny", architecture: "llama",
                layers: 8, parameters: 1000, bytes: 4000))
    }

    /// Records a search; the trial at each position has the allocation of that number in binary.
    @discardableResult
    func search(
        _ name: String, _ direction: ObjectiveDirection, budget: Int?, second: String? = nil,
        objective: String = "loss",
        _ entries: [Entry]
    ) throws -> SearchRecord {
        let search = try store.createSearch(
            SearchRecord(
                name: name, modelID: 1, objective: objective, direction: direction, pruningRatio: 0,
                budgetBytes: budget, choices: "nf4,int8", trialLimit: 50, seed: 1, specification: "{}",
                secondObjective: second, environment: ExampleDatabase.environment))
        try store.startSearch(id: search.id)
        var ids: [Int] = []
        for (index, entry) in entries.enumerated() {
            let code = (entry.repeated ?? index + 1) - 1
            let precisions = (0..<8).map { code >> $0 & 1 == 0 ? (name: "nf4", bits: 4) : (name: "int8", bits: 8) }
            let begun = try store.beginTrial(
                TrialRecord(
                    searchID: search.id, kind: entry.kind, label: entry.label, weightBytes: entry.bytes,
                    bitsPerWeight: Double(entry.bytes) / 125, isWithinBudget: entry.isWithinBudget, seed: UInt64(index),
                    rerunOf: entry.repeated.map { ids[$0 - 1] }, environment: ExampleDatabase.environment),
                allocation: entry.kind == .reference ? nil : try AllocationRecord(precisions: precisions))
            ids.append(begun.id)
            try store.completeTrial(
                id: begun.id,
                result: TrialResult(
                    objectiveValue: entry.value, objectiveStandardError: entry.standardError, durationSeconds: 1,
                    metrics: entry.metrics))
        }
        return try store.search(id: search.id)
    }

    /// The front of searches by their objective.
    func analysis(_ names: [String], reference: Double? = nil) throws -> ParetoAnalysis {
        let searches = try names.map { try store.search(named: $0) }
        return try ParetoAnalysis(
            store, searches: searches, value: try ParetoValue(objectiveOf: searches), referenceValue: reference)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Binary.Run {
        try Binary.run(arguments, in: folder.path, environment: environment)
    }
}
