/// Allocation by importance as QPruner's authors do it: upgrade step by step where a bit buys most.
///
/// Every unit (layer or module) starts at its smallest choice and climbs a ladder of choices, each with more bits and more
/// bytes than the one before; of several choices that could be the next rung the one of fewest bytes is it, the first of
/// equals. The affordable single-step upgrade b → b' with the largest gain / added bits is applied,
/// gain = max(importance, 0) · log2(b'/b), added = (b' − b) · weights of the unit, until none fits or all gains are zero.
/// Ties go to the larger gain, then to the earlier unit.
///
/// Source: Zhou et al. 2024, "QPruner" (arXiv 2412.11629), and the rule of the authors' toolkit.
public enum GreedyUpgrade {
    /// Choice indices within `budgetBytes` (total bytes, fixed bytes included).
    ///
    /// - Parameter importance: `[units]`, any unit; not-a-number counts as 0.
    public static func indices(importance: [Double], in space: AllocationSpace, budgetBytes: Int) -> [Int] {
        precondition(importance.count == space.units, "one importance per unit")
        let ladders = space.unitBytes.map { ladder($0, space.choices) }
        var rungs = [Int](repeating: 0, count: space.units)
        var bytes = space.minimumBytes
        while true {
            var best: (unit: Int, rate: Double, gain: Double)?
            for unit in 0..<space.units where rungs[unit] + 1 < ladders[unit].count {
                let (from, to) = (ladders[unit][rungs[unit]], ladders[unit][rungs[unit] + 1])
                let added = space.unitBytes[unit][to] - space.unitBytes[unit][from]
                let fromBits = Double(max(1, space.choices[from].bits))
                let toBits = Double(max(1, space.choices[to].bits))
                guard bytes + added <= budgetBytes, importance[unit] > 0 else { continue }
                let gain = importance[unit] * DeterministicMath.log(toBits / fromBits) / DeterministicMath.log(2)
                let rate = gain / ((toBits - fromBits) * Double(max(1, space.unitWeights[unit])))
                if let found = best, (rate, gain) <= (found.rate, found.gain) { continue }
                best = (unit, rate, gain)
            }
            guard let upgrade = best else { return zip(ladders, rungs).map { $0[$1] } }
            let ladder = ladders[upgrade.unit]
            let rung = rungs[upgrade.unit]
            bytes += space.unitBytes[upgrade.unit][ladder[rung + 1]] - space.unitBytes[upgrade.unit][ladder[rung]]
            rungs[upgrade.unit] = rung + 1
        }
    }

    /// Choices by bytes, without those that have no more bits than a smaller one.
    private static func ladder(_ sizes: [Int], _ choices: [AllocationSpace.Choice]) -> [Int] {
        var ladder: [Int] = []
        for choice in sizes.indices.sorted(by: { (sizes[$0], $0) < (sizes[$1], $1) }) {
            guard let last = ladder.last else {
                ladder.append(choice)
                continue
            }
            if choices[choice].bits > choices[last].bits, sizes[choice] > sizes[last] { ladder.append(choice) }
        }
        return ladder
    }

    /// The allocation within `budgetBytes` (total bytes, fixed bytes included).
    public static func allocation(importance: [Double], in space: AllocationSpace, budgetBytes: Int) -> Allocation {
        space.allocation(of: indices(importance: importance, in: space, budgetBytes: budgetBytes))
    }
}
