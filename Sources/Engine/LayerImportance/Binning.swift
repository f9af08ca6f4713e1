/// Ways to turn real values into bins.
public enum Binning: String, Sendable, CaseIterable, Codable {
    /// Bins of equal width between the smallest and the largest value.
    case equalWidth = "equal_width"
    /// Bins of (as far as ties allow) equally many samples; equal values share a bin.
    case quantile

    /// The bin of each value, `0 ..< bins`. Values must be finite.
    public func codes(_ values: [Float], bins: Int) -> [Int] {
        precondition(bins > 0, "at least one bin")
        guard let least = values.min(), let most = values.max(), most > least else {
            return [Int](repeating: 0, count: values.count)
        }
        switch self {
        case .equalWidth:
            let width = Double(most) - Double(least)
            return values.map { value in
                min(bins - 1, max(0, Int((Double(value) - Double(least)) / width * Double(bins))))
            }
        case .quantile:
            let sorted = values.sorted()
            // The linearly interpolated quantiles 1/bins, 2/bins, …
            let edges = (1..<max(2, bins)).map { k in
                let position = Double(k) / Double(bins) * Double(sorted.count - 1)
                let below = min(Int(position), sorted.count - 1)
                let above = min(below + 1, sorted.count - 1)
                let fraction = position - Double(below)
                return Double(sorted[below]) + fraction * (Double(sorted[above]) - Double(sorted[below]))
            }
            guard bins > 1 else { return [Int](repeating: 0, count: values.count) }
            return values.map { value in edges.count { Double(value) >= $0 } }
        }
    }
}
