/// A learned byte-pair encoding: the tokens by id, and the merges in the order in which they were learned.
struct BytePairEncoding: Sendable, Equatable {
    /// The bytes of each token; the first 256 are the single bytes.
    private(set) var tokens: [[UInt8]]
    /// Pairs of token ids, most important first.
    private(set) var merges: [Merge] = []
    private var ids: [[UInt8]: Int]
    private var ranks: [[Int]: Int] = [:]

    /// Two tokens and the one that they become.
    struct Merge: Sendable, Equatable {
        let left: Int
        let right: Int
        let result: Int
    }

    /// Single bytes only.
    init() {
        tokens = ByteAlphabet.bytesInOrder.map { [$0] }
        ids = [:]
        for (id, token) in tokens.enumerated() { ids[token] = id }
    }

    /// The id of a single byte.
    func token(ofByte byte: UInt8) -> Int { ids[[byte]] ?? 0 }

    /// Adds a merge, and its result as a token unless another merge has made the same bytes before.
    mutating func merge(_ left: Int, _ right: Int) -> Int {
        let bytes = tokens[left] + tokens[right]
        let id = ids[bytes] ?? tokens.count
        if id == tokens.count {
            tokens.append(bytes)
            ids[bytes] = id
        }
        ranks[[left, right]] = merges.count
        merges.append(Merge(left: left, right: right, result: id))
        return id
    }

    /// The token ids of a text, without special tokens.
    func encode(_ text: String) -> [Int] { WordSplit.pieces(of: text).flatMap(encode(piece:)) }

    /// The text of token ids.
    func decode(_ encoded: [Int]) -> String { String(decoding: encoded.flatMap { tokens[$0] }, as: UTF8.self) }

    private func encode(piece: ArraySlice<UInt8>) -> [Int] {
        var encoded = piece.map(token(ofByte:))
        while true {
            let rank = zip(encoded, encoded.dropFirst()).compactMap { ranks[[$0, $1]] }.min()
            guard let rank else { return encoded }
            Self.replace(merges[rank].left, merges[rank].right, by: merges[rank].result, in: &encoded)
        }
    }

    /// Replaces each pair, from the left.
    static func replace(_ left: Int, _ right: Int, by merged: Int, in tokens: inout [Int]) {
        guard tokens.count > 1 else { return }
        var kept = 0
        var i = 0
        while i < tokens.count {
            if i + 1 < tokens.count, tokens[i] == left, tokens[i + 1] == right {
                tokens[kept] = merged
                i += 2
            } else {
                tokens[kept] = tokens[i]
                i += 1
            }
            kept += 1
        }
        tokens.removeLast(tokens.count - kept)
    }
}
