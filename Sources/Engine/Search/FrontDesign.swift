extension InitialDesign {
    /// The allocations that a search for a front of value against memory tries before its surrogate takes over.
    ///
    /// In this order, as far as they differ: the uniform allocations within the budget, smallest first, since they span the
    /// front (the smallest, the largest and those of 4 and 8 bits always, the others as long as `count` allows), and those of
    /// 4 and 8 bits beyond it, which every search is compared with; the allocations by importance at ½, 1, ¼ and ¾ of the way
    /// from the smallest allocation to the budget; then random ones, whose sizes are spread evenly over the same way, each
    /// the farthest from all before it among a number of draws.
    ///
    /// Parameters and errors are those of the design for one objective.
    public static func front(
        space: AllocationSpace, budgetBytes: Int, importance: [Double]? = nil, rule: ImportanceAllocation = .greedy,
        relativeErrors: [[Double]]? = nil, costs: [[Double]]? = nil, count: Int, seed: UInt64
    ) throws(BudgetError) -> InitialDesign {
        guard budgetBytes >= space.minimumBytes else {
            throw .belowMinimum(
                text: "\(budgetBytes)B", budgetBytes: budgetBytes, minimumBytes: space.minimumBytes,
                minimumBitsPerWeight: space.bitsPerWeight(totalBytes: space.minimumBytes))
        }
        var random = RandomSource(seed: seed).derived("front design")
        var plan = Plan(space: space, budgetBytes: budgetBytes)
        plan.addUniform(count: count)
        let span = min(budgetBytes, space.maximumBytes) - space.minimumBytes
        if let importance {
            for quarters in [2, 4, 1, 3] where plan.feasible < count {
                // The span may be the whole address space; its quarter is taken first.
                let bytes = quarters == 4 ? budgetBytes : space.minimumBytes + span / 4 * quarters
                let allocation = try rule.allocation(
                    importance: importance, in: space, budgetBytes: bytes, relativeErrors: relativeErrors,
                    costs: costs, random: &random)
                if let indices = try? space.indices(of: allocation) { plan.add(indices, .search, .importance) }
            }
        }
        plan.addRandom(count: count, span: span, random: &random)
        return InitialDesign(entries: plan.entries)
    }

    /// What is planned so far.
    private struct Plan {
        let space: AllocationSpace
        let budgetBytes: Int
        var entries: [Entry] = []
        private var planned: [[Int]] = []

        init(space: AllocationSpace, budgetBytes: Int) {
            self.space = space
            self.budgetBytes = budgetBytes
        }

        var feasible: Int { entries.count(where: \.isFeasible) }

        mutating func add(_ indices: [Int], _ origin: Observation.Origin, _ purpose: Entry.Purpose) {
            guard !planned.contains(indices) else { return }
            planned.append(indices)
            let bytes = space.bytes(of: indices)
            entries.append(
                Entry(
                    allocation: space.allocation(of: indices), origin: origin, purpose: purpose, bytes: bytes,
                    isFeasible: bytes <= budgetBytes))
        }

        mutating func addUniform(count: Int) {
            let uniform = space.choices.indices.map { [Int](repeating: $0, count: space.units) }
            let order = space.choices.indices.sorted {
                (space.bytes(of: uniform[$0]), $0) < (space.bytes(of: uniform[$1]), $1)
            }
            let affordable = order.filter { space.bytes(of: uniform[$0]) <= budgetBytes }
            let always = order.filter {
                [4, 8].contains(space.choices[$0].bits) || $0 == affordable.first || $0 == affordable.last
            }
            var spare = count - always.count { affordable.contains($0) }
            for choice in order {
                let isAlways = always.contains(choice)
                guard isAlways || (affordable.contains(choice) && spare > 0) else { continue }
                if !isAlways { spare -= 1 }
                add(uniform[choice], .baseline, .uniform)
            }
        }

        mutating func addRandom(count: Int, span: Int, random: inout RandomSource) {
            let missing = count - feasible
            guard missing > 0 else { return }
            for number in 0..<missing {
                // The middle of the part of the way that this one stands for.
                let bytes = space.minimumBytes + span / (2 * missing) * (2 * number + 1)
                guard let sampler = RandomAllocation(in: space, budgetBytes: max(bytes, space.minimumBytes)) else {
                    continue
                }
                var best: (indices: [Int], distance: Int)?
                for _ in 0..<32 {
                    let draw = sampler.indices(random: &random)
                    let distance = planned.map { InitialDesign.hamming($0, draw) }.min() ?? space.units
                    if distance > best?.distance ?? 0 { best = (draw, distance) }
                }
                if let best { add(best.indices, .search, .random) }
            }
        }
    }
}
