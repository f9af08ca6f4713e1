/// Where values that are far from most others begin, so that a few of them do not press a picture flat.
///
/// Source: Tukey 1977, "Exploratory Data Analysis": far out is what lies three times the spread of the middle half beyond
/// that half.
enum OutlierFences {
    /// The values between the fences, as a range from the smallest to the largest of them; nil for none.
    static func range(_ values: [Double]) -> ClosedRange<Double>? {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let (low, high) = (sorted[sorted.count / 4], sorted[(sorted.count - 1) * 3 / 4])
        let reach = 3 * (high - low)
        // Of a few values, or of many equal ones, none is far from most.
        guard sorted.count >= 8, reach > 0, reach.isFinite else { return first...last }
        let near = sorted.filter { $0 >= low - reach && $0 <= high + reach }
        return (near.first ?? first)...(near.last ?? last)
    }
}
