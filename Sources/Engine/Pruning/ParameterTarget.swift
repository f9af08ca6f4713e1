extension ModelConfiguration {
    /// The shapes that pruning `layers` at `ratio` leaves; they depend on counts alone, not on any score.
    public func pruned(ratio: Double, layers pruned: Range<Int>) -> ModelConfiguration {
        var copy = self
        for layer in pruned where layers.indices.contains(layer) {
            let old = layers[layer]
            let heads = old.keyValueHeads - Pruner.removedUnits(old.keyValueHeads, size: headDimension, ratio: ratio)
            copy.layers[layer] = Layer(
                heads: heads * (old.heads / old.keyValueHeads), keyValueHeads: heads,
                intermediate: old.intermediate - Pruner.removedUnits(old.intermediate, size: 1, ratio: ratio))
        }
        return copy
    }

    /// Fraction of all parameters that `pruned` no longer has.
    public func parametersRemoved(by pruned: ModelConfiguration) -> Double {
        1 - Double(pruned.parameterCount) / Double(parameterCount)
    }

    /// The smallest pruning ratio (to 1e-6) at which `layers` lose at least `target` of all parameters.
    ///
    /// Parameters fall monotonically with the ratio, so bisection finds it.
    /// - Throws: `PruningError.unreachable` if even the largest ratio removes less.
    public func ratio(removingParameters target: Double, layers: Range<Int>) throws(PruningError) -> Double {
        guard target >= 0, target < 1 else { throw .ratio(target) }
        let most = parametersRemoved(by: pruned(ratio: 1 - 1e-9, layers: layers))
        guard most >= target else { throw .unreachable(target: target, most: most) }
        var low = 0
        var high = 1_000_000
        while low < high {
            let middle = (low + high) / 2
            if parametersRemoved(by: pruned(ratio: Double(middle) / 1e6, layers: layers)) >= target {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return Double(low) / 1e6
    }
}
