/// Small numbers as runs of equal ones and runs of packed bits: levels, indices into dictionaries, truth values.
///
/// Source: Apache Parquet format specification, `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".
enum HybridDecoder {
    /// The next `count` numbers of `bitWidth` bits each.
    ///
    /// A run that says more than `count` counts up to there.
    static func values(
        _ cursor: inout ByteCursor, bitWidth: Int, count: Int
    ) throws(ParquetFault) -> [UInt32] {
        guard (0...32).contains(bitWidth) else { throw .damaged("numbers of \(bitWidth) bits") }
        var values: [UInt32] = []
        // With no bits there is only one number, and writers differ in whether they write runs of it.
        guard bitWidth > 0 else { return [UInt32](repeating: 0, count: count) }
        while values.count < count {
            let header = try cursor.count()
            let left = count - values.count
            if header & 1 == 1 {
                let groups = header >> 1
                let taken = min(groups * 8, left)
                // The last group may be cut off behind the numbers that are needed.
                let bytes = cursor.takeAtMost(groups * bitWidth)
                guard bytes.count >= PackedBits.byteCount(taken, width: bitWidth) else {
                    throw .damaged("a run of \(taken) packed numbers is cut off")
                }
                var bits = PackedBits(bytes)
                values.reserveCapacity(values.count + taken)
                for _ in 0..<taken { values.append(UInt32(truncatingIfNeeded: bits.next(bitWidth))) }
            } else {
                var value: UInt32 = 0
                for (index, byte) in try cursor.take((bitWidth + 7) / 8).enumerated() {
                    value |= UInt32(byte) << (8 * UInt32(index))
                }
                values.append(contentsOf: repeatElement(value, count: min(header >> 1, left)))
            }
        }
        return values
    }

    /// The next `count` levels of 0...`highest`.
    static func levels(
        _ cursor: inout ByteCursor, highest: UInt8, count: Int
    ) throws(ParquetFault) -> [UInt8] {
        let bitWidth = UInt8.bitWidth - highest.leadingZeroBitCount
        var levels: [UInt8] = []
        levels.reserveCapacity(count)
        for value in try values(&cursor, bitWidth: bitWidth, count: count) {
            guard value <= UInt32(highest) else { throw .damaged("a level of \(value), the highest is \(highest)") }
            levels.append(UInt8(value))
        }
        return levels
    }
}
