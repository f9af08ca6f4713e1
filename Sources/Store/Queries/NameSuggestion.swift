/// Names that may have been meant.
enum NameSuggestion {
    /// At most three names whose spelling differs from `text` by little, nearest first.
    static func nearest(to text: String, among names: [String]) -> [String] {
        let limit = max(2, text.count / 3)
        return names.map { (name: $0, distance: distance(Array(text.lowercased()), Array($0.lowercased()))) }
            .filter { $0.distance <= limit && $0.distance < max(text.count, $0.name.count) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lead from one to the other.
    ///
    /// Source: optimal string alignment, a restriction of Damerau 1964.
    static func distance(_ first: [Character], _ second: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in 0..<first.count {
            var current = [row + 1]
            for column in 0..<second.count {
                let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
