/// A float32 tensor of a model, row-major, with its gradient if it is trained.
///
/// A reference, because the model that computes with it and the optimiser that changes it share it. Only one training
/// step works on it at a time.
public final class Parameter: @unchecked Sendable {
    /// Extent of each axis.
    public let shape: [Int]
    let value: UnsafeMutablePointer<Float>
    /// `nil` for what stays as it is.
    let gradient: UnsafeMutablePointer<Float>?

    /// A parameter with the given value, and a gradient of zero if it is trained.
    public init(_ tensor: Tensor, isTrained: Bool = true) {
        shape = tensor.shape
        value = .allocate(capacity: max(1, tensor.count))
        gradient = isTrained ? .allocate(capacity: max(1, tensor.count)) : nil
        gradient?.initialize(repeating: 0, count: tensor.count)
        tensor.withUnsafeElements { elements in
            guard let source = elements.baseAddress else { return }
            value.initialize(from: source, count: elements.count)
        }
    }

    deinit {
        value.deallocate()
        gradient?.deallocate()
    }

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }
    /// The value as it is now.
    public var tensor: Tensor { Tensor(Array(UnsafeBufferPointer(start: value, count: count)), shape: shape) }
    /// The gradient as it is now; zeros if it isn't trained.
    public var gradientTensor: Tensor {
        guard let gradient else { return Tensor(zeros: shape) }
        return Tensor(Array(UnsafeBufferPointer(start: gradient, count: count)), shape: shape)
    }
    /// Sets the gradient to zero.
    public func clearGradient() { gradient?.update(repeating: 0, count: count) }

    /// Replaces the value; the shape must be the same.
    public func set(_ tensor: Tensor) {
        precondition(tensor.shape == shape, "a parameter keeps its shape")
        tensor.withUnsafeElements { elements in
            guard let source = elements.baseAddress else { return }
            value.update(from: source, count: elements.count)
        }
    }
}
