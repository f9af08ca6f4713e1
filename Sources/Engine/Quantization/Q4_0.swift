/// GGUF's Q4_0: sixteen equal steps per block of 32 weights, one of them exactly at the weight of largest magnitude.
///
/// With m that weight, sign included, and d = m / −8: code = trunc(x · (1/d) + 8.5), at most 15; a weight comes back as
/// `(code − 8) · d` with d rounded to half precision. 4.5 bits per weight. A block of zeros has d = 0 and codes 8.
///
/// Source: the file format of ggml (type 2) and its reference quantizer; codes and scales equal those of the Python package
/// gguf.
public struct Q4_0: Precision {
    /// "q4_0".
    public let name = "q4_0"
    /// 4.
    public let bits = 4

    /// The precision; it has no settings.
    public init() {}

    /// Half a byte per weight and two bytes per block of 32.
    public func byteCount(rows: Int, columns: Int) -> Int { GridBlocks.byteCount(rows * columns, bits: bits) }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (codes, scales) = GridBlocks.quantize(weights) { block, codes in
            let scale = GridBlocks.extreme(block) / -8
            let reciprocal = GridBlocks.reciprocal(scale)
            for i in 0..<block.count {
                let position = block[i] * reciprocal + 8.5
                codes[i] = position >= 15 ? 15 : position > 0 ? UInt8(position) : 0
            }
            return scale
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: GridBlocks.size, coding: .table(Self.entries), rows: rows,
                columns: columns, codes: BitPacking.pack(codes, bits: bits), scales: scales))
    }

    private static let entries = (0..<16).map { Float($0 - 8) }
}
