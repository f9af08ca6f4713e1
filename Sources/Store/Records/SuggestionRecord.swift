/// What the surrogate believed of an allocation before its trial, and why it was proposed: enough to replay the search.
/// Never changes.
public struct SuggestionRecord: Equatable, Sendable {
    /// Predicted mean of the objective.
    public var mean: Double
    /// Predicted standard deviation.
    public var deviation: Double
    /// The acquisition function's name.
    public var acquisition: String
    /// Its value for this allocation; nil where it was not finite.
    public var acquisitionValue: Double?
    /// The surrogate's hyperparameters, JSON.
    public var hyperparameters: String
    /// The state of the random source before the proposal.
    public var randomState: String
    /// How many allocations were considered.
    public var candidates: Int
    /// How many observations were known.
    public var observations: Int
    /// How long the proposal took.
    public var durationSeconds: Double
    /// Numbers of the trials that were running when it was made, ascending.
    public var pending: [Int]
    /// Row id of the last observation that was known, and with it all earlier ones of the search; nil for none.
    public var knownObservation: Int?
    /// How much each source of a warm start was believed, JSON object from the source search's row id to 0…1; nil without.
    public var trust: String?

    /// A suggestion to record.
    public init(
        mean: Double, deviation: Double, acquisition: String, acquisitionValue: Double?, hyperparameters: String,
        randomState: String, candidates: Int, observations: Int, durationSeconds: Double,
        pending: [Int] = [], knownObservation: Int? = nil, trust: String? = nil
    ) {
        self.mean = mean
        self.deviation = deviation
        self.acquisition = acquisition
        self.acquisitionValue = acquisitionValue
        self.hyperparameters = hyperparameters
        self.randomState = randomState
        self.candidates = candidates
        self.observations = observations
        self.durationSeconds = durationSeconds
        self.pending = pending
        self.knownObservation = knownObservation
        self.trust = trust
    }

    init(row: Row) throws {
        self.init(
            mean: try row.real("mean"), deviation: try row.real("deviation"),
            acquisition: try row.text("acquisition"), acquisitionValue: try row.optionalReal("acquisition_value"),
            hyperparameters: try row.text("hyperparameters"), randomState: try row.text("random_state"),
            candidates: try row.integer("candidates"), observations: try row.integer("observations"),
            durationSeconds: try row.real("duration_seconds"),
            pending: try row.text("pending").split { !$0.isNumber }.compactMap { Int($0) },
            knownObservation: try row.optionalInteger("known_observation"), trust: try row.optionalText("trust"))
    }

    func insert(into database: Database, trialID: Int) throws {
        try database.insert(
            into: "suggestion",
            [
                "trial_id": trialID, "mean": try finite(mean, "a predicted mean"),
                "deviation": try finite(deviation, "a predicted deviation"), "acquisition": acquisition,
                "acquisition_value": acquisitionValue, "hyperparameters": hyperparameters,
                "random_state": randomState, "candidates": candidates, "observations": observations,
                "duration_seconds": try finite(durationSeconds, "a suggestion's duration"),
                "pending": Database.list(pending), "known_observation": knownObservation, "trust": trust,
            ])
    }
}
