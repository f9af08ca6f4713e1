/// The ways from one importance per unit (layer or module) to an allocation, by name.
public enum ImportanceAllocation: String, Sendable, CaseIterable, Codable {
    /// The greedy upgrade rule of QPruner's authors.
    case greedy
    /// The exact solution of the multiple-choice knapsack: the least total cost, importance · relative error where no
    /// costs were measured.
    case exact
    /// The control: the greedy rule on the importance turned upside down.
    case reversed
    /// The control: uniform over all allocations within the budget, filled up to it; importance unused.
    case random

    /// The allocation within `budgetBytes` (total bytes, fixed bytes included).
    ///
    /// - Parameters:
    ///   - importance: `[units]`, nats or any other unit.
    ///   - relativeErrors: `[unit][choice]`, ‖W − Q(W)‖² / ‖W‖² of each unit at each choice, for `exact`; without
    ///     it 4^−bits stands in, the law of a uniform quantizer.
    ///   - costs: `[unit][choice]`, what each choice costs each unit, where a measure says that; `exact` then needs
    ///     neither importance nor errors.
    ///   - random: used by `random` only.
    /// - Throws: `BudgetError.belowMinimum` if nothing fits.
    public func allocation(
        importance: [Double], in space: AllocationSpace, budgetBytes: Int, relativeErrors: [[Double]]? = nil,
        costs: [[Double]]? = nil, random: inout RandomSource
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
        case .random:
            let draw = uniform.indices(random: &random)
            let set = FeasibleSet(space: space, budgetBytes: budgetBytes)
            return space.allocation(of: set.filled(draw, from: space.bytes(of: draw)))
        case .exact:
            let errors =
                relativeErrors
                ?? [[Double]](
                    repeating: space.choices.map { DeterministicMath.exp(-Double($0.bits) * DeterministicMath.log(4)) },
                    count: space.units)
            let values =
                costs.map { $0.map { $0.map { $0.isFinite ? -max(0, $0) : 0 } } }
                ?? zip(finite, errors).map { weight, error in error.map { -max(0, weight) * $0 } }
            let solution = Knapsack(values: values, in: space, budgetBytes: budgetBytes)
            return space.allocation(of: solution?.indices ?? space.smallestIndices)
        }
    }
}
