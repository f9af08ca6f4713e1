/// Reads bytes from front to back and never past their end.
struct ByteCursor {
    private let bytes: ArraySlice<UInt8>
    /// Index of the next byte in the array that the slice is of.
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// How many bytes are left.
    var remaining: Int { bytes.endIndex - position }

    /// What is left, without passing it.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// The next byte.
    mutating func byte() throws(ParquetFault) -> UInt8 {
        guard position < bytes.endIndex else { throw .damaged("the bytes end too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(ParquetFault) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .damaged("\(count) bytes are announced where \(remaining) are left")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Up to `count` bytes, fewer if fewer are left.
    mutating func takeAtMost(_ count: Int) -> ArraySlice<UInt8> {
        let end = position + min(max(count, 0), remaining)
        defer { position = end }
        return bytes[position..<end]
    }

    /// Unsigned LEB128: seven bits a byte, the lowest first, the eighth says that there are more.
    mutating func varint() throws(ParquetFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            let bits = UInt64(byte & 0x7F)
            guard shift < 63 || bits <= 1 else { throw .damaged("a number has more than 64 bits") }
            value |= bits << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift <= 63 else { throw .damaged("a number has more than 64 bits") }
        }
    }

    /// A varint with its sign in the lowest bit.
    mutating func zigzag() throws(ParquetFault) -> Int64 {
        let bits = try varint()
        return Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
    }

    /// A varint that counts something.
    mutating func count() throws(ParquetFault) -> Int {
        let bits = try varint()
        guard bits <= UInt64(Int32.max) else { throw .damaged("a count of \(bits)") }
        return Int(bits)
    }

    /// Four bytes, the lowest first.
    mutating func uint32() throws(ParquetFault) -> UInt32 {
        var value: UInt32 = 0
        for (index, byte) in try take(4).enumerated() { value |= UInt32(byte) << (8 * UInt32(index)) }
        return value
    }

    /// Eight bytes, the lowest first.
    mutating func uint64() throws(ParquetFault) -> UInt64 {
        let low = try uint32()
        return UInt64(try uint32()) << 32 | UInt64(low)
    }
}
