import Foundation
import Testing

@testable import Engine

@Suite("Precisions") struct PrecisionTests {
    private func packed(_ weights: [Float], _ precision: any Precision, rows: Int = 1) throws -> PackedWeights {
        let result = weights.withUnsafeBufferPointer {
            precision.quantize($0, rows: rows, columns: weights.count / rows)
        }
        guard case .packed(let packed) = result else { throw PrecisionError.unknown(name: precision.name, known: []) }
        return packed
    }

    static func gaussian(_ count: Int, seed: UInt64) -> [Float] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in Float(random.normal()) }
    }

    @Test("are listed by bits, each name once, and each is found by its name")
    func list() {
        let names = Precisions.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Precisions.all.map(\.bits) == Precisions.all.map(\.bits).sorted())
        for name in names { #expect(Precisions.named(name)?.name == name) }
        #expect(["nf2", "nf3", "nf4", "fp4", "int8", "bf16"].allSatisfy(names.contains))
    }

    @Test("are found by name whatever the case", arguments: ["nf4", "NF4", "Bf16", "int8"])
    func parses(_ name: String) throws {
        #expect(try Precisions.parse(name).name == name.lowercased())
    }

    @Test(
        "that are unknown suggest the nearest name",
        arguments: [
            ("nf5", "unknown precision 'nf5': did you mean 'nf2'? known are "),
            ("int-8", "unknown precision 'int-8': did you mean 'int8'? known are "),
            ("q4_o@32", "unknown precision 'q4_o@32': did you mean 'q4_0'? known are "),
            ("ternary", "unknown precision 'ternary': known are "), ("", "unknown precision '': known are "),
        ])
    func suggests(name: String, message: String) {
        let error = #expect(throws: PrecisionError.self) { try Precisions.parse(name) }
        #expect(error?.description == message + Precisions.all.map(\.name).joined(separator: ", "))
    }

    @Test("are found by bits", arguments: [(2, "nf2"), (3, "nf3"), (4, "nf4"), (8, "int8"), (16, "bf16")])
    func byBits(bits: Int, name: String) throws {
        #expect(try Precisions.forBits(bits).name == name)
        #expect(try Precisions.forBits(bits).bits == bits)
    }

    @Test("of other bits are refused", arguments: [Int.min, 0, 1, 5, 32])
    func otherBits(_ bits: Int) {
        #expect(throws: PrecisionError.unknownBits(bits, known: [2, 3, 4, 8, 16])) { try Precisions.forBits(bits) }
    }

    @Test(
        "count codes and scales",
        arguments: [
            ("nf2", 32 + 8), ("nf3", 49 + 12), ("nf4", 65 + 12), ("fp4", 65 + 12), ("int8", 130 + 12), ("bf16", 260),
            ("lm3", 49 + 12), ("nf4_sym", 65 + 12), ("dynamic8", 130 + 12), ("int8_row", 130 + 40),
            ("uniform3", 49 + 8), ("uniform8", 130 + 8), ("q4_0", 65 + 10), ("iq4_nl", 65 + 10), ("q8_0", 130 + 10),
            ("nf4@32", 65 + 20), ("lm3@128", 49 + 8), ("nf4+dq", 65 + 3 + 4 + 4), ("int8@16+dq", 130 + 9 + 4 + 4),
        ])
    func countsBytes(name: String, bytes: Int) throws {
        let precision = try Precisions.parse(name)
        let rows = name == "nf2" ? 8 : 10
        let columns = name == "nf2" ? 16 : 13
        #expect(precision.byteCount(rows: rows, columns: columns) == bytes)
        let weights = Self.gaussian(rows * columns, seed: 5)
        let result = weights.withUnsafeBufferPointer { precision.quantize($0, rows: rows, columns: columns) }
        #expect(result.byteCount == bytes)
    }

    @Test("count 4.127 bits per weight for nf4 with double quantization, 4.5 for the grids of GGUF")
    func bitsPerWeight() throws {
        func bits(_ name: String) throws -> Double {
            8 * Double(try Precisions.parse(name).byteCount(rows: 4096, columns: 4096)) / (4096 * 4096)
        }
        #expect(try abs(bits("nf4+dq") - (4 + 8.0 / 64 + 32.0 / (64 * 256))) < 1e-5)
        #expect(try bits("nf4") == 4.5 && bits("q4_0") == 4.5 && bits("iq4_nl") == 4.5 && bits("q8_0") == 8.5)
        #expect(try bits("lm2@128") == 2.25 && bits("int8_row") == 8 + 32.0 / 4096)
    }

    @Test(
        "store a weight that lies on the table exactly",
        arguments: ["nf2", "nf3", "nf4", "fp4", "nf2_sym", "nf3_sym", "nf4_sym"])
    func exactOnTable(name: String) throws {
        let precision = try #require(Precisions.named(name) as? any TablePrecision)
        // A power of two as scale leaves every product exact.
        let weights = precision.table.entries.map { $0 * 4 }
        #expect(try packed(weights, precision).dequantized() == weights)
    }

    @Test(
        "take the nearest entry",
        arguments: Precisions.all.filter { $0 is any TablePrecision }.map(\.name), [1, 63, 64, 65, 200])
    func nearest(name: String, count: Int) throws {
        let precision = try #require(Precisions.named(name) as? any TablePrecision)
        let weights = Self.gaussian(count, seed: UInt64(count))
        let result = try packed(weights, precision)
        let scales = result.scales.values
        for (i, restored) in result.dequantized().enumerated() {
            let scale = Double(scales[i / 64])
            let best = precision.table.entries.map { abs(Double(weights[i]) - Double($0) * scale) }.min() ?? 0
            // A float32 rounding of the scaled weight may prefer the other side of a boundary by one part in 10⁷.
            #expect(abs(Double(weights[i]) - Double(restored)) <= best + 1e-6 * scale)
        }
    }

    @Test("give a number on a boundary the lower entry")
    func ties() throws {
        // ±½ and 1 fix the scale at 1; the boundary of entries −1 and 0 of nf2 is −½ exactly.
        #expect(try packed([1, -0.5, -0.49999997, -0.50000006], NF2()).unpackedCodes() == [3, 0, 1, 0])
        // Zero is the boundary of fp4's two zeros.
        #expect(try packed([1, 0, 0.001, -0.001, -0.0], FP4()).unpackedCodes() == [3, 0, 8, 0, 0])
    }

    @Test("keep zeros", arguments: Precisions.all.map(\.name) + ["nf4+dq", "lm2@16+dq"])
    func zeros(name: String) throws {
        guard name != "bf16" else { return }
        let result = try packed([Float](repeating: 0, count: 70), Precisions.parse(name))
        #expect(result.dequantized() == [Float](repeating: 0, count: 70))
    }

    @Test("survive the smallest and largest numbers", arguments: ["nf2", "nf3", "nf4", "fp4", "int8"])
    func extremes(name: String) throws {
        for scale in [Float.leastNonzeroMagnitude, Float(bitPattern: 700), .leastNormalMagnitude, 1e-37, 1e37, 3e38] {
            for count in [3, 64] {
                var weights = [Float](repeating: 0, count: count)
                weights[0] = scale
                weights[1] = -scale
                let restored = try packed(weights, Precisions.parse(name)).dequantized()
                #expect(restored.allSatisfy { $0.isFinite })
                if scale >= .leastNormalMagnitude * 256 {
                    #expect(abs(restored[0] / scale - 1) < 1e-6 && abs(restored[1] / scale + 1) < 1e-6)
                }
                #expect(restored.dropFirst(2).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("round integers half to even and stay within 127")
    func int8Rounding() throws {
        let result = try packed([127, -127, 0.5, 1.5, 2.5, -0.5, -1.5, 126.5], Int8Blockwise())
        #expect(result.codes.map { Int8(bitPattern: $0) } == [127, -127, 0, 2, 2, 0, -2, 126])
    }

    @Test(
        "give finite weights for the smallest and the largest numbers",
        arguments: Precisions.all.map(\.name) + ["nf4+dq", "int8@16+dq"])
    func finite(name: String) throws {
        let precision = try Precisions.parse(name)
        for scale in [Float.leastNonzeroMagnitude, Float(bitPattern: 700), 1e-37, 1e-15, 1e10, 1e37, 3e38] {
            for weights: [Float] in [[scale, -scale, 0], (0..<70).map { Float($0 - 35) / 35 * scale }] {
                let result = weights.withUnsafeBufferPointer {
                    precision.quantize($0, rows: 1, columns: weights.count)
                }
                #expect(result.dequantized().allSatisfy { $0.isFinite }, "\(scale)")
                #expect(result.byteCount == precision.byteCount(rows: 1, columns: weights.count))
            }
        }
        // Infinite and undefined weights may give anything but a crash.
        for bad in [Float.nan, .infinity, -.infinity] {
            _ = [1, bad, 2].withUnsafeBufferPointer { precision.quantize($0, rows: 1, columns: 3) }
        }
    }

    @Test("use the block size they are given", arguments: [1, 7, 32, 256])
    func blockSizes(_ blockSize: Int) throws {
        let weights = Self.gaussian(300, seed: 9)
        let result = try packed(weights, NF4(BlockOptions(size: blockSize)), rows: 3)
        #expect(result.blockSize == blockSize)
        #expect(result.scales.count == (300 + blockSize - 1) / blockSize)
        #expect(NF4(BlockOptions(size: blockSize)).byteCount(rows: 3, columns: 100) == result.byteCount)
        let largest = weights.prefix(blockSize).map(abs).max()
        #expect(result.scales.values.first == largest)
    }

    @Test("round bfloat16 to nearest even")
    func bfloat16() {
        let cases: [(Float, UInt16)] = [
            (1, 0x3f80), (-2, 0xc000), (Float(bitPattern: 0x3f80_8000), 0x3f80),
            (Float(bitPattern: 0x3f81_8000), 0x3f82),
            (Float(bitPattern: 0x3f80_8001), 0x3f81), (0, 0), (-0.0, 0x8000), (.infinity, 0x7f80),
            (.greatestFiniteMagnitude, 0x7f80),
        ]
        for (value, pattern) in cases { #expect(BFloat16.rounded(value) == pattern, "\(value)") }
        #expect(BFloat16.value(BFloat16.rounded(Float(bitPattern: 0x7f80_0001))).isNaN)
        let exact: [Float] = [0.5, -3, 1.0 / 128]
        let result = exact.withUnsafeBufferPointer { BFloat16().quantize($0, rows: 3, columns: 1) }
        #expect(result.dequantized() == exact)
    }

    @Test(
        "refuse weights that are no numbers", arguments: ["nf4", "int8", "bf16"], [Float.nan, .infinity, -.infinity])
    func refuses(name: String, bad: Float) throws {
        var weights = Self.gaussian(100, seed: 3)
        weights[70] = bad
        let precision = try Precisions.parse(name)
        let error = #expect(throws: QuantizationError.self) {
            try weights.withUnsafeBufferPointer {
                try precision.quantize($0, rows: 10, columns: 10, tensor: "a.weight")
            }
        }
        #expect(error == .notFinite(tensor: "a.weight", index: 70, value: "\(bad)"))
        #expect(error?.description.contains("tensor 'a.weight': weight 70 is \(bad)") == true)
        // The unchecked entry point keeps going.
        _ = weights.withUnsafeBufferPointer { precision.quantize($0, rows: 10, columns: 10) }
    }

    @Test(
        "lose the share of a Gaussian matrix that is known for them",
        arguments: [
            ("nf2", 0.563), ("nf3", 0.201), ("nf4", 0.0920), ("fp4", 0.122), ("int8", 0.0059), ("bf16", 0.0017),
            ("nf2_sym", 0.459), ("nf3_sym", 0.191), ("nf4_sym", 0.0891), ("lm2", 0.344), ("lm3", 0.178),
            ("lm4", 0.0873), ("dynamic8", 0.0095), ("int8_row", 0.0075), ("q4_0", 0.086), ("iq4_nl", 0.076),
            ("q8_0", 0.0054), ("nf4+dq", 0.09204),
        ])
    func gaussianError(name: String, rootMeanSquare: Double) throws {
        let weights = Self.gaussian(64 * 512, seed: 11)
        let error = try weights.withUnsafeBufferPointer {
            try Precisions.parse(name).relativeError(of: $0, rows: 64, columns: 512)
        }
        #expect(abs(error.squareRoot() / rootMeanSquare - 1) < 0.03)
    }

    @Test("lose nothing of zeros")
    func zeroError() {
        let error = [Float](repeating: 0, count: 64).withUnsafeBufferPointer {
            NF4().relativeError(of: $0, rows: 8, columns: 8)
        }
        #expect(error == 0)
    }

    @Test("follow the NormalFloat formula", arguments: [2, 3, 4])
    func normalFloatFormula(bits: Int) throws {
        let table = try #require(Precisions.forBits(bits) as? any TablePrecision).table.entries
        let offset = 0.9677083
        let half = 1 << (bits - 1)
        func quantiles(_ steps: Int) -> [Double] {
            (0..<steps).map { Self.normalQuantile(offset + (0.5 - offset) * Double($0) / Double(steps)) }
        }
        let entries = (quantiles(half) + quantiles(half - 1).map { -$0 } + [0]).sorted()
        let largest = try #require(entries.last)
        for (entry, expected) in zip(table, entries) { #expect(abs(Double(entry) - expected / largest) < 2e-7) }
    }

    /// Φ⁻¹ by bisection of the error function.
    private static func normalQuantile(_ p: Double) -> Double {
        var low = -10.0
        var high = 10.0
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
        }
        return low
    }
}
