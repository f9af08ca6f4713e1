/// Packs codes of 2, 3, 4 or 8 bits without gaps, big-endian.
///
/// The first code takes the highest bits of the first byte; codes of 3 bits straddle bytes (8 codes in 3 bytes); the tail
/// is padded with zero bits. With 4 bits this is the layout of bitsandbytes.
enum BitPacking {
    /// The bytes of `codes`, whose bits above `bits` must be zero.
    static func pack(_ codes: [UInt8], bits: Int) -> [UInt8] {
        if bits == 8 { return codes }
        let byteCount = (codes.count * bits + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, initialized in
            codes.withUnsafeBufferPointer { codes in
                // Eight codes fill `bits` bytes exactly.
                let groups = codes.count / 8
                for group in 0..<groups {
                    var word: UInt32 = 0
                    for i in 0..<8 { word = word << UInt32(bits) | UInt32(codes[8 * group + i]) }
                    store(word, bytes: bits, into: bytes, at: group * bits)
                }
                var byte: UInt32 = 0
                var filled = 0
                var position = groups * bits
                for i in 8 * groups..<codes.count {
                    byte = byte << UInt32(bits) | UInt32(codes[i])
                    filled += bits
                    if filled >= 8 {
                        filled -= 8
                        bytes[position] = UInt8(truncatingIfNeeded: byte >> UInt32(filled))
                        position += 1
                    }
                }
                if filled > 0 { bytes[position] = UInt8(truncatingIfNeeded: byte << UInt32(8 - filled)) }
            }
            initialized = byteCount
        }
    }

    /// The first `count` codes of `bytes`.
    static func unpack(_ bytes: [UInt8], count: Int, bits: Int) -> [UInt8] {
        precondition(bytes.count == (count * bits + 7) / 8, "\(bytes.count) bytes do not hold \(count) codes")
        if bits == 8 { return bytes }
        let mask = UInt32(1) << UInt32(bits) - 1
        return [UInt8](unsafeUninitializedCapacity: count) { codes, initialized in
            bytes.withUnsafeBufferPointer { bytes in
                let groups = count / 8
                for group in 0..<groups {
                    var word: UInt32 = 0
                    for i in 0..<bits { word = word << 8 | UInt32(bytes[group * bits + i]) }
                    for i in 0..<8 {
                        codes[8 * group + i] = UInt8(truncatingIfNeeded: word >> UInt32((7 - i) * bits) & mask)
                    }
                }
                for i in 8 * groups..<count {
                    let bit = i * bits
                    let high = UInt32(bytes[bit / 8]) << 8
                    let low = bit / 8 + 1 < bytes.count ? UInt32(bytes[bit / 8 + 1]) : 0
                    codes[i] = UInt8(truncatingIfNeeded: (high | low) >> UInt32(16 - bits - bit % 8) & mask)
                }
            }
            initialized = count
        }
    }

    /// Writes the low `count` bytes of `word`, highest first.
    private static func store(
        _ word: UInt32, bytes count: Int, into bytes: UnsafeMutableBufferPointer<UInt8>, at position: Int
    ) {
        for i in 0..<count {
            bytes[position + i] = UInt8(truncatingIfNeeded: word >> UInt32(8 * (count - 1 - i)))
        }
    }
}
