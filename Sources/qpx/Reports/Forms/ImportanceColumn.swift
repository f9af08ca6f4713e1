/// A number for each layer, of one seed or of several: a measure, or a cost.
struct ImportanceColumn {
    /// The numbers of one seed.
    struct Series {
        /// Where they come from: equal for searches that share a model.
        var origin: String
        /// As they are shown, by layer.
        var values: [Int: Double]
        /// What is found by chance, by layer.
        var nulls: [Int: (mean: Double, deviation: Double)] = [:]
        /// As they are ranked, by layer: less what is found by chance.
        var ranked: [Int: Double]
        /// Names of the trials behind a layer.
        var trials: [Int: [String]] = [:]
    }

    /// The name in files that programs read.
    var name: String
    /// The heading.
    var title: String
    /// Unit of the values.
    var unit: String?
    /// Whether it is a cost of more bits than the other layers have: a gain.
    var isGain = false
    /// Of each search its numbers; nil where it has none.
    var bySearch: [Series?]

    /// The numbers of each seed, those of a model that searches share only once.
    var series: [Series] {
        bySearch.compactMap(\.self).reduce(into: []) { list, series in
            if !list.contains(where: { $0.origin == series.origin }) { list.append(series) }
        }
    }

    /// Decimals for four digits of the largest value, at least 2 and at most 9.
    var decimals: Int {
        let largest = series.flatMap { $0.values.values.map(abs) }.filter(\.isFinite).max() ?? 0
        guard largest > 0 else { return 4 }
        var decimals = 2
        var scaled = largest * 100
        while scaled < 1000, decimals < 9 {
            scaled *= 10
            decimals += 1
        }
        return decimals
    }

    /// Names of the trials behind a layer.
    func trials(_ layer: Int) -> [String] { series.flatMap { $0.trials[layer] ?? [] } }

    /// A name for programs, of whatever words.
    static func key(_ words: String) -> String {
        String(words.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}
