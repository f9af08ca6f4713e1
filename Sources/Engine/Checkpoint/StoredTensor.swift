/// A tensor as it lies in a file, in whatever number format; keeps the file mapped.
public struct RawTensor: Sendable {
    /// Name in the checkpoint.
    public let name: String
    /// Number format as the file names it, such as "BF16" or "U8".
    public let dtype: String
    /// Extent of each axis, outermost first; empty for a scalar.
    public let shape: [Int]
    let file: MappedFile
    let range: Range<Int>

    /// Bytes of the tensor.
    public var byteCount: Int { range.count }

    /// Calls `body` with the bytes, row-major and little-endian, aligned to nothing.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try file.withUnsafeBytes(in: range, body)
    }
}

/// A tensor of floating-point numbers as it lies in a file; keeps the file mapped.
public struct StoredTensor: Sendable {
    /// The bytes and their description.
    public let raw: RawTensor
    /// Number format.
    public let elementType: ElementType

    /// - Throws: `unsupportedElementType` if the numbers are not F32, F16 or BF16.
    public init(_ raw: RawTensor) throws(CheckpointError) {
        guard let elementType = ElementType(rawValue: raw.dtype) else {
            throw .unsupportedElementType(name: raw.name, found: raw.dtype, file: raw.file.path)
        }
        self.raw = raw
        self.elementType = elementType
    }

    /// Name in the checkpoint.
    public var name: String { raw.name }
    /// Extent of each axis, outermost first; empty for a scalar.
    public var shape: [Int] { raw.shape }
    /// Number of elements.
    public var count: Int { raw.byteCount / elementType.byteCount }

    /// Calls `body` with the bytes, row-major and little-endian, aligned to nothing.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try raw.withUnsafeBytes(body)
    }

    /// The elements as float32, row-major; exact for every format.
    public func floats() -> [Float] {
        withUnsafeBytes { FloatCoding.decode($0, as: elementType) }
    }
}
