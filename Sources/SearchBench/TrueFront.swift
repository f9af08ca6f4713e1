import Engine

/// The best that any search for a front could reach: of every number of bytes the best true value.
struct TrueFront {
    /// Undominated points, bytes ascending.
    let points: [Front.Point]
    /// Whether every allocation was looked at; else Pareto local search found them, and there may be better ones.
    let isExact: Bool

    /// - Parameter exhaustiveLimit: allocations up to which all are looked at.
    init(_ objective: ClosedFormObjective, exhaustiveLimit: Int = 1 << 17) {
        let tables = Tables(objective)
        let size: Int = (0..<objective.definition.layers).reduce(1) { size, _ in min(size * tables.width, 1 << 20) }
        isExact = size <= exhaustiveLimit
        points =
            isExact ? Self.exhaustive(tables, budget: objective.budget) : Self.local(tables, budget: objective.budget)
    }

    private static func exhaustive(_ tables: Tables, budget: Int) -> [Front.Point] {
        var indices = [Int](repeating: 0, count: tables.units)
        var best: [Int: Double] = [:]
        while true {
            let bytes = tables.cost(indices)
            if bytes <= budget { best[bytes] = max(best[bytes] ?? -.infinity, tables.value(indices)) }
            guard let unit = indices.firstIndex(where: { $0 + 1 < tables.width }) else { break }
            for lower in 0..<unit { indices[lower] = 0 }
            indices[unit] += 1
        }
        return undominated(best)
    }

    /// Pareto local search: of every undominated allocation all that differ in one or two units, until none is new.
    private static func local(_ tables: Tables, budget: Int) -> [Front.Point] {
        var archive: [Int: (value: Double, indices: [Int])] = [:]
        var open: [[Int]] = []
        func offer(_ indices: [Int]) {
            let bytes = tables.cost(indices)
            let value = tables.value(indices)
            guard bytes <= budget, value > archive[bytes]?.value ?? -.infinity else { return }
            archive[bytes] = (value, indices)
            open.append(indices)
        }
        for choice in 0..<tables.width { offer([Int](repeating: choice, count: tables.units)) }
        while let indices = open.popLast() {
            let bytes = tables.cost(indices)
            // Better ones of its size, or of a smaller one, have come since.
            guard archive[bytes]?.indices == indices,
                !archive.contains(where: { $0.key < bytes && $0.value.value >= archive[bytes]?.value ?? 0 })
            else { continue }
            for a in 0..<tables.units {
                for choice in 0..<tables.width where choice != indices[a] {
                    var one = indices
                    one[a] = choice
                    offer(one)
                    for b in a + 1..<max(tables.units, a + 1) {
                        for other in 0..<tables.width where other != indices[b] {
                            var two = one
                            two[b] = other
                            offer(two)
                        }
                    }
                }
            }
        }
        return undominated(archive.mapValues(\.value))
    }

    private static func undominated(_ best: [Int: Double]) -> [Front.Point] {
        Front(
            best.map { Front.Point(bytes: $0.key, value: $0.value) }, limit: .max,
            reference: -.greatestFiniteMagnitude
        ).points
    }

    /// The objective by choice indices, without dictionaries.
    private struct Tables {
        let units: Int
        let width: Int
        private let costs: [[Int]]
        private let additive: [[Double]]
        private let interaction: [Double]
        private let pairs: [ClosedFormObjective.Pair]
        private let base: Double
        private let scale: Double

        init(_ objective: ClosedFormObjective) {
            let definition = objective.definition
            units = definition.layers
            width = definition.choices.count
            costs = objective.costs.map { cost in definition.choices.map { cost * $0 } }
            additive = objective.sensitivities.map { s in definition.choices.map { s * (definition.additive[$0] ?? 0) }
            }
            interaction = definition.choices.map { definition.interaction[$0] ?? 0 }
            pairs = objective.pairs
            base = definition.base
            scale = definition.scale
        }

        func cost(_ indices: [Int]) -> Int { zip(costs, indices).reduce(0) { $0 + $1.0[$1.1] } }

        func value(_ indices: [Int]) -> Double {
            var sum = 0.0
            for (row, index) in zip(additive, indices) { sum += row[index] }
            for pair in pairs {
                sum += pair.weight * interaction[indices[pair.a]] * interaction[indices[pair.b]]
            }
            return base - scale * sum
        }
    }
}
