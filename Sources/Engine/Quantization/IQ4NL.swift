/// GGUF's IQ4_NL: sixteen unequal steps per block of 32 weights, with the scale that fits large weights best.
///
/// Codes stand for the integers of `values`, times d. Fifteen scales around m / 127 (m the weight of largest magnitude,
/// sign included) are tried: codes are the nearest values (an exact tie takes the upper), then d = Σ w x q / Σ w q² with
/// weights w = x², and the d with the largest (Σ w x q)² / Σ w q² stays, which loses the least of Σ w (x − d q)². The final
/// codes are the nearest ones under that d; then d is rounded to half precision. 4.5 bits per weight.
///
/// Source: the file format of ggml (type 20) and its reference quantizer without an importance matrix. Sums run in float32
/// in the order of the weights; where a compiler fuses ggml's, last bits and near-ties may differ.
public struct IQ4NL: Precision {
    /// "iq4_nl".
    public let name = "iq4_nl"
    /// 4.
    public let bits = 4

    /// The precision; it has no settings.
    public init() {}

    /// What the codes stand for, before the block's scale.
    static let values: [Float] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

    /// Blocks whose largest magnitude is smaller count as zeros.
    private static let smallestMagnitude: Float = 1e-15

    /// Half a byte per weight and two bytes per block of 32.
    public func byteCount(rows: Int, columns: Int) -> Int { GridBlocks.byteCount(rows * columns, bits: bits) }

    /// Quantizes a row-major matrix of `rows · columns` weights block by block.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let values = Self.values
        let (codes, scales) = values.withUnsafeBufferPointer { values in
            GridBlocks.quantize(weights) { block, codes in
                let scale = Self.scale(block, values)
                let reciprocal = GridBlocks.reciprocal(scale)
                for i in 0..<block.count {
                    codes[i] = UInt8(truncatingIfNeeded: Self.nearest(reciprocal * block[i], values))
                }
                return scale
            }
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: GridBlocks.size, coding: .table(values), rows: rows,
                columns: columns, codes: BitPacking.pack(codes, bits: bits), scales: scales))
    }

    /// The float32 scale of a block.
    private static func scale(_ block: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>) -> Float {
        let extreme = GridBlocks.extreme(block)
        guard abs(extreme) >= smallestMagnitude else { return 0 }
        func sums(_ reciprocal: Float) -> (product: Float, square: Float) {
            var product: Float = 0
            var square: Float = 0
            for weight in block {
                let value = values[nearest(reciprocal * weight, values)]
                let importance = weight * weight
                product += importance * value * weight
                square += importance * value * value
            }
            return (product, square)
        }
        let first = sums(1 / (-extreme / values[0]))
        // Weights so large that their squares overflow leave no sums to compare.
        guard first.square > 0, first.product.isFinite, first.square.isFinite else { return -extreme / values[0] }
        var best = first.product / first.square
        var gain = best * first.product
        for shift in -7...7 {
            let (product, square) = sums((Float(shift) + values[0]) / extreme)
            if square > 0, product.isFinite, square.isFinite, product * product > gain * square {
                best = product / square
                gain = best * product
            }
        }
        return best
    }

    /// The code of the nearest value; halfway between two, the upper one's.
    @inline(__always)
    private static func nearest(_ number: Float, _ values: UnsafeBufferPointer<Float>) -> Int {
        if !(number > values[0]) { return 0 }
        if number >= values[15] { return 15 }
        var low = 0
        var high = 15
        while high - low > 1 {
            let middle = (low + high) / 2
            if number < values[middle] { high = middle } else { low = middle }
        }
        return number - values[low] < values[high] - number ? low : high
    }
}
