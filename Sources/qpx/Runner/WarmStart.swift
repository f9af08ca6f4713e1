internal import Engine
internal import Store

/// Takes observations of earlier searches into a new one.
struct WarmStart {
    let store: Store
    let problem: SearchProblem
    let searchID: Int

    /// Records the observations of every source that were not taken yet, with where they came from.
    /// - Returns: the number of observations taken.
    func take() throws -> Int {
        var taken = 0
        var known = try store.sources(ofSearch: searchID).map(\.searchID)
        for name in problem.specification.warmStart {
            let source = try store.search(named: name)
            guard !known.contains(source.id) else { continue }
            let usable = try Self.usable(source, store: store, specification: problem.specification)
            try store.warmStart(search: searchID, from: source.id, observations: usable)
            taken += usable.count
            known.append(source.id)
        }
        return taken
    }

    /// Refuses sources that cannot inform a search.
    ///
    /// A source fits if it has as many layers, the same objective, and trials with precisions that this search may
    /// choose too.
    /// - Throws: `Failure` with the reason.
    static func check(_ specification: Specification, store: Store, layers: Int) throws {
        for name in specification.warmStart {
            let source = try store.search(named: name)
            let found = try store.model(id: source.prunedModelID ?? source.modelID).layers
            guard found == layers else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' has \(found) layers, this one \(layers); "
                        + "only searches of the same depth can be used")
            }
            let objective = specification.objective.name
            guard source.objective == objective else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' was for '\(source.objective)', this one is for "
                        + "'\(objective)'; the objectives must be the same")
            }
            guard try !usable(source, store: store, specification: specification).isEmpty else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' has no finished trial with this search's precisions",
                    hint: "its choices are \(source.choices)")
            }
        }
    }

    /// The source's own observations whose precisions are among the choices.
    private static func usable(
        _ source: SearchRecord, store: Store, specification: Specification
    ) throws -> [ObservationRecord] {
        try store.observations(ofSearch: source.id).filter { observation in
            guard observation.origin != .warmStart else { return false }
            guard let allocation = try? Allocation(parsing: observation.allocation) else { return false }
            guard specification.granularity == .module || !allocation.isSplit else { return false }
            return (0..<allocation.layers).allSatisfy { layer in
                allocation.modulePrecisions(layer: layer).allSatisfy(specification.choices.contains)
            }
        }
    }

    /// Whether trials of an earlier search measure what those of a search do, as both are recorded.
    static func measuresTheSame(_ search: SearchRecord, as sourceID: Int, _ store: Store) throws -> Bool {
        func facts(
            _ record: SearchRecord
        ) throws -> (search: SearchRecord, specification: Specification, files: [String]) {
            let files = try store.artifacts(of: .search(record.id)).map { "\($0.kind) \($0.sha256)" }
            let specification = try Specification(canonicalJSON: record.specification, of: "search \(record.name)")
            return (record, specification, files)
        }
        return measureTheSame(try facts(search), try facts(try store.search(id: sourceID)))
    }

    /// Whether trials of two searches measure the same thing, so that an allocation that was tried in one need not be
    /// tried in the other: same pruned weights, files, training, evaluation and seed.
    static func measureTheSame(
        _ a: (search: SearchRecord, specification: Specification, files: [String]),
        _ b: (search: SearchRecord, specification: Specification, files: [String])
    ) -> Bool {
        a.specification.recovery.computation == b.specification.recovery.computation
            && a.specification.evaluation == b.specification.evaluation
            && a.specification.objective.measured == b.specification.objective.measured
            && a.specification.seed == b.specification.seed
            && a.specification.ends == b.specification.ends && a.files == b.files
            && (a.search.prunedModelID ?? a.search.modelID) == (b.search.prunedModelID ?? b.search.modelID)
    }
}
