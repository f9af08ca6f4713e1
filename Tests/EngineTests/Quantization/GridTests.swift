import Testing

@testable import Engine

/// The grids of GGUF. The bytes are those of the Python package gguf (`quants.quantize`) for the same weights.
@Suite("GGUF's grids") struct GridTests {
    /// Two blocks in 1024ths: heavy tails in the first; zeros, ties and a lone large weight in the second.
    static let weights: [Float] = [
        -2000, 304, -950, 1642, -595, -2043, -911, 646, 330, -500, -1448, -620, -2789, -792, -2007, 37, -299, -985,
        -589,
        278, 678, -47, 216, -445, 186, -2949, 1309, -1072, -1112, -367, -37, -5009, 0, 0, 0, 0, 0, 0, 0, 0, 256, -256,
        512,
        -512, 807, 1591, 1328, 689, 29, 2243, 126, -317, -329, -940, 1173, 195, -939, -762, -3579, 778, -34, -986, 776,
        34,
    ].map { $0 / 1024 }

    private func packed(_ weights: [Float], _ precision: any Precision) throws -> PackedWeights {
        let result = weights.withUnsafeBufferPointer { precision.quantize($0, rows: 1, columns: weights.count) }
        guard case .packed(let packed) = result else { throw PrecisionError.unknown(name: precision.name, known: []) }
        return packed
    }

    /// Half-precision scale, then bytes of 16 low and 16 high codes, as the file format has them.
    private func blocks(_ packed: PackedWeights) -> [[UInt8]] {
        guard case .float16(let scales) = packed.scales else { return [] }
        let codes = packed.unpackedCodes()
        return scales.enumerated().map { block, scale in
            let own = Array(codes[32 * block..<32 * block + 32])
            let body = packed.bits == 8 ? own : (0..<16).map { own[$0] | own[$0 + 16] << 4 }
            return [UInt8(scale & 255), UInt8(scale >> 8)] + body
        }
    }

    @Test("q4_0 has the bytes of the reference")
    func q4() throws {
        #expect(
            try blocks(packed(Self.weights, Q4_0())) == [
                [228, 56, 133, 104, 118, 139, 151, 133, 135, 121, 137, 55, 166, 103, 100, 119, 133, 8],
                [254, 54, 136, 216, 136, 120, 120, 104, 184, 136, 105, 103, 9, 167, 138, 108, 171, 138],
            ])
    }

    @Test("q8_0 has the bytes of the reference")
    func q8() throws {
        #expect(
            try blocks(packed(Self.weights, Q8_0())) == [
                [
                    238, 40, 205, 8, 232, 42, 241, 204, 233, 16, 8, 243, 219, 240, 185, 236, 205, 1, 248, 231, 241, 7,
                    17,
                    255, 5, 245, 5, 181, 33, 229, 228, 247, 255, 129,
                ],
                [
                    12, 39, 0, 0, 0, 0, 0, 0, 0, 0, 9, 247, 18, 238, 29, 56, 47, 24, 1, 80, 4, 245, 244, 223, 42, 7,
                    223,
                    229, 129, 28, 255, 221, 28, 1,
                ],
            ])
    }

    @Test("restore code times the scale in half precision", arguments: ["q4_0", "iq4_nl", "q8_0"])
    func restores(name: String) throws {
        let packed = try packed(Self.weights, Precisions.parse(name))
        let scales = packed.scales.values
        let integers = packed.unpackedCodes().map { code in
            switch name {
            case "q4_0": Float(Int(code) - 8)
            case "q8_0": Float(Int8(bitPattern: code))
            default: IQ4NL.values[Int(code)]
            }
        }
        for (i, weight) in packed.dequantized().enumerated() { #expect(weight == integers[i] * scales[i / 32]) }
    }

    @Test("iq4_nl finds a scale that no other within a fifth beats by much", arguments: [3, 4, 5] as [UInt64])
    func searches(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        // Tails heavier than a normal's.
        let weights = (0..<32 * 40).map { _ in Float(random.normal() * (1 + abs(random.normal()))) }
        let packed = try packed(weights, IQ4NL())
        let restored = packed.dequantized()
        func weighted(_ block: Int, _ value: (Int) -> Double) -> Double {
            (32 * block..<32 * block + 32).reduce(0) { sum, i in
                let difference = Double(weights[i]) - value(i)
                return sum + Double(weights[i]) * Double(weights[i]) * difference * difference
            }
        }
        for (block, scale) in packed.scales.values.enumerated() {
            let own = weighted(block) { Double(restored[$0]) }
            for step in -40...40 where step != 0 {
                let other = Double(scale) * (1 + 0.005 * Double(step))
                let error = weighted(block) { i in
                    IQ4NL.values.map { Double($0) * other }.min {
                        abs($0 - Double(weights[i])) < abs($1 - Double(weights[i]))
                    }
                        ?? 0
                }
                #expect(error > 0.6 * own, "block \(block), step \(step)")
            }
        }
    }

    @Test("give zeros the code of zero")
    func zeros() throws {
        let zeros = [Float](repeating: 0, count: 40)
        #expect(try Set(packed(zeros, Q4_0()).unpackedCodes()) == [8])
        #expect(try Set(packed(zeros, Q8_0()).unpackedCodes()) == [0])
        #expect(try Set(packed(zeros, IQ4NL()).unpackedCodes()) == [8])
    }
}
