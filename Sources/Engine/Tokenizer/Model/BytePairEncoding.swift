/// Byte-pair encoding: characters become ids, and neighbours merge, lowest rank first, until none does.
///
/// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", algorithm 1.
struct BytePairEncoding: Sendable {
    /// Words whose ids are known.
    typealias Cache = [ByteKey: [Int32]]

    private static let longestCachedWord = 256
    private static let largestCache = 1 << 16
    /// Up to so many symbols, searching the lowest rank each time is faster than keeping a queue.
    private static let longestScan = 32

    let vocabulary: [ByteKey: Int32]
    var merges: MergeTable
    /// Ids of single characters below U+0250, or -1.
    private let latinIDs: [Int32]
    /// Ids of all single characters.
    private let scalarIDs: [UInt32: Int32]
    /// Ids of `<0x00>` … `<0xFF>` or -1; empty without byte fallback.
    private let byteIDs: [Int32]
    private let unknownID: Int32?
    private let fusesUnknown: Bool
    private let ignoresMerges: Bool

    struct Options {
        var unknownID: Int32?
        var fusesUnknown = false
        var hasByteFallback = false
        /// Whether a piece that is a token as a whole is taken as it is.
        var ignoresMerges = false
    }

    init(vocabulary: [ByteKey: Int32], merges: MergeTable, options: Options) {
        self.vocabulary = vocabulary
        self.merges = merges
        var scalarIDs: [UInt32: Int32] = [:]
        var latinIDs = [Int32](repeating: -1, count: 0x250)
        for (token, id) in vocabulary {
            token.bytes.withUnsafeBufferPointer { bytes in
                guard !bytes.isEmpty else { return }
                let (scalar, length) = UTF8Scalars.at(0, in: bytes)
                guard length == bytes.count else { return }
                scalarIDs[scalar] = id
                if scalar < 0x250 { latinIDs[Int(scalar)] = id }
            }
        }
        self.scalarIDs = scalarIDs
        self.latinIDs = latinIDs
        byteIDs =
            options.hasByteFallback
            ? (0..<256).map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return vocabulary[ByteKey("<0x\(byte < 16 ? "0" : "")\(digits)>")] ?? -1
            } : []
        unknownID = options.unknownID
        fusesUnknown = options.fusesUnknown
        ignoresMerges = options.ignoresMerges
    }

    /// Appends the ids of every piece.
    func encode(_ pieces: PieceList, cache: inout Cache, into ids: inout [Int32]) {
        for range in pieces.ranges {
            let piece = pieces.bytes[range]
            guard piece.count <= Self.longestCachedWord else {
                ids += encode(piece)
                continue
            }
            if let known = cache[ByteKey(piece)] {
                ids += known
                continue
            }
            let word = encode(piece)
            ids += word
            // A copy, so that the key does not keep the whole text.
            if cache.count < Self.largestCache { cache[ByteKey(Array(piece)[...])] = word }
        }
    }

    /// The ids of one piece.
    func encode(_ piece: ArraySlice<UInt8>) -> [Int32] {
        if ignoresMerges, let id = vocabulary[ByteKey(piece)] { return [id] }
        let symbols = piece.withUnsafeBufferPointer { self.symbols($0) }
        return symbols.count <= Self.longestScan ? mergeByScanning(symbols) : mergeByQueue(symbols)
    }

    // MARK: Characters

    private func symbols(_ piece: UnsafeBufferPointer<UInt8>) -> [Int32] {
        var symbols: [Int32] = []
        symbols.reserveCapacity(piece.count)
        var pendingUnknown: Int32?
        var position = 0
        while position < piece.count {
            let (scalar, length) = UTF8Scalars.at(position, in: piece)
            let end = position + length
            defer { position = end }
            let id = scalar < 0x250 ? latinIDs[Int(scalar)] : scalarIDs[scalar] ?? -1
            if id >= 0 {
                if let unknown = pendingUnknown { symbols.append(unknown) }
                pendingUnknown = nil
                symbols.append(id)
                continue
            }
            if !byteIDs.isEmpty, (position..<end).allSatisfy({ byteIDs[Int(piece[$0])] >= 0 }) {
                for index in position..<end { symbols.append(byteIDs[Int(piece[index])]) }
                continue
            }
            // Without an unknown token, a character that has no id is left out.
            guard let unknownID else { continue }
            if let unknown = pendingUnknown, !fusesUnknown { symbols.append(unknown) }
            pendingUnknown = unknownID
        }
        if let unknown = pendingUnknown { symbols.append(unknown) }
        return symbols
    }

    // MARK: Merging

    private func mergeByScanning(_ symbols: [Int32]) -> [Int32] {
        guard symbols.count > 1 else { return symbols }
        var symbols = symbols
        // The merge of symbols i and i + 1.
        var pairs = zip(symbols, symbols.dropFirst()).map { merges.merge($0, $1) }
        while true {
            var best = 0
            for index in pairs.indices where pairs[index].rank < pairs[best].rank { best = index }
            guard !pairs.isEmpty, pairs[best].rank != MergeTable.none else { return symbols }
            symbols[best] = pairs[best].merged
            symbols.remove(at: best + 1)
            pairs.remove(at: best)
            if best > 0 { pairs[best - 1] = merges.merge(symbols[best - 1], symbols[best]) }
            if best < pairs.count { pairs[best] = merges.merge(symbols[best], symbols[best + 1]) }
        }
    }

    /// The same in O(n log n): the symbols form a linked list, and a queue holds the possible merges.
    private func mergeByQueue(_ original: [Int32]) -> [Int32] {
        let count = Int32(clamping: original.count)
        var symbols = original
        var next = (0..<count).map { $0 + 1 }
        var previous = (0..<count).map { $0 - 1 }
        var queue = MergeQueue()
        for index in 0..<Int(count) - 1 {
            let rank = merges.merge(symbols[index], symbols[index + 1]).rank
            if rank != MergeTable.none { queue.push(rank: rank, position: Int32(index)) }
        }
        while let (rank, position) = queue.pop() {
            let left = Int(position)
            // Entries are not removed when a neighbour changes: one whose pair has another rank by now is stale.
            guard symbols[left] >= 0, next[left] < count else { continue }
            let right = Int(next[left])
            let (currentRank, merged) = merges.merge(symbols[left], symbols[right])
            guard currentRank == rank else { continue }
            symbols[left] = merged
            symbols[right] = -1
            next[left] = next[right]
            if next[left] < count {
                let following = Int(next[left])
                previous[following] = position
                let rank = merges.merge(merged, symbols[following]).rank
                if rank != MergeTable.none { queue.push(rank: rank, position: position) }
            }
            if previous[left] >= 0 {
                let rank = merges.merge(symbols[Int(previous[left])], merged).rank
                if rank != MergeTable.none { queue.push(rank: rank, position: previous[left]) }
            }
        }
        return symbols.filter { $0 >= 0 }
    }
}
