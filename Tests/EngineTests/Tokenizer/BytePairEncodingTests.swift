import Testing

@testable import Engine

@Suite("Byte-pair encoding") struct BytePairEncodingTests {
    private func model(_ merges: [(String, String)], characters: String) -> BytePairEncoding {
        var vocabulary: [ByteKey: Int32] = [:]
        for token in characters.map({ String($0) }) + merges.map({ $0 + $1 }) where vocabulary[ByteKey(token)] == nil {
            vocabulary[ByteKey(token)] = Int32(vocabulary.count)
        }
        var table = MergeTable(capacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            guard let left = vocabulary[ByteKey(merge.0)], let right = vocabulary[ByteKey(merge.1)],
                let merged = vocabulary[ByteKey(merge.0 + merge.1)]
            else {
                Issue.record("a merge without its tokens")
                continue
            }
            table.insert(left, right, rank: UInt32(rank), merged: merged)
        }
        return BytePairEncoding(vocabulary: vocabulary, merges: table, options: .init())
    }

    @Test("merges the lowest rank first, leftmost first") func order() {
        let model = model([("b", "c"), ("a", "b"), ("bc", "d")], characters: "abcd")
        #expect(model.encode(Array("abcd".utf8)[...]) == [0, 6])
        #expect(model.encode(Array("abab".utf8)[...]) == [5, 5])
        #expect(model.encode(Array("aabb".utf8)[...]) == [0, 5, 1])
    }

    /// A naive reference: repeatedly merges the first pair of the lowest rank.
    private func reference(_ text: String, _ merges: [(String, String)]) -> [String] {
        var tokens = text.map { String($0) }
        while true {
            for merge in merges {
                if let at = tokens.indices.dropLast().first(where: {
                    tokens[$0] == merge.0 && tokens[$0 + 1] == merge.1
                }) {
                    tokens.replaceSubrange(at...at + 1, with: [merge.0 + merge.1])
                    break
                }
                if merge == merges.last ?? ("", "") { return tokens }
            }
        }
    }

    @Test("gives the same for short and long pieces as the definition", arguments: [5, 31, 32, 33, 34, 200])
    func lengths(length: Int) {
        let merges = [
            ("a", "b"), ("b", "a"), ("ab", "ab"), ("c", "a"), ("a", "a"), ("aa", "b"), ("abab", "c"), ("b", "b"),
            ("ca", "abab"), ("c", "c"),
        ]
        let model = model(merges, characters: "abc")
        var source = SplitMix(state: UInt64(length))
        for _ in 0..<20 {
            let text = String((0..<length).map { _ in ["a", "b", "c"][Int(source.next() % 3)] as Character })
            let expected = reference(text, merges).compactMap { model.vocabulary[ByteKey($0)] }
            #expect(model.encode(Array(text.utf8)[...]) == expected, "\(text)")
        }
    }

    /// A generator with a fixed seed, independent of the engine's own.
    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    @Test("of a long text without cuts takes no quadratic time") func longPiece() {
        let model = model([("a", "a"), ("aa", "aa"), ("aaaa", "aaaa")], characters: "a")
        let ids = model.encode([UInt8](repeating: UInt8(ascii: "a"), count: 800_000)[...])
        #expect(ids == [Int32](repeating: 3, count: 100_000))
    }
}
