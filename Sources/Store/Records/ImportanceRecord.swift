/// How much one layer matters, by one measure.
public struct ImportanceRecord: Equatable, Sendable {
    /// The measure's name, such as "nearest_neighbours".
    public var estimator: String
    /// What of the layer's output was looked at; nil where the measure looks at none.
    public var signal: String?
    /// The layer, from 0.
    public var layer: Int
    /// The importance; for mutual information in nats.
    public var value: Double
    /// What the measure says on average of unrelated (shuffled) data.
    public var nullMean: Double?
    /// The standard deviation of that.
    public var nullDeviation: Double?

    /// An importance to record.
    public init(
        estimator: String, signal: String? = nil, layer: Int, value: Double, nullMean: Double? = nil,
        nullDeviation: Double? = nil
    ) {
        self.estimator = estimator
        self.signal = signal
        self.layer = layer
        self.value = value
        self.nullMean = nullMean
        self.nullDeviation = nullDeviation
    }

    init(row: Row) throws {
        self.init(
            estimator: try row.text("estimator"), signal: try row.optionalText("signal"),
            layer: try row.integer("layer"), value: try row.real("value"),
            nullMean: try row.optionalReal("null_mean"), nullDeviation: try row.optionalReal("null_deviation"))
    }

    /// A resumed search may estimate again: the later value stands.
    func upsert(into database: Database, searchID: Int) throws {
        try database.execute(
            """
            INSERT INTO importance (search_id, estimator, signal, layer, value, null_mean, null_deviation)
            VALUES (:search, :estimator, :signal, :layer, :value, :null_mean, :null_deviation)
            ON CONFLICT (search_id, estimator, layer) DO UPDATE SET
                signal = excluded.signal, value = excluded.value, null_mean = excluded.null_mean,
                null_deviation = excluded.null_deviation
            """,
            [
                "search": searchID, "estimator": estimator, "signal": signal, "layer": layer,
                "value": try finite(value, "the importance of layer \(layer)"), "null_mean": nullMean,
                "null_deviation": nullDeviation,
            ])
    }
}
