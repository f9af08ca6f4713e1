/// The allocation of the largest total value within a budget: the multiple-choice knapsack, solved exactly.
///
/// Unit by unit, the list of undominated partial allocations is kept (more bytes only for more value). The sizes
/// stay exact integers, so nothing is lost to buckets. Should a list pass `limit`, which takes many units of unrelated
/// sizes, the best of each of `limit` equal ranges of bytes is kept: still exactly within the budget, no longer certainly
/// optimal, and `isExact` says so.
///
/// Source: Nemhauser & Ullmann 1969, "Discrete Dynamic Programming and Capital Allocation".
public struct Knapsack: Sendable {
    /// Choice index of each unit.
    public let indices: [Int]
    /// Sum of the values.
    public let value: Double
    /// Total bytes, fixed bytes included.
    public let bytes: Int
    /// Whether no allocation within the budget has a larger value.
    public let isExact: Bool

    private struct State {
        var bytes: Int
        var value: Double
        var parent: Int32
        var choice: Int32
    }

    /// Maximises Σ `values[unit][choice]` subject to total bytes ≤ `budgetBytes`; `nil` if nothing fits.
    ///
    /// Equal values go to the smaller allocation. Values must be finite.
    public init?(values: [[Double]], in space: AllocationSpace, budgetBytes: Int, limit: Int = 1 << 15) {
        precondition(values.count == space.units, "values for every unit")
        guard budgetBytes >= space.minimumBytes else { return nil }
        // What the later units need at least decides which partial allocations can still be completed.
        var needed = [Int](repeating: 0, count: space.units + 1)
        for unit in (0..<space.units).reversed() {
            needed[unit] = needed[unit + 1] + (space.unitBytes[unit].min() ?? 0)
        }
        var fronts: [[State]] = [[State(bytes: space.fixedBytes, value: 0, parent: -1, choice: -1)]]
        var exact = true
        for unit in 0..<space.units {
            precondition(values[unit].count == space.choices.count, "one value per choice")
            let previous = fronts[unit]
            var front = Self.merged(
                previous, sizes: space.unitBytes[unit], values: values[unit], limit: budgetBytes - needed[unit + 1])
            if front.count > max(2, limit) {
                exact = false
                front = Self.thinned(front, to: max(2, limit))
            }
            fronts.append(front)
        }
        guard let best = fronts[space.units].last else { return nil }
        var chosen = [Int](repeating: 0, count: space.units)
        var state = best
        for unit in (0..<space.units).reversed() {
            chosen[unit] = Int(state.choice)
            state = fronts[unit][Int(state.parent)]
        }
        indices = chosen
        value = best.value
        bytes = best.bytes
        isExact = exact
    }

    /// All extensions of `previous` by one unit, ascending by bytes and strictly ascending by value.
    private static func merged(_ previous: [State], sizes: [Int], values: [Double], limit: Int) -> [State] {
        var positions = [Int](repeating: 0, count: sizes.count)
        var front: [State] = []
        front.reserveCapacity(previous.count * 2)
        while true {
            var next: State?
            for choice in 0..<sizes.count where positions[choice] < previous.count {
                let base = previous[positions[choice]]
                let bytes = base.bytes + sizes[choice]
                guard bytes <= limit else {
                    positions[choice] = previous.count
                    continue
                }
                let value = base.value + values[choice]
                if let found = next, (found.bytes, -found.value) <= (bytes, -value) { continue }
                next = State(bytes: bytes, value: value, parent: Int32(positions[choice]), choice: Int32(choice))
            }
            guard let state = next else { return front }
            positions[Int(state.choice)] += 1
            if let last = front.last, last.value >= state.value { continue }
            front.append(state)
        }
    }

    /// The best state of each of `count` equal ranges of bytes; the first and the last state always stay.
    private static func thinned(_ front: [State], to count: Int) -> [State] {
        guard let first = front.first, let last = front.last else { return front }
        let width = max(1, (last.bytes - first.bytes) / (count - 1) + 1)
        var result = [first]
        for (state, next) in zip(front, front.dropFirst())
        where (state.bytes - first.bytes) / width != (next.bytes - first.bytes) / width && state.bytes > first.bytes {
            result.append(state)
        }
        result.append(last)
        return result
    }
}
