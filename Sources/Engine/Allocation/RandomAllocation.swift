/// Random allocations, exactly uniform over all that fit the budget.
///
/// Sizes are rounded **down** to buckets, so that every allocation that fits also fits in buckets; a table counts the
/// completions from each unit and remaining budget, a draw goes unit by unit in proportion to them, and a draw that
/// is over the budget in exact bytes is thrown away. What remains is uniform over the feasible set (up to the rounding of
/// the counts in float64), and few are thrown away because buckets are small.
public struct RandomAllocation: Sendable {
    private let space: AllocationSpace
    private let budgetBytes: Int
    /// Size above the unit's smallest choice, in buckets rounded down, `[unit][choice]`.
    private let cost: [[Int]]
    /// `completions[unit][remaining]`, each unit scaled by its own factor.
    private let completions: [[Double]]

    /// Draws within `budgetBytes` (total bytes, fixed bytes included); `nil` if nothing fits.
    public init?(in space: AllocationSpace, budgetBytes: Int) {
        guard budgetBytes >= space.minimumBytes else { return nil }
        self.space = space
        self.budgetBytes = budgetBytes
        let capacity = min(budgetBytes, space.maximumBytes) - space.minimumBytes
        let buckets = max(4096, 64 * space.units)
        let bucket = Self.bucketSize(space: space, capacity: capacity, buckets: buckets)
        cost = space.unitBytes.map { sizes in
            let least = sizes.min() ?? 0
            return sizes.map { ($0 - least) / bucket }
        }
        let states = capacity / bucket + 1
        var tables = [[Double](repeating: 1, count: states)]
        for unit in (0..<space.units).reversed() {
            let next = tables[tables.count - 1]
            var table = [Double](repeating: 0, count: states)
            for step in cost[unit] where step < states {
                for remaining in step..<states { table[remaining] += next[remaining - step] }
            }
            // The largest count would pass float64 beyond some hundred units; only ratios within a unit matter.
            let largest = table[states - 1]
            for remaining in 0..<states { table[remaining] /= largest }
            tables.append(table)
        }
        completions = tables.reversed()
    }

    /// Choice indices of one draw.
    public func indices(random: inout RandomSource) -> [Int] {
        // A bound, so that a wrong table could never hang a search; in practice a few draws are thrown away.
        for _ in 0..<100_000 {
            let draw = relaxedDraw(random: &random)
            if space.bytes(of: draw) <= budgetBytes { return draw }
        }
        return space.smallestIndices
    }

    /// One draw as an allocation.
    public func allocation(random: inout RandomSource) -> Allocation { space.allocation(of: indices(random: &random)) }

    private func relaxedDraw(random: inout RandomSource) -> [Int] {
        var remaining = completions[0].count - 1
        var draw: [Int] = []
        draw.reserveCapacity(space.units)
        for unit in 0..<space.units {
            var weights = [Double](repeating: 0, count: cost[unit].count)
            var total = 0.0
            for (choice, step) in cost[unit].enumerated() where step <= remaining {
                weights[choice] = completions[unit + 1][remaining - step]
                total += weights[choice]
            }
            var point = random.uniform() * total
            var chosen = weights.lastIndex { $0 > 0 } ?? 0
            for (choice, weight) in weights.enumerated() {
                if point < weight {
                    chosen = choice
                    break
                }
                point -= weight
            }
            draw.append(chosen)
            remaining -= cost[unit][chosen]
        }
        return draw
    }

    /// The greatest common divisor of all size steps if that makes few enough buckets, else the smallest unit that does.
    private static func bucketSize(space: AllocationSpace, capacity: Int, buckets: Int) -> Int {
        var divisor = 0
        for sizes in space.unitBytes {
            let least = sizes.min() ?? 0
            for size in sizes { divisor = greatestCommonDivisor(divisor, size - least) }
        }
        let coarse = max(1, capacity / buckets)
        return divisor > coarse ? divisor : coarse
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
