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
        #expect(try packed.scales == tensors.floats("\(c.matrix).\(c.golden).absmax"))
        #expect(try packed.dequantized() == tensors.floats("\(c.matrix).\(c.golden).dequant"))
    }

    @Test("equals LoftQ's NormalFloat maps", arguments: loftQCases)
    func equalsLoftQ(_ c: Case) throws {
        let packed = try quantized(c.matrix, c.precision)
        #expect(try packed.unpackedCodes() == tensors.bytes("\(c.matrix).\(c.golden).codes"))
        #expect(try packed.dequantized() == tensors.floats("\(c.matrix).\(c.golden).dequant"))
    }

    @Test("equals the block-wise int8 formula", arguments: matrices)
    func equalsInt8Formula(_ matrix: String) throws {
        let packed = try quantized(matrix, Int8Blockwise())
        let name = "\(matrix).int8_block64_formula"
        #expect(try packed.codes.map { Int8(bitPattern: $0) } == tensors.int8s("\(name).codes"))
        #expect(try packed.scales == tensors.floats("\(name).absmax"))
        #expect(try packed.dequantized() == tensors.floats("\(name).dequant"))
    }

    @Test(
        "has the reference's code tables",
        arguments: [("nf4", NF4().table), ("fp4", FP4().table), ("loftq_nf2", NF2().table), ("loftq_nf3", NF3().table)])
    func codeTables(name: String, table: CodeTable) throws {
        #expect(try table.entries == tensors.floats("codebook.\(name)"))
    }

    @Test(
        "loses as much of a matrix as the reference says",
        arguments: [("nf4", NF4() as any Precision), ("fp4", FP4()), ("int8_block64_formula", Int8Blockwise())])
    func relativeErrors(name: String, precision: any Precision) throws {
        struct Reference: Decodable { let relative_frobenius_error: [String: [String: Double]] }
        let reference = try Shared.json("golden/quant.json", as: Reference.self)
        for matrix in Self.matrices {
            let shape = try tensors.shape("\(matrix).input")
            let error = try tensors.floats("\(matrix).input").withUnsafeBufferPointer {
                precision.relativeError(of: $0, rows: shape[0], columns: shape[1])
            }
            let expected = try #require(reference.relative_frobenius_error[matrix]?[name])
            // The reference sums in float32, so six digits.
            #expect(abs(error.squareRoot() - expected) <= 1e-6 * expected, "\(matrix)")
        }
    }
}
