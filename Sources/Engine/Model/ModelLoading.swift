#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension LlamaModel {
    /// The model of a checkpoint. Matrices stay where they are, mapped from the files in their own number format;
    /// norms and biases become float32.
    /// - Throws: `CheckpointError` if a tensor is missing or has another shape, or `quantization.json` doesn't fit.
    public init(checkpoint: Checkpoint) throws(CheckpointError) {
        let configuration = checkpoint.configuration
        let packed = try Self.packedTensors(of: checkpoint)
        if packed.isEmpty { try checkpoint.check() }
        func matrix(_ name: String, _ shape: MatrixShape) throws(CheckpointError) -> WeightMatrix {
            if let description = packed[name] {
                let weights = try description.weights(name, shape: shape, in: checkpoint)
                return WeightMatrix(.packed(weights), rows: shape.rows, columns: shape.columns)
            }
            return WeightMatrix(try checkpoint.tensor(name, shape: [shape.rows, shape.columns]))
        }
        func vector(_ name: String, count: Int) throws(CheckpointError) -> Parameter {
            let stored = try checkpoint.tensor(name, shape: [count])
            return Parameter(Tensor(stored.floats(), shape: [count]), isTrained: false)
        }
        func norm(_ name: String) throws(CheckpointError) -> Parameter {
            try vector(name, count: configuration.hidden)
        }
        let vocabulary = MatrixShape(rows: configuration.vocabulary, columns: configuration.hidden)
        var blocks: [Block] = []
        for layer in configuration.layers.indices {
            var projections: [WeightMatrix] = []
            for projection in Projection.allCases {
                projections.append(
                    try matrix(
                        TensorName.projection(projection, layer: layer),
                        configuration.shape(of: projection, layer: layer)))
            }
            var block = Block(
                attentionNorm: try norm(TensorName.attentionNorm(layer: layer)),
                mlpNorm: try norm(TensorName.mlpNorm(layer: layer)), projections: projections)
            for kind in configuration.vectors {
                block[kind] = try vector(
                    TensorName.vector(kind, layer: layer), count: configuration.count(of: kind, layer: layer))
            }
            blocks.append(block)
        }
        self.init(
            configuration: configuration, embedding: try matrix(TensorName.embedding, vocabulary), blocks: blocks,
            finalNorm: try norm(TensorName.finalNorm),
            untiedHead: configuration.isTied ? nil : try matrix(TensorName.head, vocabulary))
    }

    /// What a directory's `quantization.json` says, empty without one.
    static func packedTensors(
        of checkpoint: Checkpoint
    ) throws(CheckpointError) -> [String: PackedTensorDescription] {
        let url = checkpoint.directory.appending(path: quantizationFile)
        guard FileManager.default.fileExists(atPath: url.path) else { return [:] }
        do {
            let description = try JSONDecoder().decode(QuantizationDescription.self, from: Data(contentsOf: url))
            guard description.format == "qpx", QuantizationDescription.versions.contains(description.version) else {
                throw CheckpointError.unsupportedSetting(
                    key: "format", found: "\(description.format) \(description.version)", supported: "qpx 1, qpx 2",
                    file: url.path)
            }
            return description.tensors
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .unreadable(file: url.path, reason: "it is not JSON of the expected form")
        }
    }

    /// A copy in which every weight is a float32 `Parameter` with a gradient.
    public func trainable() -> LlamaModel {
        func matrix(_ weight: WeightMatrix) -> WeightMatrix {
            WeightMatrix(Parameter(Tensor(weight.floats(), shape: [weight.rows, weight.columns])))
        }
        func norm(_ weight: Parameter) -> Parameter { Parameter(weight.tensor) }
        let blocks = blocks.map { block in
            var trained = block
            for projection in Projection.allCases { trained[projection] = matrix(block[projection]) }
            for vector in configuration.vectors { trained[vector] = block[vector].map(norm) }
            return trained
        }
        return LlamaModel(
            configuration: configuration, embedding: matrix(embedding), blocks: blocks, finalNorm: norm(finalNorm),
            untiedHead: untiedHead.map(matrix), adapters: adapters)
    }

    /// Every trained weight with its checkpoint name, in a fixed order. Adapters are not among them.
    public var trainedParameters: [(name: String, parameter: Parameter)] {
        var found: [(name: String, parameter: Parameter)] = []
        func add(_ name: String, _ weight: WeightMatrix?) {
            if let weight, case .parameter(let parameter) = weight.storage { found.append((name, parameter)) }
        }
        func add(_ name: String, _ norm: Parameter?) {
            if let norm, norm.gradient != nil { found.append((name, norm)) }
        }
        add(TensorName.embedding, embedding)
        for (layer, block) in blocks.enumerated() {
            for projection in Projection.allCases {
                add(TensorName.projection(projection, layer: layer), block[projection])
            }
            for vector in configuration.vectors { add(TensorName.vector(vector, layer: layer), block[vector]) }
        }
        add(TensorName.finalNorm, finalNorm)
        add(TensorName.head, untiedHead)
        return found
    }
}
