extension ModelConfiguration {
    /// Fraction of all parameters that `pruned` no longer has.
    public func parametersRemoved(by pruned: ModelConfiguration) -> Double {
        1 - Double(pruned.parameterCount) / Double(parameterCount)
    }
}

/// Finds the pruning ratio that removes a fraction of the parameters.
enum ParameterTarget {
    private static let units = 1_000_000
    /// As good as everything.
    private static let most = 1 - 1e-9

    /// The smallest pruning ratio (to 1e-6) at which `removed` reaches `target`, found by bisection, for parameters fall
    /// with the ratio.
    ///
    /// In LLM-Pruner's raw global ranking they need not: a layer that would lose everything stays whole. Then it is the
    /// smallest ratio below the first of 256 equal steps that reaches the target.
    /// - Throws: `PruningError.unreachable` if no ratio removes as much.
    static func smallestRatio(
        reaching target: Double, removed: (Double) -> Double
    ) throws(PruningError) -> Double {
        guard target >= 0, target < 1 else { throw .ratio(target) }
        var (low, high) = (0, units)
        var largest = removed(most)
        if largest < target {
            let steps = 256
            var found: Int?
            for step in 1..<steps where found == nil {
                let fraction = removed(Double(step) / Double(steps))
                largest = max(largest, fraction)
                if fraction >= target { found = step }
            }
            guard let found else { throw .unreachable(target: target, most: largest) }
            (low, high) = (units * (found - 1) / steps, (units * found + steps - 1) / steps)
        }
        while low < high {
            let middle = (low + high) / 2
            if removed(Double(middle) / Double(units)) >= target { high = middle } else { low = middle + 1 }
        }
        return Double(low) / Double(units)
    }
}
