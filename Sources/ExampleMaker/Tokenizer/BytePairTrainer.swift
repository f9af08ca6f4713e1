/// Learns a byte-level byte-pair encoding from text.
///
/// The most frequent pair of neighbouring tokens within words becomes a token, until the vocabulary is full. Ties go to
/// the pair whose bytes come first, so the same text gives the same vocabulary.
/// Source: Sennrich et al. 2016, algorithm 1; on bytes as in Radford et al. 2019.
struct BytePairTrainer {
    /// Number of tokens, special ones included.
    let vocabularySize: Int

    /// A different word of the text, how often it occurs, and the tokens it is made of so far.
    private struct Word {
        let count: Int
        var tokens: [Int]
    }

    private struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    /// The encoding learned from `texts`.
    func train(on texts: [String]) throws(ExampleError) -> BytePairEncoding {
        let room = vocabularySize - SpecialToken.allCases.count
        guard room >= 256 else {
            throw .vocabularyTooSmall(wanted: vocabularySize, least: 256 + SpecialToken.allCases.count)
        }
        var encoding = BytePairEncoding()
        var words = Self.words(of: texts, encoding)
        while encoding.tokens.count < room {
            guard let pair = Self.mostFrequentPair(in: words, encoding) else {
                throw .vocabularyTooLarge(
                    wanted: vocabularySize, reachable: encoding.tokens.count + SpecialToken.allCases.count)
            }
            let merged = encoding.merge(pair.left, pair.right)
            for i in words.indices {
                BytePairEncoding.replace(pair.left, pair.right, by: merged, in: &words[i].tokens)
            }
        }
        return encoding
    }

    private static func words(of texts: [String], _ encoding: BytePairEncoding) -> [Word] {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for text in texts {
            for piece in WordSplit.pieces(of: text) { counts[piece, default: 0] += 1 }
        }
        return counts.map { Word(count: $0.value, tokens: $0.key.map { encoding.token(ofByte: $0) }) }
    }

    private static func mostFrequentPair(in words: [Word], _ encoding: BytePairEncoding) -> Pair? {
        var counts: [Pair: Int] = [:]
        for word in words {
            for (left, right) in zip(word.tokens, word.tokens.dropFirst()) {
                counts[Pair(left: left, right: right), default: 0] += word.count
            }
        }
        // A total order, so that the dictionary's own order does not matter.
        return counts.max { a, b in
            if a.value != b.value { return a.value < b.value }
            let (x, y) = (encoding.tokens, encoding.tokens)
            if a.key.left != b.key.left { return y[b.key.left].lexicographicallyPrecedes(x[a.key.left]) }
            return y[b.key.right].lexicographicallyPrecedes(x[a.key.right])
        }?.key
    }
}
