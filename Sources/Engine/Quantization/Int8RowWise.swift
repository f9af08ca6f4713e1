/// 8-bit integers, scaled linearly by the absolute maximum of each row: one scale per output.
///
/// code = x · 127 / a rounded half to even, a = max |x| of the row. The weights of LLM.int8() without its outlier columns
/// (which concern activations), and the 8 bits of LoftQ in PEFT.
///
/// Source: Dettmers et al. 2022, "LLM.int8()", section 2.1 (row-wise absmax quantization).
public struct Int8RowWise: Precision {
    /// "int8_row".
    public let name = "int8_row"
    /// 8.
    public let bits = 8

    /// The precision; it has no settings.
    public init() {}

    /// One byte per weight and one float32 per row.
    public func byteCount(rows: Int, columns: Int) -> Int { columns == 0 ? 0 : rows * columns + 4 * rows }

    /// Quantizes a row-major matrix of `rows · columns` weights row by row.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (codes, scales) = LinearCodes.quantize(weights, blockSize: max(1, columns))
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: max(1, columns), coding: .linear8, rows: rows, columns: columns,
                codes: codes, scales: .float32(scales)))
    }
}
