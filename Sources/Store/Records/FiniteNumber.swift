/// The number, if a column that must hold one can hold it.
/// - Throws: `StoreError.notFinite` for NaN and infinities, which SQLite cannot compare or would turn into NULL.
func finite(_ value: Double, _ field: String) throws -> Double {
    guard value.isFinite else { throw StoreError.notFinite(field: field) }
    return value
}

extension Double {
    /// The number, or nil where a measurement gave none.
    var ifFinite: Double? { isFinite ? self : nil }
}
