/// All precisions, by name and by bits.
///
/// A name may go on with options for precisions whose blocks can be chosen: `base[@block][+dq]`, as in "nf4@128",
/// "nf4+dq", "lm3@32+dq". Without them blocks have 64 weights and float32 scales.
public enum Precisions {
    /// Every precision that qpx knows, without options, ascending by bits.
    public static let all: [any Precision] = [
        NF2(), SymmetricNormalFloat.nf2(), LloydMax.lm2(), Uniform(bits: 2),
        NF3(), SymmetricNormalFloat.nf3(), LloydMax.lm3(), Uniform(bits: 3),
        NF4(), FP4(), SymmetricNormalFloat.nf4(), LloydMax.lm4(), Uniform(bits: 4), Q4_0(), IQ4NL(),
        Int8Blockwise(), Int8RowWise(), Dynamic8(), Uniform(bits: 8), Q8_0(),
        BFloat16(),
    ]

    /// The precision of that name, options included.
    public static func named(_ name: String) -> (any Precision)? { try? parse(name) }

    /// The precision that a flag or a file names; upper and lower case count the same.
    /// - Parameters:
    ///   - blockSize: for a precision whose blocks can be chosen, when the name says no size.
    ///   - doubleQuantization: whether such a precision's scales are quantized also when the name does not say so.
    /// - Throws: `PrecisionError.unknown` with the known names; the other cases for options that cannot be had.
    public static func parse(
        _ name: String, blockSize: Int? = nil, doubleQuantization: Bool = false
    ) throws(PrecisionError) -> any Precision {
        let spelling = try PrecisionName(name)
        guard let precision = all.first(where: { $0.name == spelling.base }) else {
            throw .unknown(name: name, known: all.map(\.name))
        }
        guard let blockwise = precision as? any BlockwisePrecision else {
            if spelling.hasOptions { throw .noOptions(name: name, base: precision.name) }
            return precision
        }
        return blockwise.with(
            BlockOptions(
                size: spelling.blockSize ?? blockSize ?? BlockOptions.defaultSize,
                isDoubleQuantized: spelling.isDoubleQuantized || doubleQuantization))
    }

    /// The usual precision of 2, 3, 4, 8 or 16 bits: nf2, nf3, nf4, int8, bf16.
    /// - Throws: `PrecisionError.unknownBits` for other numbers.
    public static func forBits(_ bits: Int) throws(PrecisionError) -> any Precision {
        if let name = usual.first(where: { $0.bits == bits })?.name, let precision = named(name) { return precision }
        throw .unknownBits(bits, known: usual.map(\.bits))
    }

    private static let usual: [(bits: Int, name: String)] = [
        (2, "nf2"), (3, "nf3"), (4, "nf4"), (8, "int8"), (16, "bf16"),
    ]
}
