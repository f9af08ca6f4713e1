internal import Engine

/// How well one ranking of layers agrees with another, over seeds, and how easily that comes by chance.
struct LayerRanking: Equatable {
    /// How often the layers are drawn in another order.
    static let draws = 10_000
    /// What they are drawn with, always: the same numbers give the same digits.
    static let seed: UInt64 = 42

    /// Spearman's ρ of each seed.
    let correlations: [Double]
    /// Over how many layers.
    let layers: Int
    /// The part of the draws in which the mean over the seeds is as far from zero or farther; the numbers themselves
    /// count as a draw.
    let pValue: Double

    /// Mean over the seeds.
    var mean: Double { correlations.reduce(0, +) / Double(correlations.count) }

    /// The layers change places in the same way in every seed: seeds of one model are no independent witnesses of how its
    /// layers rank.
    /// - Parameter pairs: of each seed two numbers for each layer; layers that not all have are left out.
    /// - Returns: nil below three layers, or where a seed has the same number for all.
    init?(_ pairs: [(first: [Int: Double], second: [Int: Double])]) {
        guard let one = pairs.first else { return nil }
        let shared = one.first.keys.sorted().filter { layer in
            pairs.allSatisfy { $0.first[layer] != nil && $0.second[layer] != nil }
        }
        guard shared.count > 2 else { return nil }
        var correlations: [Double] = []
        let count = shared.count
        // What it adds to the mean that layer `row` of the one stands beside layer `column` of the other.
        var share = [Double](repeating: 0, count: count * count)
        for pair in pairs {
            let (a, b) = (shared.compactMap { pair.first[$0] }, shared.compactMap { pair.second[$0] })
            guard let correlation = RankCorrelation.spearman(a, b) else { return nil }
            correlations.append(correlation)
            let centre = Double(count - 1) / 2
            let x = RankCorrelation.ranks(a).map { $0 - centre }
            let y = RankCorrelation.ranks(b).map { $0 - centre }
            let scale =
                (x.reduce(0) { $0 + $1 * $1 } * y.reduce(0) { $0 + $1 * $1 }).squareRoot() * Double(pairs.count)
            for row in 0..<count {
                for column in 0..<count { share[row * count + column] += x[row] * y[column] / scale }
            }
        }
        self.correlations = correlations
        layers = count
        pValue = Self.pValue(share, count, mean: correlations.reduce(0, +) / Double(correlations.count))
    }

    private static func pValue(_ share: [Double], _ count: Int, mean: Double) -> Double {
        var random = RandomSource(seed: seed).derived("layer permutation")
        var order = Array(0..<count)
        var extreme = 0
        for _ in 0..<draws {
            for place in stride(from: count - 1, to: 0, by: -1) {
                order.swapAt(place, random.integer(below: place + 1))
            }
            let drawn = order.enumerated().reduce(0.0) { $0 + share[$1.element * count + $1.offset] }
            // Sums of the same numbers in another order may differ in their last bits.
            if abs(drawn) >= abs(mean) - 1e-9 { extreme += 1 }
        }
        return Double(1 + extreme) / Double(1 + draws)
    }
}
