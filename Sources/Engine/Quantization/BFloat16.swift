/// 16 bits per weight without blocks or scales: the precision of layers that are not quantized.
///
/// A bfloat16 is the upper half of a float32; rounding is to nearest, ties to even. Checkpoints in bfloat16 pass
/// unchanged.
public struct BFloat16: Precision {
    /// "bf16".
    public let name = "bf16"
    /// 16.
    public let bits = 16

    /// The precision; it has no settings.
    public init() {}

    /// Two bytes per weight.
    public func byteCount(rows: Int, columns: Int) -> Int { 2 * rows * columns }

    /// Rounds a row-major matrix of `rows · columns` weights.
    public func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix {
        precondition(weights.count == rows * columns, "\(weights.count) weights do not fill \(rows) × \(columns)")
        let patterns = [UInt16](unsafeUninitializedCapacity: weights.count) { patterns, initialized in
            for i in 0..<weights.count { patterns[i] = Self.rounded(weights[i]) }
            initialized = weights.count
        }
        return .bfloat16(patterns)
    }

    /// The bit pattern of the bfloat16 nearest to `value`; not-a-number stays one.
    public static func rounded(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let nearest = (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16
        let quiet = bits >> 16 | 0x40
        return UInt16(truncatingIfNeeded: bits & 0x7fff_ffff > 0x7f80_0000 ? quiet : nearest)
    }

    /// The number of a bit pattern, exactly.
    public static func value(_ pattern: UInt16) -> Float { Float(bitPattern: UInt32(pattern) << 16) }
}
