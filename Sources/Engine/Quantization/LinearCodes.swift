/// 8-bit codes on a linear scale: code = x · 127 / a rounded half to even, a = max |x| of the block.
enum LinearCodes {
    /// Codes −127 … 127 as the bit patterns of signed bytes, and the scale of each block; zeros have scale 0 and code 0.
    static func quantize(
        _ weights: UnsafeBufferPointer<Float>, blockSize: Int
    ) -> (codes: [UInt8], scales: [Float]) {
        let count = weights.count
        var scales: [Float] = []
        scales.reserveCapacity(BlockScale.blockCount(count, blockSize: blockSize))
        let codes = [UInt8](unsafeUninitializedCapacity: count) { codes, initialized in
            for start in stride(from: 0, to: count, by: blockSize) {
                let end = min(start + blockSize, count)
                let block = UnsafeBufferPointer(rebasing: weights[start..<end])
                let scale = BlockScale.absoluteMaximum(block)
                scales.append(scale)
                encode(block, scale: scale, into: UnsafeMutableBufferPointer(rebasing: codes[start..<end]))
            }
            initialized = count
        }
        return (codes, scales)
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
