/// How much one layer matters to the model's prediction, by one estimator.
public struct ImportanceRecord: Equatable, Sendable {
    /// The estimator's name.
    public var estimator: String
    /// The layer, from 0.
    public var layer: Int
    /// The importance; for mutual information in nats.
    public var value: Double
    /// What the estimator says on average of unrelated (shuffled) data.
    public var nullMean: Double?
    /// The standard deviation of that.
    public var nullDeviation: Double?

    /// An importance to record.
    public init(
        estimator: String, layer: Int, value: Double, nullMean: Double? = nil, nullDeviation: Double? = nil
    ) {
        self.estimator = estimator
        self.layer = layer
        self.value = value
        self.nullMean = nullMean
        self.nullDeviation = nullDeviation
    }

    init(row: Row) throws {
        self.init(
            estimator: try row.text("estimator"), layer: try row.integer("layer"), value: try row.real("value"),
            nullMean: try row.optionalReal("null_mean"), nullDeviation: try row.optionalReal("null_deviation"))
    }

    /// A resumed search may estimate again: the later value stands.
    func upsert(into database: Database, searchID: Int) throws {
        try database.execute(
            """
            INSERT INTO importance (search_id, estimator, layer, value, null_mean, null_deviation)
            VALUES (:search, :estimator, :layer, :value, :null_mean, :null_deviation)
            ON CONFLICT (search_id, estimator, layer) DO UPDATE SET
                value = excluded.value, null_mean = excluded.null_mean, null_deviation = excluded.null_deviation
            """,
            [
                "search": searchID, "estimator": estimator, "layer": layer,
                "value": try finite(value, "the importance of layer \(layer)"), "null_mean": nullMean,
                "null_deviation": nullDeviation,
            ])
    }
}
