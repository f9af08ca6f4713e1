/// Bytes of a model's weights under an allocation, scales included, from shapes alone.
public struct WeightMemory: Sendable, Equatable {
    /// The projections of all layers, at their precisions.
    public let projections: Int
    /// The token embedding.
    public let embedding: Int
    /// The output head; 0 when the embedding serves.
    public let head: Int
    /// All norms and biases.
    public let norms: Int
    /// The largest projection in elements: what stands in memory when one matrix is dequantized whole.
    public let largestProjection: Int

    /// Sum, bytes.
    public var total: Int { projections + embedding + head + norms }

    /// - Parameters:
    ///   - allocation: nil for 16-bit floats everywhere.
    ///   - elementBytes: bytes of an element of embedding and head.
    ///   - normBytes: bytes of a norm weight (qpx holds float32, PyTorch the model's 16 bits).
    /// - Throws: `PrecisionError` for an unknown name; `ModelQuantizationError` unless there is one entry per layer.
    public init(
        _ configuration: ModelConfiguration, allocation: Allocation?, elementBytes: Int = 2, normBytes: Int
    ) throws {
        let layers = configuration.layers.indices
        if let allocation, allocation.layers != layers.count {
            throw ModelQuantizationError.layers(allocation: allocation.layers, model: layers.count)
        }
        var bytes = 0
        var largest = 0
        for layer in layers {
            for projection in Projection.allCases {
                let shape = configuration.shape(of: projection, layer: layer)
                largest = max(largest, shape.count)
                if let allocation {
                    let precision = try Precisions.parse(allocation.precision(of: projection, layer: layer))
                    bytes += precision.byteCount(rows: shape.rows, columns: shape.columns)
                } else {
                    bytes += 2 * shape.count
                }
            }
        }
        let vocabulary = configuration.vocabulary * configuration.hidden
        projections = bytes
        embedding = elementBytes * vocabulary
        head = configuration.isTied ? 0 : elementBytes * vocabulary
        norms = normBytes * configuration.vectorElements
        largestProjection = largest
    }
}
