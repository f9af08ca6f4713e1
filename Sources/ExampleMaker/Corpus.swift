internal import Engine

/// Running text of all topics, each with its share, in random order.
struct Corpus: Sendable {
    let topics: [any Topic]
    let seed: UInt64

    /// Different documents of at least `bytes` bytes together, none of which is in `known`.
    ///
    /// The documents depend on the seed and on `part`, the text's name: another part is another stream.
    func documents(_ part: String, bytes: Int, except known: Set<String> = []) -> [String] {
        let source = RandomSource(seed: seed).derived("corpus").derived(part)
        var seen = known
        var documents: [String] = []
        var written = topics.map { _ in 0 }
        var draws = 0
        while written.reduce(0, +) < bytes {
            // The topic that is furthest behind its share is next.
            let progress = topics.indices.map { Double(written[$0]) / topics[$0].share }
            let next = topics.indices.min { progress[$0] < progress[$1] } ?? 0
            var random = source.derived(draws)
            draws += 1
            let document = topics[next].document(&random).joined(separator: "\n")
            guard seen.insert(document).inserted else { continue }
            documents.append(document)
            written[next] += document.utf8.count + 2
        }
        var order = source.derived("order")
        return order.shuffled(documents)
    }

    /// The text of a file: one paragraph per line, an empty line between documents.
    static func text(_ documents: [String]) -> String { documents.joined(separator: "\n\n") + "\n" }
}
