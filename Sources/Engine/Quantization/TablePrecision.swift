/// A precision whose codes index a small table, scaled by the absolute maximum of each block.
///
/// Blocks of `blockSize` consecutive elements of the row-major matrix share a scale a = max |x|; a weight becomes the code
/// of the entry nearest to x / a, and comes back as `entry · a`.
///
/// Source: Dettmers et al. 2023, "QLoRA: Efficient Finetuning of Quantized LLMs", section 2; rounding as in bitsandbytes.
protocol TablePrecision: Precision {
    /// Elements that share a scale.
    var blockSize: Int { get }
    /// What the codes stand for.
    var table: CodeTable { get }
}

extension TablePrecision {
    /// Bits of one code.
    public var bits: Int { table.bits }

    /// Packed codes and one float32 scale per block.
    public func byteCount(rows: Int, columns: Int) -> Int {
        BlockScale.byteCount(rows * columns, bits: bits, blockSize: blockSize)
    }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    ///
    /// A block of zeros has scale 0 and the code of zero throughout.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let count = weights.count
        var scales: [Float] = []
        scales.reserveCapacity(BlockScale.blockCount(count, blockSize: blockSize))
        let codes = [UInt8](unsafeUninitializedCapacity: count) { codes, initialized in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: blockSize) { scaled in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockSize) { ranks in
                    for start in stride(from: 0, to: count, by: blockSize) {
                        let length = min(blockSize, count - start)
                        let block = UnsafeBufferPointer(rebasing: weights[start..<start + length])
                        let scale = BlockScale.absoluteMaximum(block)
                        scales.append(scale)
                        normalise(block, by: scale, into: scaled)
                        table.encode(
                            UnsafeBufferPointer(rebasing: scaled[0..<length]), ranks: ranks,
                            into: UnsafeMutableBufferPointer(rebasing: codes[start..<start + length]))
                    }
                }
            }
            initialized = count
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: blockSize, coding: .table(table.entries), rows: rows,
                columns: columns, codes: BitPacking.pack(codes, bits: bits), scales: scales))
    }

    /// x / scale, in the arithmetic of bitsandbytes: full blocks times the reciprocal, the short tail divided.
    ///
    /// The two differ in the last bit, which decides codes only next to a boundary. Subnormal scales have no finite
    /// reciprocal, so they divide too.
    private func normalise(
        _ block: UnsafeBufferPointer<Float>, by scale: Float, into scaled: UnsafeMutableBufferPointer<Float>
    ) {
        if scale == 0 {
            for i in 0..<block.count { scaled[i] = 0 }
        } else if block.count == blockSize, scale >= .leastNormalMagnitude {
            let reciprocal = 1 / scale
            for i in 0..<block.count { scaled[i] = block[i] * reciprocal }
        } else {
            for i in 0..<block.count { scaled[i] = block[i] / scale }
        }
    }
}
