/// Reads numbers of a fixed number of bits, the lowest bits of a byte first.
///
/// Past the end there are zeros: whoever reads checks first how many bytes there are.
struct PackedBits {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var buffer: UInt64 = 0
    private var filled = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// How many bytes `count` numbers of `width` bits take.
    static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

    /// The next number of at most 32 bits.
    mutating func next(_ width: Int) -> UInt64 {
        while filled < width {
            if position < bytes.endIndex { buffer |= UInt64(bytes[position]) << UInt64(filled) }
            position += 1
            filled += 8
        }
        let value = buffer & ((1 << UInt64(width)) - 1)
        buffer >>= UInt64(width)
        filled -= width
        return value
    }

    /// The next number of at most 64 bits.
    mutating func nextWide(_ width: Int) -> UInt64 {
        guard width > 32 else { return next(width) }
        let low = next(32)
        return low | next(width - 32) << 32
    }
}
