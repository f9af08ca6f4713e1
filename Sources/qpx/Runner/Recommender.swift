internal import Engine
internal import Store

/// Asks the surrogate of a search which of the trials so far are best, and records its answer.
///
/// The trial of the best observed value is the luckiest one as a rule; what noise gave, another measurement takes back.
/// What is handed out is therefore the best posterior mean. Asked after each observation it costs no fit of its own: the
/// next proposal rests on the same observations and finds the surrogate fitted.
struct Recommender: Sendable {
    let store: Store
    let search: SearchRecord
    let space: AllocationSpace
    let proposer: Proposer
    /// Trials to recommend.
    var count = Self.usualCount

    /// Trials that a search recommends unless more are to be confirmed.
    static let usualCount = 5

    init(store: Store, search: SearchRecord, space: AllocationSpace, proposer: Proposer) {
        self.store = store
        self.search = search
        self.space = space
        self.proposer = proposer
    }

    /// From the record alone, without the model; nil where the record does not say what there is to choose from.
    init?(recorded search: SearchRecord, store: Store) throws {
        guard let space = RecordedSpace.space(of: search), let budgetBytes = search.budgetBytes else { return nil }
        let corrected = try store.importances(ofSearch: search.id).map {
            LayerEstimate(value: $0.value, nullMean: $0.nullMean).corrected
        }
        // Nothing is proposed, so nothing need be listed.
        let proposer = try Proposer(
            space: space, budgetBytes: budgetBytes,
            importance: corrected.count == space.layers ? space.inherited(corrected) : nil,
            options: Proposer.Options(enumerationLimit: 1))
        self.init(store: store, search: search, space: space, proposer: proposer)
    }

    /// Brings what the search recommends up to date, if there is anything new.
    func update() throws {
        let known = try store.knowledge(ofSearch: search.id)
        let candidates = known.trials.filter {
            $0.kind.isCandidate && $0.state == .complete && $0.objectiveValue != nil && $0.isWithinBudget != false
                && $0.fidelity == 1
        }
        let size = try store.recommendationSize(ofSearch: search.id)
        let isLonger = size.count < min(count, candidates.count)
        guard known.observations.count != size.observations || isLonger else { return }
        let observations = try SurrogateObservations(store: store, space: space, search: search).all(known)
        let believed = try proposer.recommended(observations: observations, count: observations.count)
        // Trials of this search only: what an earlier one measured is not its own to hand out.
        let own = Dictionary(
            candidates.compactMap { trial in
                trial.allocation.flatMap { space.allocation(parsing: $0) }.map { ($0, trial) }
            }, uniquingKeysWith: { first, _ in first })
        let sign: Double = search.direction == .maximize ? 1 : -1
        let recommendations = believed.compactMap { incumbent in
            own[incumbent.allocation].map {
                RecommendationRecord(
                    trialID: $0.id, mean: sign * incumbent.prediction.mean, deviation: incumbent.prediction.deviation)
            }
        }
        guard !recommendations.isEmpty else { return }
        try store.recommend(
            Array(recommendations.prefix(count)), observations: known.observations.count, forSearch: search.id)
    }
}

extension AllocationSpace {
    /// An allocation as the database holds it; nil where it is none of this space.
    func allocation(parsing text: String) -> Allocation? {
        guard let allocation = try? Allocation(parsing: text), (try? indices(of: allocation)) != nil else {
            return nil
        }
        return allocation
    }
}
