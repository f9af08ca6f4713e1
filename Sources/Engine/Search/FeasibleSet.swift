/// The allocations within a budget: all of them where they are few, the ways from one to another where they are many.
struct FeasibleSet: Sendable {
    let space: AllocationSpace
    /// Total bytes allowed, fixed bytes included.
    let budgetBytes: Int

    /// Every allocation within the budget, or `nil` if there are more than `limit` (or, of the maximal ones, if more than four
    /// times `limit` allocations would have to be looked at).
    ///
    /// - Parameter maximalOnly: leave out allocations in which a layer could still get more bits.
    func enumerated(maximalOnly: Bool, limit: Int) -> [[Int]]? {
        var least = [Int](repeating: 0, count: space.layers + 1)
        for layer in (0..<space.layers).reversed() {
            least[layer] = least[layer + 1] + (space.layerBytes[layer].min() ?? 0)
        }
        var found: [[Int]] = []
        var looked = 0
        var indices = [Int](repeating: 0, count: space.layers)
        func descend(_ layer: Int, _ bytes: Int) -> Bool {
            if layer == space.layers {
                looked += 1
                if !maximalOnly || space.isMaximal(indices, bytes: bytes, budgetBytes: budgetBytes) {
                    found.append(indices)
                }
                return found.count <= limit && looked <= 4 * limit
            }
            for choice in space.choices.indices {
                let next = bytes + space.layerBytes[layer][choice]
                guard next + least[layer + 1] <= budgetBytes else { continue }
                indices[layer] = choice
                guard descend(layer + 1, next) else { return false }
            }
            return true
        }
        return descend(0, space.fixedBytes) ? found : nil
    }

    /// All allocations one step away: one layer changed, or one up and one down; within the budget.
    func neighbours(of indices: [Int], maximalOnly: Bool) -> [[Int]] {
        let bytes = space.bytes(of: indices)
        var result: [[Int]] = []
        func keep(_ candidate: [Int], _ size: Int) {
            guard size <= budgetBytes else { return }
            result.append(maximalOnly ? filled(candidate, from: size) : candidate)
        }
        for layer in 0..<space.layers {
            for choice in space.choices.indices where choice != indices[layer] {
                var one = indices
                one[layer] = choice
                let size = bytes - space.layerBytes[layer][indices[layer]] + space.layerBytes[layer][choice]
                keep(one, size)
                guard choice > indices[layer] else { continue }
                for other in 0..<space.layers where other != layer {
                    for lower in 0..<indices[other] {
                        var two = one
                        two[other] = lower
                        keep(two, size - space.layerBytes[other][indices[other]] + space.layerBytes[other][lower])
                    }
                }
            }
        }
        return result
    }

    /// Raises layers in order while anything fits, beginning with the largest step that does.
    func filled(_ indices: [Int], from bytes: Int) -> [Int] {
        var result = indices
        var total = bytes
        for layer in 0..<space.layers {
            for choice in space.choices.indices.reversed() where choice > result[layer] {
                let added = space.layerBytes[layer][choice] - space.layerBytes[layer][result[layer]]
                if total + added <= budgetBytes, added > 0 {
                    result[layer] = choice
                    total += added
                    break
                }
            }
        }
        return result
    }

    /// Allocations exactly uniform over all within the budget; maybe some of them twice.
    func uniformDraws(_ count: Int, random: inout RandomSource) -> [[Int]] {
        guard let sampler = RandomAllocation(in: space, budgetBytes: budgetBytes) else { return [] }
        return (0..<count).map { _ in sampler.indices(random: &random) }
    }

    /// Allocations within the budget that are not excluded: all of them or some; none only if there are none.
    func remaining(excluding excluded: Set<[Int]>, random: inout RandomSource) -> [[Int]] {
        if let all = enumerated(maximalOnly: false, limit: max(4096, 2 * excluded.count)) {
            return all.filter { !excluded.contains($0) }
        }
        // More than half of the allocations are not excluded, so one draw in two is new.
        return uniformDraws(256, random: &random).filter { !excluded.contains($0) }
    }
}
