/// LoftQ's uniform quantizer of 2, 3, 4 or 8 bits: equal steps over a whole matrix, which keeps two floats.
///
/// Weights are clipped to mean ± 2 deviations (of the whole matrix, unbiased); with β the least and α the range of what is
/// left, plus 10⁻⁸, code = (x − β)/α · (2^bits − 1) rounded half to even, and a weight comes back as
/// `code / (2^bits − 1) · α + β`, each operation in float32. Mean and deviation are summed in float64.
///
/// Source: Li et al. 2024, "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", and its code.
public struct Uniform: Precision {
    /// 2, 3, 4 or 8.
    public let bits: Int
    /// "uniform2", "uniform3", "uniform4" or "uniform8".
    public var name: String { "uniform\(bits)" }

    /// Equal steps, 2^bits − 1 of them.
    public init(bits: Int) {
        precondition([2, 3, 4, 8].contains(bits), "codes have 2, 3, 4 or 8 bits")
        self.bits = bits
    }

    /// Packed codes, least weight and range.
    public func byteCount(rows: Int, columns: Int) -> Int { (rows * columns * bits + 7) / 8 + 8 }

    /// Quantizes a row-major matrix of `rows · columns` weights.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let (low, high) = Self.bounds(weights)
        func clipped(_ weight: Float) -> Float { weight < low ? low : weight > high ? high : weight }
        var least = Float.infinity
        var most = -Float.infinity
        for weight in weights {
            least = min(least, clipped(weight))
            most = max(most, clipped(weight))
        }
        if weights.isEmpty { (least, most) = (0, 0) }
        let range = min(most - least + 1e-8, .greatestFiniteMagnitude)
        let steps = Float((1 << bits) - 1)
        let codes = weights.map { weight in
            let position = ((clipped(weight) - least) / range * steps).rounded(.toNearestOrEven)
            // Written so that not-a-number becomes a code as well.
            return position >= steps ? UInt8(steps) : position > 0 ? UInt8(position) : 0
        }
        return .packed(
            PackedWeights(
                precision: name, bits: bits, blockSize: max(1, weights.count), coding: .uniform, rows: rows,
                columns: columns, codes: BitPacking.pack(codes, bits: bits), scales: .float32([least, range])))
    }

    /// What each code stands for.
    static func levels(bits: Int, least: Float, range: Float) -> [Float] {
        let steps = Float((1 << bits) - 1)
        return (0..<1 << bits).map { Float($0) / steps * range + least }
    }

    /// mean ± 2 deviations.
    private static func bounds(_ weights: UnsafeBufferPointer<Float>) -> (low: Float, high: Float) {
        var sum = 0.0
        for weight in weights { sum += Double(weight) }
        let mean = sum / Double(max(1, weights.count))
        var squares = 0.0
        for weight in weights { squares += (Double(weight) - mean) * (Double(weight) - mean) }
        let deviation = Float((squares / Double(max(1, weights.count - 1))).squareRoot())
        return (Float(mean) - 2 * deviation, Float(mean) + 2 * deviation)
    }
}
