/// The allocations within a budget: all of them where they are few, the ways from one to another where they are many.
struct FeasibleSet: Sendable {
    let space: AllocationSpace
    /// Total bytes allowed, fixed bytes included.
    let budgetBytes: Int

    /// Every allocation within the budget, or `nil` if there are more than `limit` (or, of the maximal ones, if more than four
    /// times `limit` allocations would have to be looked at).
    ///
    /// - Parameter maximalOnly: leave out allocations in which a unit could still get more bits.
    func enumerated(maximalOnly: Bool, limit: Int) -> [[Int]]? {
        var least = [Int](repeating: 0, count: space.units + 1)
        for unit in (0..<space.units).reversed() {
            least[unit] = least[unit + 1] + (space.unitBytes[unit].min() ?? 0)
        }
        var found: [[Int]] = []
        var looked = 0
        var indices = [Int](repeating: 0, count: space.units)
        func descend(_ unit: Int, _ bytes: Int) -> Bool {
            if unit == space.units {
                looked += 1
                if !maximalOnly || space.isMaximal(indices, bytes: bytes, budgetBytes: budgetBytes) {
                    found.append(indices)
                }
                return found.count <= limit && looked <= 4 * limit
            }
            for choice in space.choices.indices {
                let next = bytes + space.unitBytes[unit][choice]
                guard next + least[unit + 1] <= budgetBytes else { continue }
                indices[unit] = choice
                guard descend(unit + 1, next) else { return false }
            }
            return true
        }
        return descend(0, space.fixedBytes) ? found : nil
    }

    /// All allocations one step away: one unit changed, or one up and one down; within the budget.
    ///
    /// Of the pairs that change together a part is left out where there are many units: what remains still leads
    /// everywhere, in more steps.
    func neighbours(of indices: [Int], maximalOnly: Bool) -> [[Int]] {
        let bytes = space.bytes(of: indices)
        let stride = (space.units + 47) / 48
        var result: [[Int]] = []
        func keep(_ candidate: [Int], _ size: Int) {
            guard size <= budgetBytes else { return }
            result.append(maximalOnly ? filled(candidate, from: size) : candidate)
        }
        for unit in 0..<space.units {
            for choice in space.choices.indices where choice != indices[unit] {
                var one = indices
                one[unit] = choice
                let size = bytes - space.unitBytes[unit][indices[unit]] + space.unitBytes[unit][choice]
                keep(one, size)
                guard choice > indices[unit] else { continue }
                for other in 0..<space.units where other != unit && (unit + other) % stride == 0 {
                    for lower in 0..<indices[other] {
                        var two = one
                        two[other] = lower
                        keep(two, size - space.unitBytes[other][indices[other]] + space.unitBytes[other][lower])
                    }
                }
            }
        }
        return result
    }

    /// All allocations in which one unit is another than in `indices`; within the budget.
    func steps(from indices: [Int]) -> [[Int]] {
        var result: [[Int]] = []
        for unit in 0..<space.units {
            for choice in space.choices.indices where choice != indices[unit] {
                var one = indices
                one[unit] = choice
                if space.bytes(of: one) <= budgetBytes { result.append(one) }
            }
        }
        return result
    }

    /// Raises units in order while anything fits, beginning with the largest step that does; of choices of equal bytes the
    /// first.
    func filled(_ indices: [Int], from bytes: Int) -> [Int] {
        var result = indices
        var total = bytes
        for unit in 0..<space.units {
            var best = 0
            var raised = result[unit]
            for choice in space.choices.indices.dropFirst(result[unit] + 1) {
                let added = space.unitBytes[unit][choice] - space.unitBytes[unit][result[unit]]
                // As bits ascend, so do bytes as a rule; where not, the higher choice wins as long as it adds any.
                let isTwin = raised > result[unit] && space.choices[choice].bits == space.choices[raised].bits
                if total + added <= budgetBytes, added > 0, !isTwin || added > best {
                    best = added
                    raised = choice
                }
            }
            result[unit] = raised
            total += best
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
