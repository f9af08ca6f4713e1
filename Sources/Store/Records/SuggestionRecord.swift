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

    /// A suggestion to record.
    public init(
        mean: Double, deviation: Double, acquisition: String, acquisitionValue: Double?, hyperparameters: String,
        randomState: String, candidates: Int, observations: Int, durationSeconds: Double
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
    }

    init(row: Row) throws {
        self.init(
            mean: try row.real("mean"), deviation: try row.real("deviation"),
            acquisition: try row.text("acquisition"), acquisitionValue: try row.optionalReal("acquisition_value"),
            hyperparameters: try row.text("hyperparameters"), randomState: try row.text("random_state"),
            candidates: try row.integer("candidates"), observations: try row.integer("observations"),
            durationSeconds: try row.real("duration_seconds"))
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
            ])
    }
}
