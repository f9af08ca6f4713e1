/// The allocations that a search tries before its surrogate takes over.
///
/// In this order, as far as they differ: the uniform allocations of each choice of 4 bits and of 8 bits (baselines, which may
/// be over the budget), the largest uniform allocation within the budget and those of its bits, the allocation by importance,
/// where that is by the greedy rule and it is known what each choice loses the exact one as well, then random ones within the
/// budget, each the farthest (in units, layers or modules, that differ) from all before it among a number of uniform draws.
public struct InitialDesign: Sendable {
    /// A planned allocation.
    public struct Entry: Sendable, Equatable {
        /// Why an allocation is in the design.
        public enum Purpose: String, Sendable, Codable {
            /// The same precision everywhere.
            case uniform
            /// Bits by layer importance.
            case importance
            /// Bits by layer importance and what each choice loses, the best within the budget.
            case exact
            /// To learn about the space.
            case random
        }

        /// One precision per layer or module.
        public let allocation: Allocation
        /// What it is there for.
        public let origin: Observation.Origin
        /// Why it is planned.
        public let purpose: Purpose
        /// Total bytes, fixed bytes included.
        public let bytes: Int
        /// Whether it is within the budget.
        public let isFeasible: Bool
    }

    /// The plan, in order.
    public let entries: [Entry]

    /// - Parameters:
    ///   - importance: `[units]`; `nil` leaves the allocation by importance out.
    ///   - rule: how importance becomes an allocation.
    ///   - relativeErrors, costs: as `ImportanceAllocation.allocation` takes them.
    ///   - count: allocations within the budget to plan, baselines within the budget included.
    /// - Throws: `BudgetError.belowMinimum` if nothing fits the budget.
    public init(
        space: AllocationSpace, budgetBytes: Int, importance: [Double]? = nil, rule: ImportanceAllocation = .greedy,
        relativeErrors: [[Double]]? = nil, costs: [[Double]]? = nil, count: Int, seed: UInt64
    ) throws(BudgetError) {
        var random = RandomSource(seed: seed).derived("initial design")
        var planned: [[Int]] = []
        var entries: [Entry] = []
        func add(_ indices: [Int], _ origin: Observation.Origin, _ purpose: Entry.Purpose) {
            guard !planned.contains(indices) else { return }
            planned.append(indices)
            let bytes = space.bytes(of: indices)
            entries.append(
                Entry(
                    allocation: space.allocation(of: indices), origin: origin, purpose: purpose, bytes: bytes,
                    isFeasible: bytes <= budgetBytes))
        }
        func uniform(_ choice: Int) -> [Int] { [Int](repeating: choice, count: space.units) }
        for bits in [4, 8] {
            for choice in space.choices.indices where space.choices[choice].bits == bits {
                add(uniform(choice), .baseline, .uniform)
            }
        }
        let affordable = space.choices.indices.filter { space.bytes(of: uniform($0)) <= budgetBytes }
        if let largest = affordable.max(by: { (space.bytes(of: uniform($0)), $0) < (space.bytes(of: uniform($1)), $1) })
        {
            for choice in affordable where space.choices[choice].bits == space.choices[largest].bits {
                add(uniform(choice), .baseline, .uniform)
            }
        }
        if let importance {
            let allocation = try rule.allocation(
                importance: importance, in: space, budgetBytes: budgetBytes, relativeErrors: relativeErrors,
                costs: costs, random: &random)
            if let indices = try? space.indices(of: allocation) { add(indices, .search, .importance) }
            // The greedy rule does not know how much worse few bits are than some more.
            if rule == .greedy, relativeErrors != nil || costs != nil {
                let allocation = try ImportanceAllocation.exact.allocation(
                    importance: importance, in: space, budgetBytes: budgetBytes, relativeErrors: relativeErrors,
                    costs: costs, random: &random)
                if let indices = try? space.indices(of: allocation) { add(indices, .search, .exact) }
            }
        }
        let set = FeasibleSet(space: space, budgetBytes: budgetBytes)
        if let sampler = RandomAllocation(in: space, budgetBytes: budgetBytes) {
            while entries.count(where: \.isFeasible) < count {
                var best: (indices: [Int], distance: Int)?
                for _ in 0..<32 {
                    let draw = sampler.indices(random: &random)
                    let candidate = set.filled(draw, from: space.bytes(of: draw))
                    let distance = planned.map { Self.hamming($0, candidate) }.min() ?? space.units
                    if distance > best?.distance ?? 0 { best = (candidate, distance) }
                }
                // Nothing new among so many draws: a space that small is as good as covered.
                guard let best else { break }
                add(best.indices, .search, .random)
            }
        } else {
            throw .belowMinimum(
                text: "\(budgetBytes)B", budgetBytes: budgetBytes, minimumBytes: space.minimumBytes,
                minimumBitsPerWeight: space.bitsPerWeight(totalBytes: space.minimumBytes))
        }
        self.entries = entries
    }

    /// A design of these entries.
    init(entries: [Entry]) { self.entries = entries }

    static func hamming(_ a: [Int], _ b: [Int]) -> Int {
        var count = 0
        for (x, y) in zip(a, b) where x != y { count += 1 }
        return count
    }
}
