/// A trial that a search hands out, and what its surrogate believes of the trial's allocation.
public struct RecommendationRecord: Equatable, Sendable {
    /// Row id of the trial: the candidate whose allocation it is.
    public var trialID: Int
    /// Posterior mean of the objective.
    public var mean: Double
    /// Posterior standard deviation, without the noise of measuring.
    public var deviation: Double

    /// A recommendation from its parts.
    public init(trialID: Int, mean: Double, deviation: Double) {
        self.trialID = trialID
        self.mean = mean
        self.deviation = deviation
    }

    init(row: Row) throws {
        self.init(
            trialID: try row.integer("trial_id"), mean: try row.real("mean"), deviation: try row.real("deviation"))
    }
}

/// What a search hands out.
///
/// The best trial is the first recommended one that is complete, within the budget and not archived. Where there is none,
/// it is the one of the best observed value.
public struct BestTrial: Equatable, Sendable {
    /// The trial.
    public var trial: TrialRecord
    /// What is believed of it; nil where the surrogate was not asked.
    public var belief: RecommendationRecord?
    /// The complete candidate with the best observed value within the budget, the earlier of equals: often the luckiest.
    public var observed: TrialRecord
    /// What is believed of that one; nil where it is not among the recommended.
    public var observedBelief: RecommendationRecord?
}
