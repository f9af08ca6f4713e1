/// "Did you mean": the known word that is nearest to a mistyped one.
enum Suggestion {
    /// The known word within a third of its length (at least one, at most three changes), or one that begins with
    /// `word`; the first of several equals.
    static func nearest(to word: String, in known: [String]) -> String? {
        guard !word.isEmpty else { return nil }
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit(best.word) {
            return best.word
        }
        guard word.count >= 3 else { return nil }
        let beginnings = known.filter { $0.hasPrefix(word) }
        return beginnings.count == 1 ? beginnings.first : nil
    }

    /// " Did you mean 'x'?", or nothing.
    static func question(for word: String, in known: [String]) -> String {
        nearest(to: word, in: known).map { " Did you mean '\($0)'?" } ?? ""
    }

    private static func limit(_ word: String) -> Int { max(1, min(3, word.count / 3)) }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
    /// (optimal string alignment).
    static func distance(_ first: String, _ second: String) -> Int {
        let (a, b) = (Array(first), Array(second))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
