/// What an earlier search says about allocations, as a feature that a new search may believe or not.
///
/// A surrogate is fitted to the source's observations alone; its posterior mean φ (standardised, the polynomial part) enters
/// the new surrogate as β φ with β ~ N(β₀, τ²). The new search's own observations decide: a source that misleads has its
/// β driven to 0 or below within a few trials, and what is left is a surrogate of its own.
struct SourceModel: Sendable {
    /// Which source, as the observations say.
    let source: Int
    /// Deviation of the source's values.
    let scale: Double
    /// Mean of the source's values.
    let centre: Double
    private let polynomial: AllocationPolynomial

    /// Fits to the source's observations; `nil` with fewer than two, or if the numbers cannot be handled.
    init?(source: Int, data: [AllocationSurrogate.Datum], space: AllocationSpace, importance: [Double]?) {
        guard let surrogate = AllocationSurrogate(data: data, space: space, importance: importance) else { return nil }
        self.source = source
        scale = surrogate.scale
        centre = surrogate.centre
        polynomial = AllocationPolynomial(surrogate)
    }

    /// φ at an allocation, in deviations of the source's values.
    func value(_ indices: [Int]) -> Double { polynomial.value(indices) }
}
