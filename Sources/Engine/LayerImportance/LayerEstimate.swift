/// What one layer is worth, beside what the same measure finds where there is nothing to find.
public struct LayerEstimate: Sendable, Equatable {
    /// The measured importance, in the measure's unit.
    public let value: Double
    /// Mean over permuted predictions; nil for a measure that needs no null.
    public let nullMean: Double?
    /// Standard deviation over permuted predictions; nil for a measure that needs no null.
    public let nullDeviation: Double?

    /// An estimate from its parts.
    public init(value: Double, nullMean: Double? = nil, nullDeviation: Double? = nil) {
        self.value = value
        self.nullMean = nullMean
        self.nullDeviation = nullDeviation
    }

    /// What is left when the bias is taken off: value − null mean, at least 0.
    ///
    /// A null below zero takes nothing off: a bound that finds less than nothing in unrelated data must not grow by it.
    public var corrected: Double { max(0, value - max(0, nullMean ?? 0)) }
}
