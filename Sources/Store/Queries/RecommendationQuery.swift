extension Store {
    /// Replaces what a search recommends, all of it, unless what is there rests on as much.
    ///
    /// Several workers may come with theirs in any order: the one that knew the most stays. Whoever knew more than there
    /// is now knew a trial that was archived meanwhile, and does not count.
    /// - Parameters:
    ///   - recommendations: trials by the surrogate's mean, best first.
    ///   - observations: how many the surrogate knew.
    /// - Returns: whether they were taken.
    @discardableResult
    public func recommend(
        _ recommendations: [RecommendationRecord], observations: Int, forSearch id: Int
    ) throws -> Bool {
        let time = now()
        return try write { database in
            let known = try database.recommendationSize(ofSearch: id)
            let live = try database.observationCount(ofSearch: id)
            guard observations <= live,
                observations > known.observations || known.observations > live
                    || (observations == known.observations && recommendations.count > known.count)
            else { return false }
            try database.forgetRecommendations(ofSearch: id)
            for (index, recommendation) in recommendations.enumerated() {
                try database.insert(
                    into: "recommendation",
                    [
                        "search_id": id, "position": index + 1, "trial_id": recommendation.trialID,
                        "mean": try finite(recommendation.mean, "a recommended mean"),
                        "deviation": try finite(recommendation.deviation, "a recommended deviation"),
                        "observations": observations, "created_at": time,
                    ])
            }
            return true
        }
    }

    /// How many observations what a search recommends rests on, and how many trials it recommends.
    public func recommendationSize(ofSearch id: Int) throws -> (observations: Int, count: Int) {
        try read { try $0.recommendationSize(ofSearch: id) }
    }

    /// The trials that a search recommends, best first: complete, within the budget, not archived.
    public func recommendations(ofSearch id: Int) throws -> [RecommendationRecord] {
        try read { try $0.recommendations(ofSearch: id) }
    }

    /// The best trial of a search, with what is believed of it. Nil while nothing within the budget is complete.
    public func best(ofSearch id: Int) throws -> BestTrial? {
        try read { try $0.best(of: try $0.search(id: id)) }
    }

    /// The best trial of a search alone; see `BestTrial`.
    public func bestTrial(ofSearch id: Int) throws -> TrialRecord? { try best(ofSearch: id)?.trial }
}

extension Database {
    static let recommendationsQuery = """
        SELECT recommendation.* FROM recommendation JOIN trial ON trial.id = recommendation.trial_id
        WHERE recommendation.search_id = :search AND trial.state = 'complete' AND trial.archived_at IS NULL
            AND trial.objective_value IS NOT NULL AND trial.within_budget IS NOT 0
        ORDER BY recommendation.position
        """

    func recommendations(ofSearch id: Int) throws -> [RecommendationRecord] {
        try rows(Self.recommendationsQuery, ["search": id], RecommendationRecord.init(row:))
    }

    func recommendationSize(ofSearch id: Int) throws -> (observations: Int, count: Int) {
        try first(
            """
            SELECT ifnull(max(observations), 0) AS observations, count(*) AS trials FROM recommendation
            WHERE search_id = :search
            """, ["search": id]
        ) { (observations: try $0.integer("observations"), count: try $0.integer("trials")) } ?? (0, 0)
    }

    /// How many observations the surrogate of a search may learn from.
    fileprivate func observationCount(ofSearch id: Int) throws -> Int {
        try first("SELECT count(*) AS observations FROM (\(Store.observationsQuery))", ["search": id]) {
            try $0.integer("observations")
        } ?? 0
    }

    /// What rests on a trial that is not what it was goes with it.
    func forgetRecommendations(ofSearch id: Int) throws {
        try execute("DELETE FROM recommendation WHERE search_id = :search", ["search": id])
    }

    static func bestObservedQuery(_ direction: ObjectiveDirection) -> String {
        """
        \(TrialRecord.selection)
        WHERE trial.search_id = :search AND trial.state = 'complete' AND trial.archived_at IS NULL
            AND trial.objective_value IS NOT NULL AND trial.within_budget IS NOT 0 AND trial.fidelity = 1
            AND trial.kind IN ('proposal', 'baseline', 'initial')
        ORDER BY trial.objective_value \(direction == .maximize ? "DESC" : "ASC"), trial.number
        LIMIT 1
        """
    }

    func best(of search: SearchRecord) throws -> BestTrial? {
        let sql = Self.bestObservedQuery(search.direction)
        guard let observed = try first(sql, ["search": search.id], TrialRecord.init(row:)) else { return nil }
        let recommended = try recommendations(ofSearch: search.id)
        guard let belief = recommended.first else { return BestTrial(trial: observed, observed: observed) }
        return BestTrial(
            trial: try trial(id: belief.trialID), belief: belief, observed: observed,
            observedBelief: recommended.first { $0.trialID == observed.id })
    }
}
