/// How the weights of a layer are stored: bits, block and code table.
///
/// A new precision is one file that conforms to this (or to `BlockwisePrecision` if its blocks can be chosen) and one
/// entry in `Precisions.all`.
public protocol Precision: Sendable {
    /// The name in flags, in the database and in reports, such as "nf4"; letters, digits and "_".
    var name: String { get }
    /// Bits of one code, without scales.
    var bits: Int { get }
    /// Bytes that `rows × columns` weights take, scales included.
    func byteCount(rows: Int, columns: Int) -> Int
    /// Quantizes a row-major matrix.
    func quantize(_ weights: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> QuantizedMatrix
}

/// The result of quantizing: packed codes, or 16-bit floats for the precision that leaves weights as they are.
public enum QuantizedMatrix: Sendable, Equatable {
    /// Codes and scales.
    case packed(PackedWeights)
    /// Row-major bfloat16 bit patterns.
    case bfloat16([UInt16])
}
