/// What the surrogate predicted of a trial, and what came of it.
public struct PredictionRecord: Equatable, Sendable {
    /// Row id of the trial.
    public var trialID: Int
    /// Its number in the search.
    public var number: Int
    /// Predicted mean of the objective.
    public var mean: Double
    /// Predicted standard deviation of the objective, without the noise of measuring it.
    public var deviation: Double
    /// How many observations the surrogate knew.
    public var observations: Int
    /// The value that was measured.
    public var value: Double
    /// The noise of the value as `ObservationRecord.noise` says it; nil where it is not known.
    public var noise: Double?

    init(row: Row) throws {
        trialID = try row.integer("id")
        number = try row.integer("number")
        mean = try row.real("mean")
        deviation = try row.real("deviation")
        observations = try row.integer("observations")
        value = try row.real("objective_value")
        let paired = try row.optionalReal("paired_standard_error")
        noise = try row.boolean("is_native") ? paired : try row.optionalReal("objective_standard_error")
    }
}

extension Store {
    /// The predictions of a search beside the values that were measured, by number: trials that are complete and were
    /// evaluated whole.
    public func predictions(ofSearch id: Int) throws -> [PredictionRecord] {
        try read { try $0.rows(Self.predictionsQuery, ["search": id], PredictionRecord.init(row:)) }
    }

    static let predictionsQuery = """
        SELECT trial.id, trial.number, suggestion.mean, suggestion.deviation, suggestion.observations,
            trial.objective_value, trial.objective_standard_error, observation.paired_standard_error,
            (search.evaluator = 'native' AND trial.origin <> 'imported') AS is_native
        FROM trial JOIN search ON search.id = trial.search_id JOIN suggestion ON suggestion.trial_id = trial.id
            LEFT JOIN observation ON observation.search_id = trial.search_id AND observation.trial_id = trial.id
        WHERE trial.search_id = :search AND trial.state = 'complete' AND trial.archived_at IS NULL
            AND trial.objective_value IS NOT NULL AND trial.fidelity = 1
        ORDER BY trial.number
        """
}
