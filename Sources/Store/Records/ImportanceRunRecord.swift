/// Layer importance of one model by one measure, measured outside a search.
public struct ImportanceRunRecord: Equatable, Sendable {
    /// Row id; 0 until stored.
    public internal(set) var id = 0
    /// Row id of the model.
    public var modelID: Int
    /// The measure's name, such as "nearest_neighbours".
    public var measure: String
    /// What of a layer's output was looked at; nil where the measure looks at none.
    public var signal: String?
    /// Unit of the values.
    public var unit: String
    /// Seed of samples and permutations.
    public var seed: UInt64
    /// Everything that the values depend on beside the model; JSON.
    public var specification: String
    /// How long it took.
    public var durationSeconds: Double
    /// As it was typed.
    public var commandLine: String?
    /// Where and by what it was measured.
    public var environment: RunEnvironment
    /// The values, layer by layer.
    public var values: [Value]
    /// When it was recorded.
    public internal(set) var createdAt = ""

    /// One number of a run.
    public struct Value: Equatable, Sendable {
        /// The layer, from 0.
        public var layer: Int
        /// The precision whose cost this is; nil for the layer's importance.
        public var precision: String?
        /// The importance or cost, in the run's unit.
        public var value: Double
        /// What the measure says on average of unrelated data.
        public var nullMean: Double?
        /// The standard deviation of that.
        public var nullDeviation: Double?

        /// A value of a run.
        public init(
            layer: Int, precision: String? = nil, value: Double, nullMean: Double? = nil, nullDeviation: Double? = nil
        ) {
            self.layer = layer
            self.precision = precision
            self.value = value
            self.nullMean = nullMean
            self.nullDeviation = nullDeviation
        }
    }

    /// A run to record.
    public init(
        modelID: Int, measure: String, signal: String?, unit: String, seed: UInt64, specification: String,
        durationSeconds: Double, commandLine: String?, environment: RunEnvironment, values: [Value]
    ) {
        self.modelID = modelID
        self.measure = measure
        self.signal = signal
        self.unit = unit
        self.seed = seed
        self.specification = specification
        self.durationSeconds = durationSeconds
        self.commandLine = commandLine
        self.environment = environment
        self.values = values
    }

    init(row: Row, values: [Value]) throws {
        self.init(
            modelID: try row.integer("model_id"), measure: try row.text("measure"),
            signal: try row.optionalText("signal"), unit: try row.text("unit"), seed: try row.pattern("seed"),
            specification: try row.text("specification"), durationSeconds: try row.real("duration_seconds"),
            commandLine: try row.optionalText("command_line"), environment: try RunEnvironment(row: row),
            values: values)
        id = try row.integer("id")
        createdAt = try row.text("created_at")
    }

    func insert(into database: Database, at time: String) throws -> ImportanceRunRecord {
        var stored = self
        stored.createdAt = time
        stored.id = try database.insert(
            into: "importance_run",
            [
                "model_id": modelID, "measure": measure, "signal": signal, "unit": unit, "seed": seed,
                "specification": specification,
                "duration_seconds": try finite(durationSeconds, "an importance run's duration"),
                "command_line": commandLine, "created_at": time, "qpx_version": environment.qpxVersion,
                "host": environment.host, "thread_count": environment.threadCount,
                "processor": environment.processor,
            ])
        for value in values {
            _ = try database.insert(
                into: "importance_value",
                [
                    "run_id": stored.id, "layer": value.layer, "precision": value.precision ?? "",
                    "value": try finite(value.value, "the importance of layer \(value.layer)"),
                    "null_mean": value.nullMean, "null_deviation": value.nullDeviation,
                ])
        }
        return stored
    }
}
