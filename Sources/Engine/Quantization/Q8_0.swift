/// GGUF's Q8_0: 8-bit integers in blocks of 32 weights.
///
/// With d = max |x| / 127: code = x · (1/d) rounded half away from zero; a weight comes back as `code · d` with d rounded to
/// half precision. 8.5 bits per weight.
///
/// Source: the file format of ggml (type 8) and its reference quantizer; codes and scales equal those of the Python package
/// gguf.
public struct Q8_0: Precision {
    /// "q8_0".
    public let name = "q8_0"
    /// 8.
    public let bits = 8

    /// The precision; it has no settings.
    public init() {}

    /// A byte per weight and two bytes per block of 32.
    public func byteCount(rows: Int, columns: Int) -> Int { GridBlocks.byteCount(rows * columns, bits: bits) }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (codes, scales) = GridBlocks.quantize(weights) { block, codes in
            let scale = BlockScale.absoluteMaximum(block) / 127
            let reciprocal = GridBlocks.reciprocal(scale)
            for i in 0..<block.count {
                let position = (block[i] * reciprocal).rounded(.toNearestOrAwayFromZero)
                let code: Int8 = position >= 127 ? 127 : position > -127 ? Int8(position) : -127
                codes[i] = UInt8(bitPattern: code)
            }
            return scale
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: GridBlocks.size, coding: .integer8, rows: rows,
                columns: columns, codes: codes, scales: scales))
    }
}
