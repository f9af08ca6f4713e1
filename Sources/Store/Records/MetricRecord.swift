/// A number measured in a trial. Never changes once the trial is complete.
public struct MetricRecord: Equatable, Sendable {
    /// What was measured, such as "acc_norm", "perplexity".
    public var name: String
    /// The task or text it was measured on; "" for none.
    public var task: String
    /// The value; nil when the measurement gave no finite number.
    public var value: Double?
    /// Its standard error, where it has one.
    public var standardError: Double?
    /// How many examples, windows or tokens it is the mean of.
    public var count: Int?
    /// The training step it belongs to; nil for the trial's final value.
    public var step: Int?

    /// A metric to record. Values that are not finite become nil: "measured, and no number came out".
    public init(
        name: String, task: String = "", value: Double?, standardError: Double? = nil, count: Int? = nil,
        step: Int? = nil
    ) {
        self.name = name
        self.task = task
        self.value = value?.ifFinite
        self.standardError = standardError?.ifFinite
        self.count = count
        self.step = step
    }

    init(row: Row) throws {
        let step = try row.integer("step")
        self.init(
            name: try row.text("name"), task: try row.text("task"), value: try row.optionalReal("value"),
            standardError: try row.optionalReal("standard_error"), count: try row.optionalInteger("count"),
            step: step < 0 ? nil : step)
    }

    func insert(into database: Database, trialID: Int) throws {
        if let step, step < 0 {
            throw StoreError.badRecord(field: "metric \(name)", reason: "step \(step) is negative")
        }
        try database.insert(
            into: "metric",
            [
                "trial_id": trialID, "name": name, "task": task, "step": step ?? -1, "value": value,
                "standard_error": standardError, "count": count,
            ])
    }
}
