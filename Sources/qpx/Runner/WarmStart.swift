internal import Engine
internal import Store

/// Takes observations of earlier searches into a new one.
struct WarmStart {
    let store: Store
    let context: SearchContext
    let searchID: Int

    /// Records the observations of every source, with where they came from.
    /// - Returns: the number of observations taken.
    func take() throws -> Int {
        var taken = 0
        for name in context.specification.warmStart {
            let source = try store.search(named: name)
            let usable = try Self.usable(source, store: store, space: context.space)
            try store.warmStart(search: searchID, from: source.id, observations: usable)
            taken += usable.count
        }
        return taken
    }

    /// Refuses sources that cannot inform a search.
    ///
    /// A source fits if it has as many layers, the same objective, and trials with precisions that this search may
    /// choose too.
    /// - Throws: `Failure` with the reason.
    static func check(_ names: [String], store: Store, context: SearchContext) throws {
        for name in names {
            let source = try store.search(named: name)
            let layers = try store.model(id: source.prunedModelID ?? source.modelID).layers
            guard layers == context.space.layers else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' has \(layers) layers, this one \(context.space.layers); "
                        + "only searches of the same depth can be used")
            }
            let objective = context.specification.objective.kind.rawValue
            guard source.objective == objective else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' was for '\(source.objective)', this one is for "
                        + "'\(objective)'; the objectives must be the same")
            }
            guard try !usable(source, store: store, space: context.space).isEmpty else {
                throw Failure(
                    .failed,
                    "--warm-start: search '\(source.name)' has no finished trial with this search's precisions",
                    hint: "its choices are \(source.choices)")
            }
        }
    }

    /// The source's own observations whose precisions the space has.
    private static func usable(
        _ source: SearchRecord, store: Store, space: AllocationSpace
    ) throws -> [ObservationRecord] {
        try store.observations(ofSearch: source.id).filter { observation in
            guard observation.origin != .warmStart else { return false }
            return (try? space.indices(of: Allocation(parsing: observation.allocation))) != nil
        }
    }

    /// Whether trials of two searches measure the same thing, so that an allocation that was tried in one need not be
    /// tried in the other: same pruned weights, files, training, evaluation and seed.
    static func measureTheSame(
        _ a: (search: SearchRecord, specification: Specification, files: [String]),
        _ b: (search: SearchRecord, specification: Specification, files: [String])
    ) -> Bool {
        a.specification.recovery == b.specification.recovery && a.specification.evaluation == b.specification.evaluation
            && a.specification.objective == b.specification.objective && a.specification.seed == b.specification.seed
            && a.files == b.files
            && (a.search.prunedModelID ?? a.search.modelID) == (b.search.prunedModelID ?? b.search.modelID)
    }
}
