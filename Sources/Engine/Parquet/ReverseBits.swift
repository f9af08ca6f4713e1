/// Bits of Zstandard, which are mostly read from the last to the first.
///
/// Source: RFC 8878, section 4.1 ("the bitstream … must be read in reverse").
struct ReverseBits {
    private let bytes: ArraySlice<UInt8>
    /// How many bits are left; below 0, as many zeros were read as if they lay before the first.
    private(set) var left: Int

    /// A stream whose last byte's highest bit marks the end and is none of it.
    init(_ bytes: ArraySlice<UInt8>) throws(ParquetFault) {
        guard let last = bytes.last, last > 0 else { throw .damaged("Zstandard: bits without an end") }
        self.bytes = bytes
        left = bytes.count * 8 - last.leadingZeroBitCount - 1
    }

    /// The next `count` bits, at most 32, without passing them.
    func peek(_ count: Int) -> Int { Self.bits(bytes, at: left - count, count: count) }

    /// Passes bits.
    mutating func skip(_ count: Int) { left -= count }

    /// The next `count` bits, at most 32.
    mutating func read(_ count: Int) -> Int {
        left -= count
        return Self.bits(bytes, at: left, count: count)
    }

    /// `count` bits, at most 32, from a position on, the first the lowest; outside of the bytes there are zeros.
    static func bits(_ bytes: ArraySlice<UInt8>, at position: Int, count: Int) -> Int {
        guard position >= 0 else {
            let missing = -position
            return missing >= count ? 0 : bits(bytes, at: 0, count: count - missing) << missing
        }
        var value = 0
        var index = bytes.startIndex + (position >> 3)
        let offset = position & 7
        var shift = 0
        while shift < offset + count, index < bytes.endIndex {
            value |= Int(bytes[index]) << shift
            index += 1
            shift += 8
        }
        return (value >> offset) & ((1 << count) - 1)
    }
}
