/// A precision whose codes index a table, scaled by the absolute maximum of each block.
///
/// Blocks of consecutive elements of the row-major matrix share a scale a = max |x|; a weight becomes the code of the entry
/// nearest to x / a, and comes back as `entry · a`.
///
/// Source: Dettmers et al. 2023, "QLoRA: Efficient Finetuning of Quantized LLMs", section 2; rounding as in bitsandbytes.
protocol TablePrecision: BlockwisePrecision {
    /// What the codes stand for.
    var table: CodeTable { get }
}

extension TablePrecision {
    /// Bits of one code.
    public var bits: Int { table.bits }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    ///
    /// A block of zeros has scale 0 and the code of zero throughout.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (codes, scales) = table.quantize(weights, blockSize: blocks.size)
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: blocks.size, coding: .table(table.entries), rows: rows,
                columns: columns, codes: BitPacking.pack(codes, bits: bits), scales: blocks.stored(scales)))
    }
}
