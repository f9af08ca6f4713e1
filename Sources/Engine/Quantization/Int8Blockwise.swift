/// 8-bit integers, scaled linearly by the absolute maximum of each block.
///
/// code = x · 127 / a rounded half to even, a = max |x| of the block; codes lie in −127 … 127 and are stored as the bit
/// patterns of signed bytes. A block of zeros has scale 0 and codes 0.
///
/// Source: Dettmers et al. 2022, "LLM.int8()", section 2.1 (absmax quantization), here per block instead of per row.
public struct Int8Blockwise: Precision {
    /// "int8".
    public let name = "int8"
    /// 8.
    public let bits = 8
    /// Elements that share a scale.
    public let blockSize: Int

    /// 8-bit integers with a float32 scale for every `blockSize` weights.
    public init(blockSize: Int = 64) {
        precondition(blockSize > 0, "a block holds at least one weight")
        self.blockSize = blockSize
    }

    /// One byte per weight and one float32 scale per block.
    public func byteCount(rows: Int, columns: Int) -> Int {
        BlockScale.byteCount(rows * columns, bits: bits, blockSize: blockSize)
    }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let count = weights.count
        var scales: [Float] = []
        scales.reserveCapacity(BlockScale.blockCount(count, blockSize: blockSize))
        let codes = [UInt8](unsafeUninitializedCapacity: count) { codes, initialized in
            for start in stride(from: 0, to: count, by: blockSize) {
                let end = min(start + blockSize, count)
                let block = UnsafeBufferPointer(rebasing: weights[start..<end])
                let scale = BlockScale.absoluteMaximum(block)
                scales.append(scale)
                Self.encode(
                    block, scale: scale, into: UnsafeMutableBufferPointer(rebasing: codes[start..<end]))
            }
            initialized = count
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: blockSize, coding: .linear8, rows: rows, columns: columns,
                codes: codes, scales: scales))
    }

    /// Adding 1.5 · 2²³ leaves the number, rounded half to even, in the low bits of the float: a vectorisable rounding
    /// that cannot trap, whatever the number.
    private static let roundingShift: Float = 12_582_912

    /// Below this scale 127 / scale may overflow.
    private static let smallestScale: Float = 1e-36

    private static func encode(
        _ block: UnsafeBufferPointer<Float>, scale: Float, into codes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let shift = roundingShift
        if scale == 0 {
            for i in 0..<block.count { codes[i] = 0 }
        } else if scale >= smallestScale {
            let factor = 127 / scale
            for i in 0..<block.count {
                codes[i] = UInt8(truncatingIfNeeded: (block[i] * factor + shift).bitPattern)
            }
        } else {
            for i in 0..<block.count {
                codes[i] = UInt8(truncatingIfNeeded: (block[i] / scale * 127 + shift).bitPattern)
            }
        }
    }
}
