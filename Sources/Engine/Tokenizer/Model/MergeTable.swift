/// The merges of a byte-pair encoding by their pair of ids: an open hash table, because every pair of neighbours in
/// every text is looked up.
struct MergeTable: Sendable {
    /// What a pair that does not merge has for rank.
    static let none = UInt32.max

    private var keys: [UInt64]
    private var values: [UInt64]
    private let mask: Int

    /// A table for up to `capacity` merges.
    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        keys = [UInt64](repeating: .max, count: size)
        values = [UInt64](repeating: .max, count: size)
        mask = size - 1
    }

    /// Adds or replaces the merge of a pair; ids are not negative. No more than `capacity` different pairs may come.
    mutating func insert(_ left: Int32, _ right: Int32, rank: UInt32, merged: Int32) {
        let key = Self.key(left, right)
        let slot = slot(of: key)
        keys[slot] = key
        values[slot] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
    }

    /// Rank and merged id of a pair; the rank is `none` if it does not merge.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> (rank: UInt32, merged: Int32) {
        let value = values[slot(of: Self.key(left, right))]
        return (UInt32(value >> 32), Int32(truncatingIfNeeded: value))
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// The slot of a key, or the empty one where it belongs.
    @inline(__always)
    private func slot(of key: UInt64) -> Int {
        // Multiplying by 2⁶⁴ over the golden ratio spreads neighbouring ids over the table (Knuth, volume 3, 6.4).
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 24) & mask
        while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & mask }
        return slot
    }
}
