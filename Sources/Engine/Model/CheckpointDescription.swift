/// What a checkpoint holds, from its configuration and the headers of its files; weights are not read.
///
/// Numbers are those of the model that `LlamaModel(checkpoint:)` makes of it.
public struct CheckpointDescription: Sendable, Equatable {
    /// Shapes and constants.
    public let configuration: ModelConfiguration
    /// Whether any projection is packed.
    public let isQuantized: Bool
    /// Names of the precisions, module by module; "bf16" and so on for what is held as floats.
    public let allocation: Allocation
    /// Name of the embedding's precision or number format.
    public let embeddingPrecision: String
    /// Name of the output head's; the embedding's where they are tied.
    public let headPrecision: String
    /// Mean bits per weight of all projections, scales included.
    public let bitsPerWeight: Double
    /// Bytes held for all weights: matrices in their form, scales included, norms and biases in float32.
    public let weightBytes: Int
    /// Number formats of all tensors in the files, such as "BF16" and "U8", sorted.
    public let elementTypes: [String]

    /// Looks at every tensor of the architecture.
    /// - Throws: `CheckpointError` if a tensor is missing or has another shape, or `quantization.json` doesn't fit.
    public init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        let configuration = checkpoint.configuration
        let packed = try LlamaModel.packedTensors(of: checkpoint)
        if packed.isEmpty { try checkpoint.check() }
        func look(_ name: String, _ shape: MatrixShape) throws(CheckpointError) -> (precision: String, bytes: Int) {
            if let description = packed[name] {
                let parts = try description.parts(name, shape: shape, in: checkpoint)
                return (description.precision, parts.byteCount)
            }
            let tensor = try checkpoint.tensor(name, shape: [shape.rows, shape.columns])
            return (tensor.elementType.precisionName, tensor.raw.byteCount)
        }
        var precisions: [String] = []
        var projectionBytes = 0
        var normBytes = 4 * configuration.hidden
        var isQuantized = false
        for layer in configuration.layers.indices {
            var modules: [String] = []
            for projection in Projection.allCases {
                let name = TensorName.projection(projection, layer: layer)
                let held = try look(name, configuration.shape(of: projection, layer: layer))
                projectionBytes += held.bytes
                isQuantized = isQuantized || packed[name] != nil
                modules.append(held.precision)
            }
            precisions.append(modules.joined(separator: "/"))
            for vector in configuration.vectors {
                let count = configuration.count(of: vector, layer: layer)
                _ = try checkpoint.tensor(TensorName.vector(vector, layer: layer), shape: [count])
                normBytes += 4 * count
            }
        }
        _ = try checkpoint.tensor(TensorName.finalNorm, shape: [configuration.hidden])
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        let embedding = try look(TensorName.embedding, vocabulary)
        let head = configuration.isTied ? (embedding.precision, 0) : try look(TensorName.head, vocabulary)
        var elementTypes = Set<String>()
        for name in checkpoint.tensorNames { elementTypes.insert(try checkpoint.rawTensor(name).dtype) }
        self.configuration = configuration
        self.isQuantized = isQuantized
        self.elementTypes = elementTypes.sorted()
        allocation = Allocation(precisions)
        bitsPerWeight = 8 * Double(projectionBytes) / Double(configuration.projectionWeights)
        embeddingPrecision = embedding.precision
        headPrecision = head.0
        weightBytes = projectionBytes + normBytes + embedding.bytes + head.1
    }
}
