/// The gradients of one block's weights, valid while a sweep's visitor looks at them.
public struct BlockGradients {
    /// The block, from 0.
    public let layer: Int
    private let buffers: GradientBuffers

    init(layer: Int, buffers: GradientBuffers) {
        self.layer = layer
        self.buffers = buffers
    }

    /// d loss / d W of the batch's mean loss over all tokens, row-major `[out, in]`.
    public func first(_ projection: Projection) -> [Float] { buffers[projection].firstElements }

    /// (scale / N) Σ_n G_n², G_n the gradient of sample n's own mean loss, row-major; empty unless the sweep is of second
    /// order. The scale is the sweep's `FisherScale`.
    public func second(_ projection: Projection) -> [Float] { buffers[projection].secondElements }

    /// d loss / d weight of a norm, `[hidden]`.
    public func first(_ norm: BlockNorm) -> [Float] { buffers[norm].firstElements }

    /// (scale / N) Σ_n G_n² of a norm, `[hidden]`; empty unless the sweep is of second order.
    public func second(_ norm: BlockNorm) -> [Float] { buffers[norm].secondElements }
}

/// The gradients of the weights outside the blocks.
public struct EdgeGradients {
    /// Which weights.
    public enum Part: Sendable, CaseIterable {
        /// `[hidden]`
        case finalNorm
        /// `[vocabulary, hidden]`; there is none in a model whose embedding serves as its head.
        case head
        /// `[vocabulary, hidden]`, with what flows in through the head if it is tied.
        case embedding
    }

    /// Which weights.
    public let part: Part
    private let sum: GradientSum

    init(_ part: Part, _ sum: GradientSum) {
        self.part = part
        self.sum = sum
    }

    /// d loss / d weight of the batch's mean loss, row-major.
    public var first: [Float] { sum.firstElements }
    /// (scale / N) Σ_n G_n², row-major; empty unless the sweep is of second order.
    public var second: [Float] { sum.secondElements }
}
