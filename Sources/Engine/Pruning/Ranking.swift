/// Where structures compete for staying.
public enum Ranking: String, Sendable, CaseIterable, Codable {
    /// Each layer's heads among themselves, its MLP channels among themselves: every pruned layer loses the same fraction.
    case local
    /// All heads and channels of all pruned layers in one list.
    case global
}

/// What makes scores of heads and channels, and of different layers, comparable.
///
/// A head has far more weights than a channel, so raw sums would remove almost nothing but channels.
public enum ScoreNormalization: String, Sendable, CaseIterable, Codable {
    /// Raw scores, LLM-Pruner's: everything up to the n-th smallest score goes, equal scores too, and a layer's heads or
    /// channels that would all go all stay.
    case none
    /// Score per weight that goes with the structure.
    case parameters
    /// Divided by the mean over the layer's structures of the same kind.
    case mean
    /// The place among all structures of the same kind, as a fraction of their number.
    case rank
}

/// The units of a model's roots with their scores, ready to be chosen from.
struct RankedUnits {
    private let roots: [PruningRoot]
    private let options: PruningOptions
    /// Units of each root by ascending score; of equal scores, the lower index first.
    private let ascending: [[Int]]
    /// All units by ascending normalized score, as (root, value); empty in a local ranking.
    private let list: [(root: Int, value: Double)]

    /// - Parameter scores: one per unit of each root, all finite.
    init(_ roots: [PruningRoot], scores: [[Double]], _ options: PruningOptions) {
        self.roots = roots
        self.options = options
        ascending = scores.map { scores in scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) } }
        guard options.ranking == .global else {
            list = []
            return
        }
        let values = options.normalization.values(scores, roots)
        let places = values.indices.flatMap { root in values[root].indices.map { (root: root, unit: $0) } }
        list = places.map { (root: $0.root, unit: $0.unit, value: values[$0.root][$0.unit]) }
            .sorted { ($0.value, $0.root, $0.unit) < ($1.value, $1.root, $1.unit) }
            .map { (root: $0.root, value: $0.value) }
    }

    /// The units of each root that stay at a pruning ratio, ascending.
    func kept(ratio: Double) -> [[Int]] {
        let counts = options.ranking == .local ? roots.map { $0.kept(ratio: ratio) } : globalCounts(ratio)
        return zip(ascending, counts).map { Array($0.suffix($1)).sorted() }
    }

    /// LLM-Pruner's number over all roots, n = N − ⌊N₀ (1 − ratio)⌋ of N units, N₀ of them in the unpruned model.
    private func globalCounts(_ ratio: Double) -> [Int] {
        let original = roots.reduce(0) { $0 + $1.original }
        let count = list.count - Int(Double(original) * (1 - ratio))
        var removed = [Int](repeating: 0, count: roots.count)
        guard count > 0 else { return roots.map(\.count) }
        if options.normalization == .none {
            let threshold = list[min(count, list.count) - 1].value
            for entry in list where entry.value <= threshold { removed[entry.root] += 1 }
            for root in roots.indices where removed[root] == roots[root].count { removed[root] = 0 }
        } else {
            var left = count
            for entry in list where left > 0 && roots[entry.root].count - removed[entry.root] > roots[entry.root].floor
            {
                removed[entry.root] += 1
                left -= 1
            }
        }
        return roots.indices.map { roots[$0].allowed(roots[$0].count - removed[$0]) }
    }
}

extension ScoreNormalization {
    /// Scores of all roots on one scale.
    fileprivate func values(_ scores: [[Double]], _ roots: [PruningRoot]) -> [[Double]] {
        switch self {
        case .none: return scores
        case .parameters: return zip(scores, roots).map { scores, root in scores.map { $0 / Double(root.parameters) } }
        case .mean:
            return scores.map { scores in
                let mean = scores.reduce(0, +) / Double(max(1, scores.count))
                return mean > 0 ? scores.map { $0 / mean } : scores
            }
        case .rank:
            var values = scores
            for isHeads in [true, false] {
                let places = roots.indices.filter { roots[$0].kind.isHeads == isHeads }
                    .flatMap { root in scores[root].indices.map { (root: root, unit: $0) } }
                    .sorted { a, b in
                        (scores[a.root][a.unit], a.root, a.unit) < (scores[b.root][b.unit], b.root, b.unit)
                    }
                for (index, place) in places.enumerated() {
                    values[place.root][place.unit] = (Double(index) + 0.5) / Double(places.count)
                }
            }
            return values
        }
    }
}
