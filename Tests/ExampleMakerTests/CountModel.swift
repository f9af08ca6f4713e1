/// A model that only counts words: the probability of a word by itself, or after one other word. What it can answer needs
/// no understanding.
struct CountModel {
    private var words: [String: Int] = [:]
    private var pairs: [String: Int] = [:]

    init(_ documents: [String]) {
        for line in documents.flatMap({ $0.split(separator: "\n") }) {
            let sequence = Self.words(line)
            for word in sequence { words[word, default: 0] += 1 }
            for (a, b) in zip(sequence, sequence.dropFirst()) { pairs[a + " " + b, default: 0] += 1 }
        }
    }

    /// How often a word occurs.
    func unigram(_ word: String) -> Double { Double(words[word] ?? 0) }

    /// How often a word follows the context's last word; where that never happened, how often it occurs at all.
    func bigram(_ word: String, after context: String) -> Double {
        let last = Self.words(context[...]).last ?? ""
        return Double(pairs[last + " " + word] ?? 0) * 1e9 + unigram(word)
    }

    private static func words(_ text: Substring) -> [String] {
        text.split { !$0.isLetter }.map(String.init)
    }
}
