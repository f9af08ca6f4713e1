import Testing

@testable import Engine

/// quant.safetensors: codes, absmax and dequantized values of bitsandbytes (nf4, fp4), LoftQ's NormalFloat maps and the
/// block-wise int8 formula. Everything is compared exactly: these are rounding rules, not measurements.
@Suite("Quantization against reference libraries", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct GoldenQuantizationTests {
    struct Case: CustomTestStringConvertible {
        let matrix: String
        let golden: String
        let precision: any Precision
        var testDescription: String { "\(precision.name) of \(matrix)" }
    }

    static let matrices = ["normal_64x128", "heavy_96x64", "uniform_10x50", "zeros_and_ties_4x64", "weight"]
    static let tableCases = matrices.flatMap { matrix in
        [Case(matrix: matrix, golden: "nf4", precision: NF4()), Case(matrix: matrix, golden: "fp4", precision: FP4())]
    }
    static let loftQCases = ["normal_64x128", "heavy_96x64", "weight"].flatMap { matrix in
        [
            Case(matrix: matrix, golden: "loftq_nf2", precision: NF2()),
            Case(matrix: matrix, golden: "loftq_nf3", precision: NF3()),
        ]
            + [2, 3, 4, 8].map {
                Case(matrix: matrix, golden: "loftq_uniform\($0)", precision: Uniform(bits: $0))
            }
    }

    let tensors: GoldenTensors

    init() throws { tensors = try GoldenTensors("golden/quant.safetensors") }

    private func quantized(_ matrix: String, _ precision: any Precision) throws -> PackedWeights {
        let shape = try tensors.shape("\(matrix).input")
        let result = try tensors.floats("\(matrix).input").withUnsafeBufferPointer {
            try precision.quantize($0, rows: shape[0], columns: shape[1], tensor: matrix)
        }
        guard case .packed(let packed) = result else {
            Issue.record("\(precision.name) did not pack")
            throw PrecisionError.unknown(name: precision.name, known: [])
        }
        return packed
    }

    @Test("equals bitsandbytes byte for byte", arguments: tableCases)
    func equalsBitsandbytes(_ c: Case) throws {
        let packed = try quantized(c.matrix, c.precision)
        #expect(try packed.codes == tensors.bytes("\(c.matrix).\(c.golden).packed"))
        #expect(try packed.unpackedCodes() == tensors.bytes("\(c.matrix).\(c.golden).codes"))
        #expect(try packed.scales.values == tensors.floats("\(c.matrix).\(c.golden).absmax"))
        #expect(try packed.dequantized() == tensors.floats("\(c.matrix).\(c.golden).dequant"))
    }

    @Test("equals LoftQ's NormalFloat maps and its uniform quantizer", arguments: loftQCases)
    func equalsLoftQ(_ c: Case) throws {
        let packed = try quantized(c.matrix, c.precision)
        #expect(try packed.unpackedCodes() == tensors.bytes("\(c.matrix).\(c.golden).codes"))
        let restored = packed.dequantized()
        let expected = try tensors.floats("\(c.matrix).\(c.golden).dequant")
        guard c.precision is Uniform else {
            #expect(restored == expected)
            return
        }
        // Mean and deviation are sums: float32 in the reference, float64 here.
        let largest = expected.map(abs).max() ?? 0
        for (a, b) in zip(restored, expected) { #expect(abs(a - b) <= 2e-7 * largest) }
    }

    @Test("equals the row-wise int8 formula, and LLM.int8 on weights in float16", arguments: matrices)
    func equalsInt8Rows(_ matrix: String) throws {
        let packed = try quantized(matrix, Int8RowWise())
        let name = "\(matrix).int8_rowwise_formula"
        #expect(try packed.codes.map { Int8(bitPattern: $0) } == tensors.int8s("\(name).codes"))
        #expect(try packed.scales.values == tensors.floats("\(name).absmax"))
        #expect(try packed.dequantized() == tensors.floats("\(name).dequant"))

        let shape = try tensors.shape("\(matrix).input")
        let halves = try tensors.floats("\(matrix).input").map { FloatCoding.float(half: FloatCoding.half($0)) }
        let result = halves.withUnsafeBufferPointer { Int8RowWise().quantize($0, rows: shape[0], columns: shape[1]) }
        guard case .packed(let rows) = result else { return }
        #expect(try rows.scales.values == tensors.floats("\(matrix).int8_rowwise_bnb_fp16.absmax"))
        let codes = rows.codes.map { Int8(bitPattern: $0) }
        let scales = rows.scales.values
        for (i, expected) in try tensors.int8s("\(matrix).int8_rowwise_bnb_fp16.codes").enumerated()
        where codes[i] != expected {
            // The library may round a value that lies on the boundary to the last bit the other way.
            let scaled = Double(halves[i]) * 127 / Double(scales[i / shape[1]])
            #expect(abs(abs(scaled - scaled.rounded(.towardZero)) - 0.5) < 1e-5, "\(i): \(scaled)")
            #expect(abs(Int(codes[i]) - Int(expected)) == 1)
        }
    }

    @Test(
        "has LoftQ's NF4 within the last bit of its table", arguments: ["normal_64x128", "heavy_96x64", "weight"])
    func loftQNF4(_ matrix: String) throws {
        let table = try tensors.floats("codebook.loftq_nf4")
        for (entry, expected) in zip(NF4().table.entries, table) { #expect(abs(entry - expected) <= 1.2e-7) }
        let packed = try quantized(matrix, NF4())
        #expect(try packed.unpackedCodes() == tensors.bytes("\(matrix).loftq_nf4.codes"))
        let scales = packed.scales.values
        let expected = try tensors.floats("\(matrix).loftq_nf4.dequant")
        for (i, weight) in packed.dequantized().enumerated() {
            #expect(abs(weight - expected[i]) <= 2.4e-7 * scales[i / 64])
        }
    }

    /// bitsandbytes' CPU kernel may take the second nearest entry within this distance of a boundary (relative to the
    /// block's absolute maximum).
    private static let mapTolerance: Float = 2.5e-5

    @Test("equals bitsandbytes' dynamic 8-bit codes, or lies nearer to the weight", arguments: matrices)
    func equalsDynamic8(_ matrix: String) throws {
        let packed = try quantized(matrix, Dynamic8())
        let entries = DynamicMap.table.entries
        let scales = packed.scales.values
        #expect(try scales == tensors.floats("\(matrix).dynamic8.absmax"))
        let weights = try tensors.floats("\(matrix).input")
        let expected = try tensors.bytes("\(matrix).dynamic8.codes")
        let restored = try tensors.floats("\(matrix).dynamic8.dequant")
        for (i, code) in packed.unpackedCodes().enumerated() where scales[i / 64] > 0 {
            let scaled = weights[i] / scales[i / 64]
            let distance = abs(entries[Int(code)] - scaled)
            let other = abs(entries[Int(expected[i])] - scaled)
            #expect(distance <= other + 1e-6 && other <= distance + 2 * Self.mapTolerance, "\(i)")
            if code == expected[i] { #expect(packed.dequantized()[i] == restored[i]) }
        }
    }

    @Test("restores bitsandbytes' doubly quantized scales to the bit", arguments: matrices)
    func restoresDoubleQuantization(_ matrix: String) throws {
        let name = "\(matrix).nf4_dq"
        let offset = try tensors.floats("\(name).absmax_offset")[0]
        let golden = try DoubleQuantizedScales(
            codes: tensors.bytes("\(name).absmax_codes"), groupScales: tensors.floats("\(name).absmax2"),
            offset: offset)
        #expect(try golden.values == tensors.floats("\(name).absmax_restored"))

        let packed = try quantized(matrix, NF4(BlockOptions(isDoubleQuantized: true)))
        #expect(try packed.codes == tensors.bytes("\(matrix).nf4.packed"))
        guard case .doubleQuantized(let own) = packed.scales else {
            Issue.record("scales are not quantized")
            return
        }
        #expect(own.offset == golden.offset && own.groupScales == golden.groupScales)
        let differing = zip(own.codes, golden.codes).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
        let scales = try tensors.floats("\(matrix).nf4.absmax")
        for block in differing {
            let group = golden.groupScales[block / 256]
            let difference = scales[block] - offset
            let entries = DynamicMap.table.entries
            let distance = abs(entries[Int(own.codes[block])] * group - difference)
            let other = abs(entries[Int(golden.codes[block])] * group - difference)
            #expect(distance <= other && other <= distance + 2 * Self.mapTolerance * group)
        }
        let restored = packed.dequantized()
        for (i, expected) in try tensors.floats("\(name).dequant").enumerated() where !differing.contains(i / 64) {
            #expect(restored[i] == expected)
        }
    }

    @Test("equals the block-wise int8 formula", arguments: matrices)
    func equalsInt8Formula(_ matrix: String) throws {
        let packed = try quantized(matrix, Int8Blockwise())
        let name = "\(matrix).int8_block64_formula"
        #expect(try packed.codes.map { Int8(bitPattern: $0) } == tensors.int8s("\(name).codes"))
        #expect(try packed.scales.values == tensors.floats("\(name).absmax"))
        #expect(try packed.dequantized() == tensors.floats("\(name).dequant"))
    }

    @Test(
        "has the reference's code tables",
        arguments: [
            ("nf4", NF4().table), ("fp4", FP4().table), ("loftq_nf2", NF2().table), ("loftq_nf3", NF3().table),
            ("loftq_nf2_symmetric", SymmetricNormalFloat.nf2().table),
            ("loftq_nf3_symmetric", SymmetricNormalFloat.nf3().table),
            ("loftq_nf4_symmetric", SymmetricNormalFloat.nf4().table), ("dynamic8", DynamicMap.table),
        ])
    func codeTables(name: String, table: CodeTable) throws {
        #expect(try table.entries == tensors.floats("codebook.\(name)"))
    }

    @Test(
        "loses as much of a matrix as the reference says",
        arguments: [
            ("nf4", NF4() as any Precision), ("fp4", FP4()), ("int8_block64_formula", Int8Blockwise()),
            ("int8_rowwise_formula", Int8RowWise()), ("nf4_dq", NF4(BlockOptions(isDoubleQuantized: true))),
            ("dynamic8", Dynamic8()),
        ])
    func relativeErrors(name: String, precision: any Precision) throws {
        struct Reference: Decodable { let relative_frobenius_error: [String: [String: Double]] }
        let reference = try Shared.json("golden/quant.json", as: Reference.self)
        for matrix in Self.matrices {
            let shape = try tensors.shape("\(matrix).input")
            let error = try tensors.floats("\(matrix).input").withUnsafeBufferPointer {
                precision.relativeError(of: $0, rows: shape[0], columns: shape[1])
            }
            let expected = try #require(reference.relative_frobenius_error[matrix]?[name])
            // The reference sums in float32, so six digits; its dynamic map is not always the nearest entry.
            let tolerance = name == "dynamic8" ? 2e-3 : name == "nf4_dq" ? 1e-4 : 1e-6
            #expect(abs(error.squareRoot() - expected) <= tolerance * expected, "\(matrix)")
        }
    }
}
