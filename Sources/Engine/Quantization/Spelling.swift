/// Finds the name that somebody probably meant.
enum Spelling {
    /// The candidate with the smallest edit distance to `name`, the first of equals; `nil` if more than half of the
    /// longer of the two would have to change.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let scored = candidates.map { (name: $0, distance: distance(name, $0)) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        return 2 * best.distance <= max(name.count, best.name.count) ? best.name : nil
    }

    /// Fewest insertions, deletions and substitutions of characters that turn one into the other (Levenshtein 1966).
    static func distance(_ a: String, _ b: String) -> Int {
        let target = Array(b)
        var row = Array(0...target.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in target.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[target.count]
    }
}
