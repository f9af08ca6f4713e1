/// Floating-point numbers to and from the bytes of a checkpoint (little-endian, unaligned).
///
/// Integer arithmetic only, because converting through `Float16` calls a function per number on x86-64.
enum FloatCoding {
    /// The numbers in `bytes`; a last partial element is left out.
    static func decode(_ bytes: UnsafeRawBufferPointer, as type: ElementType) -> [Float] {
        let count = bytes.count / type.byteCount
        return [Float](unsafeUninitializedCapacity: count) { floats, initialized in
            switch type {
            case .float32:
                for index in 0..<count {
                    let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
                    floats[index] = Float(bitPattern: bits)
                }
            case .bfloat16:
                for index in 0..<count {
                    let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                    floats[index] = Float(bitPattern: UInt32(bits) << 16)
                }
            case .float16:
                for index in 0..<count {
                    let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                    floats[index] = float(half: bits)
                }
            }
            initialized = count
        }
    }

    /// The bytes of `floats`, rounded to the nearest number of the format, ties to even.
    static func encode(_ floats: UnsafeBufferPointer<Float>, as type: ElementType) -> [UInt8] {
        let count = floats.count * type.byteCount
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            let target = UnsafeMutableRawBufferPointer(bytes)
            switch type {
            case .float32:
                for index in floats.indices {
                    target.storeBytes(
                        of: floats[index].bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
                }
            case .bfloat16:
                for index in floats.indices {
                    target.storeBytes(
                        of: bfloat(floats[index]).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
                }
            case .float16:
                for index in floats.indices {
                    target.storeBytes(of: half(floats[index]).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
                }
            }
            initialized = count
        }
    }

    /// The bit pattern of the nearest bfloat16, ties to even.
    static func bfloat(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        // A NaN whose payload sits in the lower half must not round to infinity.
        if bits & 0x7FFF_FFFF > 0x7F80_0000 { return UInt16(bits >> 16) | 0x40 }
        return UInt16((bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    /// The number with the bit pattern of a binary16; exact.
    static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7FFF)
        if magnitude >= 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13) }
        if magnitude >= 0x400 { return Float(bitPattern: sign | (magnitude << 13 + 0x3800_0000)) }
        // Subnormal: magnitude · 2⁻²⁴ is exact in float32.
        let value = Float(magnitude) * 0x1p-24
        return Float(bitPattern: sign | value.bitPattern)
    }

    /// The bit pattern of the nearest binary16, ties to even; too large becomes infinity.
    static func half(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16 & 0x8000)
        let magnitude = bits & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 { return sign | 0x7E00 | UInt16(magnitude >> 13 & 0x3FF) }
        // 65520 is halfway between the largest binary16 and the next power of two.
        if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
        if magnitude < 0x3880_0000 {
            // Subnormal: adding 0.5 aligns the last place of float32 with 2⁻²⁴, so the hardware rounds as needed.
            let aligned = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(aligned.bitPattern &- Float(0.5).bitPattern)
        }
        return sign | UInt16((magnitude &- 0x3800_0000 &+ 0xFFF &+ (magnitude >> 13 & 1)) >> 13)
    }
}
