/// What the grids of GGUF have in common: blocks of 32 weights, one half-precision scale each.
///
/// Codes are computed with the float32 scale, the scale is rounded afterwards, as ggml does it. A scale beyond the range
/// of a half (weights of some 10⁵ and more) becomes the largest half.
enum GridBlocks {
    /// Weights per block.
    static let size = 32

    /// Packed codes and scales.
    static func byteCount(_ count: Int, bits: Int) -> Int {
        (count * bits + 7) / 8 + 2 * BlockScale.blockCount(count, blockSize: size)
    }

    /// Codes and scales of all blocks; `encode` writes the codes of one block and gives its scale.
    static func quantize(
        _ weights: UnsafeBufferPointer<Float>,
        encode: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<UInt8>) -> Float
    ) -> (codes: [UInt8], scales: BlockScales) {
        var scales: [UInt16] = []
        scales.reserveCapacity(BlockScale.blockCount(weights.count, blockSize: size))
        let codes = [UInt8](unsafeUninitializedCapacity: weights.count) { codes, initialized in
            for start in stride(from: 0, to: weights.count, by: size) {
                let range = start..<min(start + size, weights.count)
                let scale = encode(
                    UnsafeBufferPointer(rebasing: weights[range]), UnsafeMutableBufferPointer(rebasing: codes[range]))
                let largest: Float = 65504
                scales.append(FloatCoding.half(max(-largest, min(largest, scale))))
            }
            initialized = weights.count
        }
        return (codes, .float16(scales))
    }

    /// The first element of the largest magnitude, with its sign; 0 without elements.
    static func extreme(_ block: UnsafeBufferPointer<Float>) -> Float {
        var extreme: Float = 0
        for weight in block where abs(weight) > abs(extreme) { extreme = weight }
        return extreme
    }

    /// The reciprocal, 0 for 0.
    static func reciprocal(_ scale: Float) -> Float { scale == 0 ? 0 : 1 / scale }
}
