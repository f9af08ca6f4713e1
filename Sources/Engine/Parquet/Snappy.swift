/// Decompresses Snappy: literal bytes, and copies of what was put out before.
///
/// Source: google/snappy, "Snappy compressed format description" (format_description.txt).
enum Snappy {
    /// The bytes as they were before; they must be `count`.
    static func decompress(_ bytes: ArraySlice<UInt8>, to count: Int) throws(ParquetFault) -> [UInt8] {
        var cursor = ByteCursor(bytes)
        let length = try cursor.count()
        guard length == count else { throw .damaged("Snappy: \(length) bytes are announced, the page says \(count)") }
        // No element gives more than 64 bytes for three: a larger claim cannot be kept, and is not given memory.
        guard count <= cursor.remaining * 22 else {
            throw .damaged("Snappy: \(count) bytes are announced from \(cursor.remaining)")
        }
        var output = [UInt8](repeating: 0, count: count)
        var filled = 0
        while cursor.remaining > 0 {
            let tag = try cursor.byte()
            if tag & 3 == 0 {
                let literal = try cursor.take(try literalLength(tag, &cursor))
                guard literal.count <= count - filled else { throw .damaged("Snappy: more than \(count) bytes") }
                for byte in literal {
                    output[filled] = byte
                    filled += 1
                }
            } else {
                let (length, offset) = try copy(tag, &cursor)
                guard offset > 0, offset <= filled else {
                    throw .damaged("Snappy: a copy from \(offset) bytes back where \(filled) are")
                }
                guard length <= count - filled else { throw .damaged("Snappy: more than \(count) bytes") }
                // Byte by byte, for a copy may reach into what it writes: that repeats a pattern.
                for index in filled..<filled + length { output[index] = output[index - offset] }
                filled += length
            }
        }
        guard filled == count else { throw .damaged("Snappy: \(filled) of \(count) bytes") }
        return output
    }

    /// Up to 60 in the tag; 60...63 say that the length less one follows in 1...4 bytes.
    private static func literalLength(_ tag: UInt8, _ cursor: inout ByteCursor) throws(ParquetFault) -> Int {
        let short = Int(tag >> 2)
        guard short >= 60 else { return short + 1 }
        var length = 0
        for (index, byte) in try cursor.take(short - 59).enumerated() { length |= Int(byte) << (8 * index) }
        return length + 1
    }

    private static func copy(
        _ tag: UInt8, _ cursor: inout ByteCursor
    ) throws(ParquetFault) -> (length: Int, offset: Int) {
        switch tag & 3 {
        case 1:
            let low = Int(try cursor.byte())
            return (Int(tag >> 2 & 7) + 4, Int(tag >> 5) << 8 | low)
        case 2:
            let low = Int(try cursor.byte())
            return (Int(tag >> 2) + 1, Int(try cursor.byte()) << 8 | low)
        default:
            return (Int(tag >> 2) + 1, Int(try cursor.uint32()))
        }
    }
}
