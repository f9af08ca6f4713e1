/// 8-bit integers, scaled linearly by the absolute maximum of each block.
///
/// code = x · 127 / a rounded half to even, a = max |x| of the block; codes lie in −127 … 127 and are stored as the bit
/// patterns of signed bytes. A block of zeros has scale 0 and codes 0.
///
/// Source: Dettmers et al. 2022, "LLM.int8()", section 2.1 (absmax quantization), here per block instead of per row.
public struct Int8Blockwise: BlockwisePrecision {
    /// "int8".
    public let family = "int8"
    /// 8.
    public let bits = 8
    /// Size of the blocks and form of their scales.
    public var blocks: BlockOptions

    /// 8-bit integers with these blocks.
    public init(_ blocks: BlockOptions = BlockOptions()) { self.blocks = blocks }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (codes, scales) = LinearCodes.quantize(weights, blockSize: blocks.size)
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: blocks.size, coding: .linear8, rows: rows, columns: columns,
                codes: codes, scales: blocks.stored(scales)))
    }
}
