import Testing

@testable import Engine

@Suite("Bit packing") struct BitPackingTests {
    @Test(
        "puts the first code in the highest bits",
        arguments: [
            (2, [3, 2, 1, 0, 1], [0b1110_0100, 0b0100_0000]),
            (3, [7, 0, 1, 2, 3, 4, 5, 6, 7], [0b1110_0000, 0b1010_0111, 0b0010_1110, 0b1110_0000]),
            (3, [5, 2, 7], [0b1010_1011, 0b1000_0000]),
            (4, [0xA, 0xB, 0xC], [0xAB, 0xC0]),
            (8, [1, 200], [1, 200]),
        ] as [(Int, [UInt8], [UInt8])])
    func layout(bits: Int, codes: [UInt8], bytes: [UInt8]) {
        #expect(BitPacking.pack(codes, bits: bits) == bytes)
        #expect(BitPacking.unpack(bytes, count: codes.count, bits: bits) == codes)
    }

    @Test("gives back what was packed", arguments: [2, 3, 4, 8], [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 64, 101])
    func roundTrip(bits: Int, count: Int) {
        var random = RandomSource(seed: UInt64(100 * bits + count))
        let codes = (0..<count).map { _ in UInt8(random.integer(below: 1 << bits)) }
        let bytes = BitPacking.pack(codes, bits: bits)
        #expect(bytes.count == (count * bits + 7) / 8)
        #expect(BitPacking.unpack(bytes, count: count, bits: bits) == codes)
    }
}
