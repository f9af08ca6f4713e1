/// A tensor that is going to be written: its description now, its bytes when their turn comes.
public struct TensorSource {
    /// Name in the checkpoint.
    public let name: String
    /// Number format as the file names it, such as "BF16" or "U8".
    public let dtype: String
    /// Extent of each axis, outermost first.
    public let shape: [Int]
    let provide: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// A tensor of any format; `bytes` is called once, when the tensor is written: row-major, little-endian.
    public init(name: String, dtype: String, shape: [Int], bytes: @escaping () throws -> [UInt8]) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
        provide = { consume in try bytes().withUnsafeBytes(consume) }
    }

    /// A tensor of floating-point numbers; `floats` is called once, and rounded to `elementType`, ties to even.
    public init(name: String, elementType: ElementType, shape: [Int], floats: @escaping () throws -> [Float]) {
        self.init(name: name, dtype: elementType.rawValue, shape: shape) {
            try floats().withUnsafeBufferPointer { FloatCoding.encode($0, as: elementType) }
        }
    }

    /// A copy of a tensor of another file, bit for bit, under its own name or a new one.
    public init(_ tensor: RawTensor, name: String? = nil) {
        self.name = name ?? tensor.name
        dtype = tensor.dtype
        shape = tensor.shape
        provide = { consume in try tensor.withUnsafeBytes(consume) }
    }
}
