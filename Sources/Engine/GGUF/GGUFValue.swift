/// A value of a GGUF file's metadata, in the type in which it is stored.
///
/// Source: ggml's `docs/gguf.md`, version 3.
public enum GGUFValue: Sendable, Equatable {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case float32(Float)
    case bool(Bool)
    case string(String)
    /// Elements of one type.
    case array(Kind, [GGUFValue])
    case uint64(UInt64)
    case int64(Int64)
    case float64(Double)

    /// The types, by their numbers in the file.
    public enum Kind: UInt32, Sendable {
        case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64
    }

    /// The type.
    public var kind: Kind {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .float32: .float32
        case .bool: .bool
        case .string: .string
        case .array: .array
        case .uint64: .uint64
        case .int64: .int64
        case .float64: .float64
        }
    }

    /// The whole number, whatever its type, if it fits.
    public var integer: Int? {
        switch self {
        case .uint8(let value): Int(value)
        case .int8(let value): Int(value)
        case .uint16(let value): Int(value)
        case .int16(let value): Int(value)
        case .uint32(let value): Int(value)
        case .int32(let value): Int(value)
        case .uint64(let value): Int(exactly: value)
        case .int64(let value): Int(exactly: value)
        case .float32, .bool, .string, .array, .float64: nil
        }
    }

    /// The number as it is widened to double precision.
    public var real: Double? {
        switch self {
        case .float32(let value): Double(value)
        case .float64(let value): value
        default: integer.map(Double.init)
        }
    }

    /// The text.
    public var text: String? { if case .string(let text) = self { text } else { nil } }
    /// The truth value.
    public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// The elements.
    public var elements: [GGUFValue]? { if case .array(_, let elements) = self { elements } else { nil } }

    /// A list of texts.
    static func strings(_ texts: [String]) -> GGUFValue { .array(.string, texts.map(GGUFValue.string)) }
    /// A list of int32.
    static func int32s(_ numbers: [Int]) -> GGUFValue {
        .array(.int32, numbers.map { .int32(Int32(clamping: $0)) })
    }
    /// A list of float32.
    static func float32s(_ numbers: [Float]) -> GGUFValue { .array(.float32, numbers.map(GGUFValue.float32)) }

    /// Appends the value as the file has it, without its type.
    func write(to bytes: inout [UInt8]) {
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        switch self {
        case .uint8(let value): append(value)
        case .int8(let value): append(value)
        case .uint16(let value): append(value)
        case .int16(let value): append(value)
        case .uint32(let value): append(value)
        case .int32(let value): append(value)
        case .float32(let value): append(value.bitPattern)
        case .bool(let value): append(UInt8(value ? 1 : 0))
        case .string(let text):
            append(UInt64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        case .array(let kind, let elements):
            append(kind.rawValue)
            append(UInt64(elements.count))
            for element in elements { element.write(to: &bytes) }
        case .uint64(let value): append(value)
        case .int64(let value): append(value)
        case .float64(let value): append(value.bitPattern)
        }
    }
}
