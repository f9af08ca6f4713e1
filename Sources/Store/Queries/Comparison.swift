/// Everything that a comparison of trials, or a report of searches, shows: as it was at one moment.
public struct Comparison: Sendable {
    /// The trials, in the order asked for.
    public var trials: [TrialRecord]
    /// Their searches, oldest first.
    public var searches: [SearchRecord]
    /// The models of those searches, intact and pruned, oldest first.
    public var models: [ModelRecord]
    /// Their allocations with every layer, oldest first.
    public var allocations: [AllocationRecord]
    /// Their metrics, by trial id.
    public var metrics: [Int: [MetricRecord]]
    /// Why they were proposed, by trial id.
    public var suggestions: [Int: SuggestionRecord]
}

extension Store {
    /// Reads all that there is to compare about some trials.
    public func comparison(ofTrials ids: [Int]) throws -> Comparison {
        try read { database in
            var filter = TrialFilter()
            filter.ids = ids
            filter.includesArchived = true
            let found = try database.trials(filter)
            let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let trials = try ids.map { id in
                guard let trial = byID[id] else { throw StoreError.noRow(table: "trial", id: id) }
                return trial
            }
            let searches = try database.rows(
                "SELECT * FROM search WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
                ["ids": Database.list(trials.map(\.searchID))], SearchRecord.init(row:))
            let models = try database.rows(
                "SELECT * FROM model WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
                ["ids": Database.list(searches.flatMap { [$0.modelID] + ($0.prunedModelID.map { [$0] } ?? []) })],
                ModelRecord.init(row:))
            return Comparison(
                trials: trials, searches: searches, models: models,
                allocations: try database.allocations(trials.compactMap(\.allocationID)),
                metrics: try database.metrics(ofTrials: ids), suggestions: try database.suggestions(ofTrials: ids))
        }
    }
}
