/// From numbers to places: straight, from one end of an axis to the other.
struct LinearScale: Sendable, Equatable {
    /// The numbers from one end to the other.
    let domain: ClosedRange<Double>
    /// The place of the smallest number.
    let start: Double
    /// The place of the largest number; smaller than `start` where the axis goes upwards on a page.
    let end: Double

    /// The place of a number.
    func place(_ value: Double) -> Double {
        start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
    }

    /// A range that holds some numbers with a margin on both sides, never empty.
    /// - Parameter margin: as a part of their span.
    /// - Returns: nil if none of the numbers is finite.
    static func range(of values: [Double], margin: Double) -> ClosedRange<Double>? {
        let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
        guard let low = finite.min(), let high = finite.max() else { return nil }
        let span = high - low
        // Numbers that are all the same stand in the middle.
        let extra = span > abs(high) * 1e-12 ? span * margin : max(abs(high) * 0.05, 1e-6)
        return low - extra...high + extra
    }
}
