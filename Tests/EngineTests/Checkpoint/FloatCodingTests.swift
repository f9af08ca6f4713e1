import Testing

@testable import Engine

@Suite("Stored numbers") struct FloatCodingTests {
    @Test("of 16 bits come back as they were, every pattern", arguments: [ElementType.float16, .bfloat16])
    func roundTrip(type: ElementType) {
        let patterns = (0...UInt16.max).map(\.littleEndian)
        let floats = patterns.withUnsafeBytes { FloatCoding.decode($0, as: type) }
        let bytes = floats.withUnsafeBufferPointer { FloatCoding.encode($0, as: type) }
        for (pattern, float) in zip(0...UInt16.max, floats) {
            let stored = UInt16(bytes[2 * Int(pattern)]) | UInt16(bytes[2 * Int(pattern) + 1]) << 8
            if float.isNaN {
                // Signalling NaNs become quiet; they stay NaNs.
                #expect(stored | (type == .float16 ? 0x200 : 0x40) == pattern | (type == .float16 ? 0x200 : 0x40))
            } else if stored != pattern {
                Issue.record("\(pattern) became \(float) and then \(stored)")
            }
        }
    }

    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
        @Test("convert to and from half precision as the language does") func half() {
            for pattern in 0...UInt16.max {
                let expected = Float(Float16(bitPattern: pattern))
                let found = FloatCoding.float(half: pattern)
                if !(expected.isNaN && found.isNaN), expected.bitPattern != found.bitPattern {
                    Issue.record("\(pattern): \(expected), \(found)")
                }
            }
            var bits: UInt32 = 0
            while bits < UInt32.max - 10_007 {
                let value = Float(bitPattern: bits)
                let (expected, found) = (Float16(value), FloatCoding.half(value))
                if !value.isNaN, expected.bitPattern != found { Issue.record("\(value): \(expected), \(found)") }
                bits += 10_007
            }
        }
    #endif

    @Test(
        "round to the nearest bfloat16, ties to even",
        arguments: [
            (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81),
            (0x7F7F_FFFF, 0x7F80), (0x7F80_0001, 0x7FC0), (0xBF80_8001, 0xBF81), (0x0000_0001, 0),
        ] as [(UInt32, UInt16)])
    func bfloat(bits: UInt32, pattern: UInt16) {
        #expect(FloatCoding.bfloat(Float(bitPattern: bits)) == pattern)
    }
}
