/// Block scales that are quantized themselves: "double quantization".
///
/// With c the mean of all scales a, the differences a − c are quantized to the dynamic 8-bit map in groups of 256, each
/// group with a float32 scale s = max |a − c|; a scale comes back as `map[code] · s + c`, in float32: one multiplication,
/// then one addition. One byte per block, 4 per group and 4 for c: 0.127 bits per weight at blocks of 64 instead of 0.5.
///
/// Source: Dettmers et al. 2023, "QLoRA: Efficient Finetuning of Quantized LLMs", section 3; grid and rounding as in
/// bitsandbytes.
public struct DoubleQuantizedScales: Sendable, Equatable {
    /// Scales that share a scale of their own.
    public static let groupSize = 256

    /// Code of each scale in the dynamic 8-bit map.
    public let codes: [UInt8]
    /// Scale of each group, `ceil(codes.count / 256)` values.
    public let groupScales: [Float]
    /// c, the mean of the scales that were quantized.
    public let offset: Float

    /// Scales from their parts; counts must fit.
    public init(codes: [UInt8], groupScales: [Float], offset: Float) {
        precondition(
            groupScales.count == BlockScale.blockCount(codes.count, blockSize: Self.groupSize),
            "one scale per group of scales")
        self.codes = codes
        self.groupScales = groupScales
        self.offset = offset
    }

    /// Quantizes scales. The mean is summed in float64, in their order.
    init(_ scales: [Float]) {
        var sum = 0.0
        for scale in scales { sum += Double(scale) }
        let offset = scales.isEmpty ? 0 : Float(sum / Double(scales.count))
        let differences = scales.map { $0 - offset }
        let (codes, groupScales) = differences.withUnsafeBufferPointer {
            DynamicMap.table.quantize($0, blockSize: Self.groupSize)
        }
        self.init(codes: codes, groupScales: groupScales, offset: offset)
    }

    /// The scales that come back.
    public var values: [Float] {
        codes.enumerated().map { block, code in
            DynamicMap.table.entries[Int(code)] * groupScales[block / Self.groupSize] + offset
        }
    }

    /// Bytes held: codes, scales of the groups, and the offset.
    public var byteCount: Int { Self.byteCount(codes.count) }

    /// Bytes that `count` scales take.
    static func byteCount(_ count: Int) -> Int {
        count + 4 * BlockScale.blockCount(count, blockSize: groupSize) + 4
    }
}
