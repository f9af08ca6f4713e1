/// What the encodings of 256 weights with quantized scales have in common: fitting the scales of their sub-blocks.
///
/// Layouts are those of ggml-common.h; the fits are least squares weighted towards large weights, over a few dozen
/// starting scales, in the spirit of ggml's reference quantizers but not their digits.
enum SuperBlock {
    /// Weights per block.
    static let size = 256

    /// Rounds to the nearest integer within bounds; halves away from zero.
    @inline(__always)
    static func code(_ x: Float, _ low: Int, _ high: Int) -> Int {
        if !(x > Float(low)) { return low }
        return x >= Float(high) ? high : Int(x.rounded(.toNearestOrAwayFromZero))
    }

    /// The nearest half-precision number that is finite.
    static func half(_ x: Float) -> UInt16 { FloatCoding.half(max(-65504, min(65504, x))) }

    /// x ≈ scale · q − offset with q in 0...levels, offset ≥ 0: the pair that loses least of Σ w (x − x′)².
    static func affineFit(_ x: ArraySlice<Float>, levels: Int) -> (scale: Float, offset: Float) {
        let meanSquare = x.reduce(0) { $0 + $1 * $1 } / Float(max(1, x.count))
        let root = meanSquare.squareRoot()
        let least = min(0, x.min() ?? 0)
        let span = (x.max() ?? 0) - least
        guard span > 0, span.isFinite else { return (0, -least) }
        var best: (error: Float, scale: Float, offset: Float) = (.infinity, span / Float(levels), -least)
        for step in 0...20 {
            let inverse = (Float(levels) - 1 + 0.1 * Float(step)) / span
            var (w, wq, wqq, wx, wqx) = (Float(0), Float(0), Float(0), Float(0), Float(0))
            for value in x {
                let q = Float(code(inverse * (value - least), 0, levels))
                let weight = root + abs(value)
                w += weight
                wq += weight * q
                wqq += weight * q * q
                wx += weight * value
                wqx += weight * q * value
            }
            let determinant = w * wqq - wq * wq
            guard determinant > 0 else { continue }
            var scale = (w * wqx - wq * wx) / determinant
            var offset = (wq * wqx - wqq * wx) / determinant
            if offset < 0 {
                offset = 0
                scale = wqq > 0 ? wqx / wqq : 0
            }
            guard scale > 0, scale.isFinite, offset.isFinite else { continue }
            let error = x.reduce(Float(0)) { sum, value in
                let q = Float(code((value + offset) / scale, 0, levels))
                let miss = value - (scale * q - offset)
                return sum + (root + abs(value)) * miss * miss
            }
            if error < best.error { best = (error, scale, offset) }
        }
        return (best.scale, best.offset)
    }

    /// x ≈ scale · q with q in −levels ..< levels: the scale (sign included) that loses least of Σ x² (x − x′)².
    static func symmetricFit(_ x: ArraySlice<Float>, levels: Int) -> Float {
        var extreme: Float = 0
        for value in x where abs(value) > abs(extreme) { extreme = value }
        guard abs(extreme) > 1e-15 else { return 0 }
        var best: (gain: Float, scale: Float) = (0, -extreme / Float(levels))
        for step in -9...9 {
            let inverse = -(Float(levels) + 0.1 * Float(step)) / extreme
            var (product, square) = (Float(0), Float(0))
            for value in x {
                let q = Float(code(inverse * value, -levels, levels - 1))
                product += value * value * q * value
                square += value * value * q * q
            }
            guard square > 0, product.isFinite, square.isFinite else { continue }
            if product * product / square > best.gain { best = (product * product / square, product / square) }
        }
        return best.scale
    }

    /// Encodes row-major elements block by block; a block is handed over as a slice that begins at 0.
    static func encode(_ elements: UnsafeBufferPointer<Float>, _ block: ([Float], inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: elements.count, by: size) {
            block(Array(elements[start..<start + size]), &bytes)
        }
        return bytes
    }

    /// Decodes blocks of that many bytes each.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, count: Int, blockBytes: Int,
        _ block: (ArraySlice<UInt8>, inout [Float]) -> Void
    ) -> [Float] {
        let all = [UInt8](bytes)
        var floats: [Float] = []
        floats.reserveCapacity(count)
        for index in 0..<count / size { block(all[index * blockBytes..<(index + 1) * blockBytes], &floats) }
        return floats
    }

    /// The half-precision number at a place in a block.
    static func half(_ block: ArraySlice<UInt8>, at offset: Int) -> Float {
        let start = block.startIndex + offset
        return FloatCoding.float(half: UInt16(block[start]) | UInt16(block[start + 1]) << 8)
    }

    static func append(_ half: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: half))
        bytes.append(UInt8(half >> 8))
    }
}
