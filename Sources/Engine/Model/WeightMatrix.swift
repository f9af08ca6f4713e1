internal import CKernels

/// A weight matrix `[out, in]` in whatever form it is held: dense floats, 16-bit floats, packed codes, or a parameter
/// in training. Products decode it panel by panel, so no second, larger copy ever exists.
public struct WeightMatrix: Sendable {
    /// How the elements are held.
    public enum Storage: Sendable {
        /// float32 in memory.
        case float32([Float])
        /// 16-bit floats in memory, as bit patterns.
        case half([UInt16], ElementType)
        /// A tensor of a mapped checkpoint, in its own number format.
        case stored(StoredTensor)
        /// Quantized.
        case packed(PackedWeights)
        /// Being trained.
        case parameter(Parameter)
    }

    /// Outputs.
    public let rows: Int
    /// Inputs.
    public let columns: Int
    /// The elements.
    public let storage: Storage

    /// A matrix over float32 elements.
    public init(_ elements: [Float], rows: Int, columns: Int) {
        precondition(elements.count == rows * columns, "elements do not fill the matrix")
        self.init(storage: .float32(elements), rows: rows, columns: columns)
    }

    /// A matrix that training changes.
    public init(_ parameter: Parameter) {
        precondition(parameter.shape.count == 2, "a weight matrix has two axes")
        self.init(storage: .parameter(parameter), rows: parameter.shape[0], columns: parameter.shape[1])
    }

    /// A tensor of a checkpoint, left where it is.
    public init(_ tensor: StoredTensor) {
        precondition(tensor.shape.count == 2, "a weight matrix has two axes")
        self.init(storage: .stored(tensor), rows: tensor.shape[0], columns: tensor.shape[1])
    }

    /// The result of quantizing a matrix of this shape.
    public init(_ quantized: QuantizedMatrix, rows: Int, columns: Int) {
        switch quantized {
        case .packed(let packed):
            precondition(packed.rows == rows && packed.columns == columns, "packed weights of another shape")
            self.init(storage: .packed(packed), rows: rows, columns: columns)
        case .bfloat16(let bits):
            precondition(bits.count == rows * columns, "elements do not fill the matrix")
            self.init(storage: .half(bits, .bfloat16), rows: rows, columns: columns)
        }
    }

    /// A matrix over the bit patterns of 16-bit floats.
    public init(half bits: [UInt16], _ elementType: ElementType, rows: Int, columns: Int) {
        precondition(elementType.byteCount == 2 && bits.count == rows * columns, "elements do not fill the matrix")
        self.init(storage: .half(bits, elementType), rows: rows, columns: columns)
    }

    private init(storage: Storage, rows: Int, columns: Int) {
        self.storage = storage
        self.rows = rows
        self.columns = columns
    }

    /// Number of elements.
    public var count: Int { rows * columns }

    /// Bytes held for the elements, scales included.
    public var byteCount: Int {
        switch storage {
        case .float32, .parameter: count * 4
        case .half: count * 2
        case .stored(let tensor): count * tensor.elementType.byteCount
        case .packed(let packed): packed.byteCount
        }
    }

    /// All elements as float32, row-major.
    public func floats() -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { decode(start: 0, count: count, into: base) }
            initialized = count
        }
    }

    /// Elements `start ..< start + count` of the flattened matrix, as float32.
    func decode(start: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
        precondition(start >= 0 && count >= 0 && start + count <= self.count, "elements outside the matrix")
        withKernelMatrix { matrix in
            var matrix = matrix
            qpx_decode(&matrix, Int64(start), Int64(count), target)
        }
    }

    /// The matrix as the kernels see it, valid during `body`.
    func withKernelMatrix<R>(_ body: (qpx_matrix) -> R) -> R {
        func matrix(_ kind: Int, _ data: UnsafeRawPointer?) -> qpx_matrix {
            qpx_matrix(
                kind: Int32(kind), bits: 0, block: 0, columns: Int64(columns), data: data, scales: qpx_scales(),
                table: nil)
        }
        switch storage {
        case .float32(let elements):
            return elements.withUnsafeBytes { body(matrix(Int(QPX_F32), $0.baseAddress)) }
        case .parameter(let parameter):
            return body(matrix(Int(QPX_F32), parameter.value))
        case .half(let elements, let type):
            return elements.withUnsafeBytes { body(matrix(type.kernelKind, $0.baseAddress)) }
        case .stored(let tensor):
            return tensor.withUnsafeBytes { body(matrix(tensor.elementType.kernelKind, $0.baseAddress)) }
        case .packed(let packed): return packed.withKernelMatrix(body)
        }
    }
}

extension ElementType {
    /// The kernels' number for this format.
    fileprivate var kernelKind: Int {
        switch self {
        case .float32: Int(QPX_F32)
        case .float16: Int(QPX_F16)
        case .bfloat16: Int(QPX_BF16)
        }
    }
}
