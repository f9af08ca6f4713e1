/// The scales of a packed matrix, one per block, as they are held in memory and on disk.
public enum BlockScales: Sendable, Equatable {
    /// float32, 4 bytes each.
    case float32([Float])
    /// IEEE half precision, 2 bytes each, as bit patterns.
    case float16([UInt16])
    /// Quantized to 8 bits: a little more than one byte each.
    case doubleQuantized(DoubleQuantizedScales)

    /// Number of scales.
    public var count: Int {
        switch self {
        case .float32(let values): values.count
        case .float16(let patterns): patterns.count
        case .doubleQuantized(let scales): scales.codes.count
        }
    }

    /// Bytes held.
    public var byteCount: Int {
        switch self {
        case .float32(let values): 4 * values.count
        case .float16(let patterns): 2 * patterns.count
        case .doubleQuantized(let scales): scales.byteCount
        }
    }

    /// The scales as float32, exactly the numbers that weights are multiplied with.
    public var values: [Float] {
        switch self {
        case .float32(let values): values
        case .float16(let patterns): patterns.map(FloatCoding.float(half:))
        case .doubleQuantized(let scales): scales.values
        }
    }
}
