/// A dense float32 array in row-major order, with value semantics.
///
/// Storage is shared until somebody writes (copy on write). Kernels reach the elements through `withUnsafe…`; shapes are
/// checked with `precondition` where tensors meet, because a wrong shape between the engine's own functions is a
/// programmer's mistake.
public struct Tensor: Sendable, Equatable {
    /// Extent of each axis, outermost first.
    public private(set) var shape: [Int]
    /// The elements, row-major.
    public private(set) var elements: [Float]

    /// Zeros of the given shape.
    public init(zeros shape: Int...) {
        self.init(zeros: shape)
    }

    /// Zeros of the given shape.
    public init(zeros shape: [Int]) {
        self.shape = shape
        self.elements = [Float](repeating: 0, count: shape.reduce(1, *))
    }

    /// A tensor over existing elements; their count must be the product of `shape`.
    public init(_ elements: [Float], shape: [Int]) {
        precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements do not fill \(shape)")
        self.shape = shape
        self.elements = elements
    }

    /// Number of elements.
    public var count: Int { elements.count }
    /// Extent of the first axis (1 for a scalar).
    public var rows: Int { shape.first ?? 1 }
    /// Elements per row of the first axis.
    public var columns: Int { shape.dropFirst().reduce(1, *) }

    /// The element at `[row, column]` of a matrix.
    public subscript(row: Int, column: Int) -> Float {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// Calls `body` with the elements, row-major.
    public func withUnsafeElements<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        try elements.withUnsafeBufferPointer(body)
    }

    /// Calls `body` with the elements for writing, row-major.
    public mutating func withUnsafeMutableElements<R>(
        _ body: (inout UnsafeMutableBufferPointer<Float>) throws -> R
    ) rethrows -> R {
        try elements.withUnsafeMutableBufferPointer(body)
    }
}
