/// Integers as differences, and texts whose lengths are such integers.
///
/// Source: Apache Parquet format specification, `Encodings.md`, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY and
/// DELTA_BYTE_ARRAY.
enum DeltaDecoder {
    // Writers use 128 or 256; every larger block would have to be padded.
    private static let largestBlock = 1 << 20

    /// The next `count` integers; the cursor then stands behind their last block.
    ///
    /// Sums wrap around: integers of 32 bits are the low half of the results.
    static func integers(_ cursor: inout ByteCursor, count: Int) throws(ParquetFault) -> [Int64] {
        let block = try cursor.count()
        let miniblocks = try cursor.count()
        let total = try cursor.count()
        var last = try cursor.zigzag()
        guard block > 0, block <= largestBlock, block % 128 == 0, miniblocks > 0, block % miniblocks == 0,
            (block / miniblocks) % 32 == 0
        else { throw .damaged("blocks of \(block) differences in \(miniblocks) parts") }
        guard total == count else { throw .damaged("\(total) differences are announced for \(count) values") }
        guard count > 0 else { return [] }
        let perMiniblock = block / miniblocks
        var values = [last]
        while values.count < count {
            let smallest = try cursor.zigzag()
            for width in try cursor.take(miniblocks) where values.count < count {
                guard width <= 64 else { throw .damaged("differences of \(width) bits") }
                let taken = min(perMiniblock, count - values.count)
                let bytes = cursor.takeAtMost(perMiniblock / 8 * Int(width))
                guard bytes.count >= PackedBits.byteCount(taken, width: Int(width)) else {
                    throw .damaged("\(taken) differences are cut off")
                }
                var bits = PackedBits(bytes)
                values.reserveCapacity(values.count + taken)
                for _ in 0..<taken {
                    last = last &+ smallest &+ Int64(bitPattern: bits.nextWide(Int(width)))
                    values.append(last)
                }
            }
        }
        return values
    }

    /// `count` texts: their lengths, then their bytes one after the other.
    static func texts(_ cursor: inout ByteCursor, count: Int) throws(ParquetFault) -> [JSONValue] {
        var texts: [JSONValue] = []
        for length in try integers(&cursor, count: count) {
            texts.append(try PlainDecoder.text(cursor.take(Int(length))))
        }
        return texts
    }

    /// `count` texts: how many bytes of the one before each begins with, then what follows.
    ///
    /// A few bytes can stand for very long texts, so these take from the budget.
    static func prefixedTexts(
        _ cursor: inout ByteCursor, count: Int, budget: inout ParquetBudget
    ) throws(ParquetFault) -> [JSONValue] {
        let prefixes = try integers(&cursor, count: count)
        let suffixes = try integers(&cursor, count: count)
        var texts: [JSONValue] = []
        var text: [UInt8] = []
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix >= 0, prefix <= text.count else {
                throw .damaged("a text begins with \(prefix) bytes of one of \(text.count)")
            }
            text.removeLast(text.count - Int(prefix))
            text.append(contentsOf: try cursor.take(Int(suffix)))
            try budget.takeBytes(text.count)
            texts.append(try PlainDecoder.text(text[...]))
        }
        return texts
    }
}
