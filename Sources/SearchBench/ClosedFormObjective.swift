import Engine

/// An allocation problem with a known optimum: additive sensitivities, sparse pairs, an exact integer budget, seeded noise.
///
/// Defined so that every language computes the same bits: 64-bit wrap-around integers, float64 sums from left to right.
struct ClosedFormObjective: Sendable {
    struct Definition: Sendable {
        let name: String
        var id: UInt64
        var layers: Int
        let choices: [Int]
        let additive: [Int: Double]
        let interaction: [Int: Double]
        let scale: Double
        var budgetMilli: Int
        let base = 64.0
        let noise = 0.5
        let pairScale: Double
        /// The largest true value within the budget, where it is known.
        var optimum: Double?
    }

    struct Pair: Sendable, Equatable {
        let a: Int
        let b: Int
        let weight: Double
    }

    let definition: Definition
    let costs: [Int]
    let sensitivities: [Double]
    let pairs: [Pair]
    let budget: Int

    private static let twoBits: [Int: Double] = [4: 1, 8: 0]

    /// The four problems of the reference table, and one with the costs of bits that a trained model has.
    static let all: [ClosedFormObjective] = [
        family("ba16", id: 1, optimum: 63.502), family("ba32", id: 2, optimum: 62.421),
        family("mb16", id: 3, optimum: 62.312), family("ri16", id: 4, optimum: 68.322), family("lm16", id: 5),
    ].compactMap { $0 }

    /// A problem of the kind of `ba16`, `ba32`, `mb16`, `ri16` or `lm16` with another id; nil for another kind.
    /// - Parameter optimum: the largest true value within the budget, where it is known.
    static func family(_ kind: String, id: UInt64, optimum: Double? = nil) -> ClosedFormObjective? {
        let name = title(kind: kind, id: id)
        switch kind {
        case "ba16", "ri16":
            return ClosedFormObjective(
                Definition(
                    name: name, id: id, layers: 16, choices: [4, 8], additive: twoBits, interaction: twoBits, scale: 1,
                    budgetMilli: 5500, pairScale: kind == "ri16" ? 4 : 1, optimum: optimum))
        case "ba32":
            return ClosedFormObjective(
                Definition(
                    name: name, id: id, layers: 32, choices: [4, 8], additive: twoBits, interaction: twoBits,
                    scale: 0.5, budgetMilli: 5250, pairScale: 1, optimum: optimum))
        case "mb16":
            return ClosedFormObjective(
                Definition(
                    name: name, id: id, layers: 16, choices: [2, 3, 4, 8], additive: [2: 5, 3: 2, 4: 1, 8: 0],
                    interaction: [2: 2, 3: 1.5, 4: 1, 8: 0], scale: 0.5, budgetMilli: 3750, pairScale: 1,
                    optimum: optimum))
        case "lm16":
            // What 2, 3 and 4 bits cost a trained model of 16 layers, relative to 4 (28.5 : 3.6 : 1), for each layer.
            return ClosedFormObjective(
                Definition(
                    name: name, id: id, layers: 16, choices: [2, 3, 4, 8],
                    additive: [2: 28.5, 3: 3.6, 4: 1, 8: 0], interaction: [2: 4, 3: 1.5, 4: 1, 8: 0], scale: 0.1,
                    budgetMilli: 3500, pairScale: 1, optimum: optimum))
        default: return nil
        }
    }

    /// The problems of the table go by their kind alone.
    private static func title(kind: String, id: UInt64) -> String {
        ["ba16": 1, "ba32": 2, "mb16": 3, "ri16": 4, "lm16": 5][kind] == id ? kind : "\(kind)-\(id)"
    }

    init(_ definition: Definition) {
        let layers = definition.layers
        let id = definition.id
        self.definition = definition
        costs = (0..<layers).map { layer in
            [0, 1, layers - 1].contains(layer) ? 10 : 6 + Int(Self.hash([id, 100, UInt64(layer)]) % 3)
        }
        var sensitivities = (0..<layers).map { layer in
            let u = Self.uniform([id, 200, UInt64(layer)])
            return 0.05 + 1.1 * ((u * u) * u)
        }
        sensitivities[0] += 0.9
        sensitivities[1] += 0.3
        sensitivities[layers - 1] += 0.6
        self.sensitivities = sensitivities
        var pairs: [Pair] = []
        for layer in 0..<layers - 1 {
            let weight = 0.35 * (2.0 * Self.uniform([id, 300, UInt64(layer)]) - 1.0)
            pairs.append(Pair(a: layer, b: layer + 1, weight: weight * definition.pairScale))
        }
        for k in 0..<UInt64(layers / 2) {
            let a = Int(Self.hash([id, 400, k]) % UInt64(layers))
            let d = 1 + Int(Self.hash([id, 401, k]) % UInt64(layers - 1))
            let weight = 0.5 * (2.0 * Self.uniform([id, 402, k]) - 1.0)
            pairs.append(Pair(a: a, b: (a + d) % layers, weight: weight * definition.pairScale))
        }
        self.pairs = pairs
        budget = costs.reduce(0, +) * definition.budgetMilli / 1000
    }

    /// The same problem with other sensitivities.
    init(_ other: ClosedFormObjective, sensitivities: [Double]) {
        definition = other.definition
        costs = other.costs
        self.sensitivities = sensitivities
        pairs = other.pairs
        budget = other.budget
    }

    /// The same problem in a model of `layers` layers: what a layer costs and how sensitive it is follows from the layers at
    /// the same relative position, all sensitivities together stay what they were.
    init(_ other: ClosedFormObjective, layers: Int) {
        let old = other.definition.layers
        let shares = (0..<layers).map { layer in
            (0..<old).map {
                max(0, Double(min((layer + 1) * old, ($0 + 1) * layers) - max(layer * old, $0 * layers)))
                    / Double(layers)
            }
        }
        var definition = other.definition
        definition.layers = layers
        definition.optimum = nil
        self.definition = definition
        sensitivities = shares.map { row in zip(row, other.sensitivities).reduce(0) { $0 + $1.0 * $1.1 } }
        costs = shares.map { row in
            let sum = row.reduce(0, +)
            return Int((zip(row, other.costs).reduce(0) { $0 + $1.0 * Double($1.1) } / sum).rounded())
        }
        pairs = other.pairs.map { pair in
            Pair(a: pair.a * layers / old, b: pair.b * layers / old, weight: pair.weight * Double(layers) / Double(old))
        }.filter { $0.a != $0.b }
        budget = costs.reduce(0, +) * definition.budgetMilli / 1000
    }

    func cost(_ bits: [Int]) -> Int { zip(costs, bits).reduce(0) { $0 + $1.0 * $1.1 } }

    func trueValue(_ bits: [Int]) -> Double {
        var additive = 0.0
        for (sensitivity, bits) in zip(sensitivities, bits) {
            additive += sensitivity * (definition.additive[bits] ?? .nan)
        }
        var interaction = 0.0
        for pair in pairs {
            let a = definition.interaction[bits[pair.a]] ?? .nan
            let b = definition.interaction[bits[pair.b]] ?? .nan
            interaction += (pair.weight * a) * b
        }
        return definition.base - definition.scale * (additive + interaction)
    }

    func noise(seed: UInt64, trial: Int) -> Double { Self.normal([definition.id, 900, seed, UInt64(trial)]) }

    func observed(_ bits: [Int], seed: UInt64, trial: Int) -> Double {
        trueValue(bits) + definition.noise * noise(seed: seed, trial: trial)
    }

    /// The `index`-th initial configuration that all methods share.
    func initial(seed: UInt64, index: Int) -> [Int] {
        var attempt: UInt64 = 0
        while true {
            let bits = (0..<definition.layers).map { layer in
                let hash = Self.hash([definition.id, 800, seed, UInt64(index), attempt, UInt64(layer)])
                return definition.choices[Int(hash % UInt64(definition.choices.count))]
            }
            if cost(bits) <= budget { return bits }
            attempt += 1
        }
    }

    /// The problem as a space of allocations: costs are bytes per bit.
    func space() throws -> AllocationSpace {
        try AllocationSpace(
            choices: definition.choices.map { AllocationSpace.Choice(name: "q\($0)", bits: $0) },
            unitBytes: costs.map { cost in definition.choices.map { cost * $0 } }, unitWeights: costs.map { 8 * $0 })
    }

    func bits(_ allocation: Allocation) -> [Int] { allocation.precisions.compactMap { Int($0.dropFirst()) } }

    func allocation(_ bits: [Int]) -> Allocation { Allocation(bits.map { "q\($0)" }) }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    static func hash(_ keys: [UInt64]) -> UInt64 { keys.reduce(0) { mix($0 ^ $1) } }

    static func uniform(_ keys: [UInt64]) -> Double { Double(hash(keys) >> 11) * 0x1p-53 }

    static func normal(_ keys: [UInt64]) -> Double { (0..<12).reduce(0.0) { $0 + uniform(keys + [$1]) } - 6.0 }
}
