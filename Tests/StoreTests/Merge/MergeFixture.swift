import Foundation
import Synchronization

@testable import Store

/// A database of one node of a cluster, with a row in every table.
final class NodeDatabase {
    let folder: TemporaryFolder
    let store: Store
    let model: ModelRecord
    var path: String { folder.path() }

    /// - Parameters:
    ///   - host: of the node.
    ///   - start: milliseconds by which its clock is ahead of the others'.
    init(host: String = "node-1", start: Int = 0, copyOf other: NodeDatabase? = nil) throws {
        let folder = try TemporaryFolder()
        if let other { try other.store.exclusively { try $0.copy(to: folder.path()) } }
        self.folder = folder
        let looks = Mutex(start)
        store = try Store(
            path: folder.path(), access: .create, process: ProcessIdentity(host: host, pid: 7, started: nil),
            now: {
                looks.withLock { count in
                    count += 1
                    return Timestamp.text(milliseconds: 1_735_689_600_000 + count)
                }
            })
        model = try store.recordModel(Samples.model())
    }

    @discardableResult
    func search(_ name: String, isRunning: Bool = true) throws -> SearchRecord {
        var record = Samples.search(model: model, name: name)
        record.specification = #"{"name":"\#(name)"}"#
        let search = try store.createSearch(record, numbered: true)
        return isRunning ? try store.startSearch(id: search.id) : search
    }

    func begin(
        _ search: SearchRecord, _ pattern: Int, kind: TrialKind = .proposal, seed: UInt64 = 42, rerunOf: Int? = nil,
        suggestion: SuggestionRecord? = nil, waiting: Bool = false
    ) throws -> TrialRecord {
        var trial = Samples.trial(search: search, kind: kind, rerunOf: rerunOf)
        trial.seed = seed
        trial.environment.host = store.process.host
        return try store.beginTrial(
            trial, allocation: Samples.allocation(pattern), suggestion: suggestion, waiting: waiting)
    }

    @discardableResult
    func complete(
        _ search: SearchRecord, _ pattern: Int, kind: TrialKind = .proposal, seed: UInt64 = 42, rerunOf: Int? = nil,
        suggestion: SuggestionRecord? = nil, race: RaceRecord? = nil,
        origin: ResultOrigin? = nil
    ) throws -> TrialRecord {
        let trial = try begin(search, pattern, kind: kind, seed: seed, rerunOf: rerunOf, suggestion: suggestion)
        var result = Samples.result
        result.race = race
        result.origin = origin
        return try store.completeTrial(id: trial.id, result: result)
    }

    /// Two searches, the second begun from the first; something in every table.
    func fill(_ prefix: String = "") throws {
        let pruned = try store.recordModel(
            ModelRecord(
                sha256: Samples.digest("b"), name: "pruned", path: "models/pruned", architecture: "llama", layers: 4,
                parameters: 900, bytes: 1_800,
                pruning: .init(
                    parentID: model.id, pruningRatio: 0.2, parametersRemoved: 0.1, importance: "taylor", seed: 1)))
        let stage = try store.recordStage(
            StageRecord(digest: Samples.digest("e"), kind: "prune", path: "x/pruned", seconds: 2))
        try store.recordArtifact(
            ArtifactRecord(kind: "pruned_model", path: "x/p", bytes: 5, sha256: Samples.digest("1"), stageID: stage.id))
        try store.recordImportanceRun(
            ImportanceRunRecord(
                modelID: model.id, measure: "ross", signal: nil, unit: "nats", seed: 3, specification: "{}",
                durationSeconds: 1, commandLine: nil, environment: Samples.environment,
                values: [.init(layer: 0, value: 0.5), .init(layer: 1, precision: "nf4", value: 0.25)]))
        let first = try search(prefix + "first")
        try store.recordPruning(
            ofSearch: first.id, prunedModelID: pruned.id, parametersRemoved: 0.1, budgetBytes: 700)
        try store.recordSpace(ofSearch: first.id, "{}")
        try store.recordImportances(
            ofSearch: first.id, [ImportanceRecord(estimator: "ross", layer: 0, value: 0.5, nullMean: nil)])
        let one = try complete(first, 0, kind: .baseline, origin: ResultOrigin(digest: Samples.digest("7")))
        let two = try complete(
            first, 1,
            race: RaceRecord(incumbentID: one.id, scored: 3, examples: 12, difference: -0.1, standardError: 0.1))
        try complete(first, 1, kind: .rerun, rerunOf: two.id)
        try complete(first, 0, kind: .replicate, seed: 43, rerunOf: one.id)
        _ = try store.failTrial(id: begin(first, 2).id, error: "the loss became infinite")
        _ = try store.interruptTrial(id: begin(first, 3).id)
        try complete(first, 2, origin: ResultOrigin(digest: Samples.digest("7"), from: one))
        try store.archiveTrial(id: complete(first, 4).id)
        try store.recommend(
            [RecommendationRecord(trialID: one.id, mean: 0.5, deviation: 0.1)], observations: 3, forSearch: first.id)
        try store.record(EventRecord(level: .warning, message: "slow", searchID: first.id, trialID: one.id))
        try store.recordArtifact(
            ArtifactRecord(kind: "task", path: "t.jsonl", bytes: 9, sha256: Samples.digest("2"), searchID: first.id))
        try store.write { database in
            for (column, id) in [("search_id", first.id), ("trial_id", two.id)] {
                try database.insert(into: "tag", [column: id, "name": "paper", "created_at": store.now()])
                try database.insert(into: "note", [column: id, "text": "for table 2", "created_at": store.now()])
            }
        }
        try store.finishSearch(id: first.id, state: .complete)
        let second = try search(prefix + "second")
        let known = try store.observations(ofSearch: first.id)
        try store.warmStart(search: second.id, from: first.id, observations: known)
        var suggestion = Samples.suggestion
        suggestion.knownObservation = known.last?.id
        suggestion.trust = #"{"\#(first.id)":0.12345678901234567}"#
        suggestion.pending = [1]
        try complete(second, 5)
        try complete(second, 6, suggestion: suggestion)
        try store.finishSearch(id: second.id, state: .complete)
        let archived = try search(prefix + "first-draft")
        try store.finishSearch(id: archived.id, state: .failed, error: "no such file")
        try store.archiveSearch(id: archived.id)
    }
}
