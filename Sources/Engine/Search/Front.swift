/// The front of value against memory: for every number of bytes the largest value that was reached with no more.
///
/// Value is to be maximised, bytes are known exactly. The hypervolume is the area between the front, the reference value and
/// the byte limit. Memory is deterministic, so the expected hypervolume improvement of a candidate at m bytes is exact: the
/// sum over the steps of the front to the right of m of the step's width times the expected improvement over its value.
///
/// On closed-form allocation problems (`SearchBench --part front`) it is ahead of budgets in turn, of weights drawn at random
/// and of optimism (the gain if the value were some deviations above its mean), noise or not: the steps of a front are many,
/// so that no single one tempts it to stay.
///
/// Source: Emmerich et al. 2011, "Hypervolume-based expected improvement", for one certain objective.
public struct Front: Sendable, Equatable {
    /// An allocation's two objectives.
    public struct Point: Sendable, Equatable {
        /// Total bytes.
        public let bytes: Int
        /// Value, to be maximised.
        public let value: Double

        /// A point.
        public init(bytes: Int, value: Double) {
            self.bytes = bytes
            self.value = value
        }
    }

    /// Name of the acquisition in records.
    public static let acquisitionName = "log_ehvi"

    /// The points that no other one dominates, ascending in bytes and in value.
    public let points: [Point]
    /// Bytes up to which memory counts.
    public let limit: Int
    /// Value from which on value counts.
    public let reference: Double

    /// The front of `points`; those beyond the limit or below the reference are no part of it.
    public init(_ points: [Point], limit: Int, reference: Double) {
        var front: [Point] = []
        for point in points.sorted(by: { ($0.bytes, -$0.value) < ($1.bytes, -$1.value) })
        where point.bytes <= limit && point.value > front.last?.value ?? reference { front.append(point) }
        self.points = front
        self.limit = limit
        self.reference = reference
    }

    /// Area under the front, in bytes times the value's unit.
    public var hypervolume: Double {
        var area = 0.0
        for (i, point) in points.enumerated() {
            let end = i + 1 < points.count ? points[i + 1].bytes : limit
            area += Double(end - point.bytes) * (point.value - reference)
        }
        return area
    }

    /// Logarithm of the expected hypervolume improvement of a candidate, in nats; bytes count as parts of the limit.
    func logExpectedImprovement(mean: Double, deviation: Double, bytes: Int) -> Double {
        guard bytes < limit else {
            // At the limit itself no area is gained; the value there still tells which of two is better.
            return -1e6
                + LogExpectedImprovement().value(
                    mean: mean, deviation: deviation, best: points.last?.value ?? reference)
        }
        var terms: [Double] = []
        var largest = -Double.infinity
        var begin = bytes
        var value = reference
        /// Whether what is to come can still change the sum: the gain over ever higher values only falls.
        func add(until end: Int) -> Bool {
            guard end > begin else { return true }
            let gain = LogExpectedImprovement().value(mean: mean, deviation: deviation, best: value)
            let term = DeterministicMath.log(Double(end - begin) / Double(limit)) + gain
            terms.append(term)
            largest = max(largest, term)
            begin = end
            return gain > largest - 40
        }
        var counts = true
        for point in points {
            counts = add(until: point.bytes)
            guard counts else { break }
            value = point.value
        }
        if counts { _ = add(until: limit) }
        guard largest.isFinite else { return largest }
        return largest + DeterministicMath.log(terms.reduce(0) { $0 + DeterministicMath.exp($1 - largest) })
    }
}
