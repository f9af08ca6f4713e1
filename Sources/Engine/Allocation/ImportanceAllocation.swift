/// The ways from one importance per unit (layer or module) to an allocation, by name.
public enum ImportanceAllocation: String, Sendable, CaseIterable, Codable {
    /// The greedy upgrade rule of QPruner's authors.
    case greedy
    /// The exact multiple-choice knapsack over importance · value of the bits.
    case knapsack
    /// The control: the greedy rule on the importance turned upside down.
    case reversed
    /// The control: uniform over all allocations within the budget, importance unused.
    case random

    /// The allocation within `budgetBytes` (total bytes, fixed bytes included).
    ///
    /// - Parameters:
    ///   - importance: `[units]`, nats or any other unit.
    ///   - relativeErrors: `[unit][choice]`, ‖W − Q(W)‖² / ‖W‖² of each unit at each choice, for `knapsack`; without
    ///     it 4^−bits stands in, the law of a uniform quantizer.
    ///   - random: used by `random` only.
    /// - Throws: `BudgetError.belowMinimum` if nothing fits.
    public func allocation(
        importance: [Double], in space: AllocationSpace, budgetBytes: Int, relativeErrors: [[Double]]? = nil,
        random: inout RandomSource
    ) throws(BudgetError) -> Allocation {
        precondition(importance.count == space.units, "one importance per unit")
        let finite = importance.map { $0.isFinite ? $0 : 0 }
        guard let uniform = RandomAllocation(in: space, budgetBytes: budgetBytes) else {
            throw .belowMinimum(
                text: "\(budgetBytes)B", budgetBytes: budgetBytes, minimumBytes: space.minimumBytes,
                minimumBitsPerWeight: space.bitsPerWeight(totalBytes: space.minimumBytes))
        }
        switch self {
        case .greedy: return GreedyUpgrade.allocation(importance: finite, in: space, budgetBytes: budgetBytes)
        case .reversed:
            let largest = finite.max() ?? 0
            let smallest = finite.min() ?? 0
            return GreedyUpgrade.allocation(
                importance: finite.map { largest - $0 + smallest }, in: space, budgetBytes: budgetBytes)
        case .random: return uniform.allocation(random: &random)
        case .knapsack:
            let errors =
                relativeErrors
                ?? [[Double]](
                    repeating: space.choices.map { DeterministicMath.exp(-Double($0.bits) * DeterministicMath.log(4)) },
                    count: space.units)
            let values = zip(finite, errors).map { weight, error in error.map { -max(0, weight) * $0 } }
            let solution = Knapsack(values: values, in: space, budgetBytes: budgetBytes)
            return space.allocation(of: solution?.indices ?? space.smallestIndices)
        }
    }
}
