/// Decompresses gzip: one or more members, each a header, compressed bytes and their checksum.
///
/// Source: RFC 1952.
enum Gzip {
    /// The bytes as they were before; they must be `count`.
    static func decompress(_ bytes: ArraySlice<UInt8>, to count: Int) throws(ParquetFault) -> [UInt8] {
        var output: [UInt8] = []
        // Deflate reaches 1032 to 1: a larger claim cannot be kept, and is not given memory.
        output.reserveCapacity(min(count, bytes.count * 1032))
        var rest = bytes
        repeat {
            var cursor = ByteCursor(rest)
            try skipHeader(&cursor)
            let start = output.count
            var inflate = Inflate(rest[cursor.position...])
            try inflate.decompress(into: &output, limit: count)
            var trailer = ByteCursor(rest[inflate.position...])
            let checksum = try trailer.uint32()
            guard checksum == CRC32.checksum(output[start...]) else {
                throw .damaged("gzip: the checksum does not match")
            }
            let length = try trailer.uint32()
            guard length == UInt32(truncatingIfNeeded: output.count - start) else {
                throw .damaged("gzip: \(output.count - start) bytes, \(length) are announced")
            }
            rest = rest[trailer.position...]
        } while !rest.isEmpty
        guard output.count == count else { throw .damaged("gzip: \(output.count) of \(count) bytes") }
        return output
    }

    private static func skipHeader(_ cursor: inout ByteCursor) throws(ParquetFault) {
        let magic = [try cursor.byte(), try cursor.byte(), try cursor.byte()]
        guard magic == [0x1F, 0x8B, 8] else { throw .damaged("gzip: the first bytes are others") }
        let flags = try cursor.byte()
        guard flags & 0xE0 == 0 else { throw .damaged("gzip: unknown flags") }
        // Time, level and system.
        _ = try cursor.take(6)
        if flags & 4 != 0 {
            let low = Int(try cursor.byte())
            _ = try cursor.take(Int(try cursor.byte()) << 8 | low)
        }
        // A name and a comment, each up to a zero.
        for flag in [8, 16] as [UInt8] where flags & flag != 0 { while try cursor.byte() != 0 {} }
        if flags & 2 != 0 { _ = try cursor.take(2) }
    }
}
