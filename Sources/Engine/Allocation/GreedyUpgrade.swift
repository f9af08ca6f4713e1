/// Allocation by importance as QPruner's authors do it: upgrade step by step where a bit buys most.
///
/// Every layer starts at its smallest choice. The affordable single-step upgrade b → b' with the largest
/// gain / added bits is applied, gain = max(importance, 0) · log2(b'/b), added = (b' − b) · weights of the layer, until
/// none fits or all gains are zero. Ties go to the larger gain, then to the earlier layer.
///
/// Source: Zhou et al. 2024, "QPruner" (arXiv 2412.11629), and the rule of the authors' toolkit.
public enum GreedyUpgrade {
    /// Choice indices within `budgetBytes` (total bytes, fixed bytes included).
    ///
    /// - Parameter importance: `[layers]`, any unit; not-a-number counts as 0.
    public static func indices(importance: [Double], in space: AllocationSpace, budgetBytes: Int) -> [Int] {
        precondition(importance.count == space.layers, "one importance per layer")
        var indices = space.smallestIndices
        var bytes = space.minimumBytes
        while true {
            var best: (layer: Int, rate: Double, gain: Double)?
            for layer in 0..<space.layers {
                let from = indices[layer]
                guard from + 1 < space.choices.count else { continue }
                let added = space.layerBytes[layer][from + 1] - space.layerBytes[layer][from]
                let fromBits = Double(max(1, space.choices[from].bits))
                let toBits = Double(max(1, space.choices[from + 1].bits))
                guard bytes + added <= budgetBytes, toBits > fromBits, importance[layer] > 0 else { continue }
                let gain = importance[layer] * DeterministicMath.log(toBits / fromBits) / DeterministicMath.log(2)
                let rate = gain / ((toBits - fromBits) * Double(max(1, space.layerWeights[layer])))
                if let found = best, (rate, gain) <= (found.rate, found.gain) { continue }
                best = (layer, rate, gain)
            }
            guard let upgrade = best else { return indices }
            let from = indices[upgrade.layer]
            bytes += space.layerBytes[upgrade.layer][from + 1] - space.layerBytes[upgrade.layer][from]
            indices[upgrade.layer] = from + 1
        }
    }

    /// The allocation within `budgetBytes` (total bytes, fixed bytes included).
    public static func allocation(importance: [Double], in space: AllocationSpace, budgetBytes: Int) -> Allocation {
        space.allocation(of: indices(importance: importance, in: space, budgetBytes: budgetBytes))
    }
}
