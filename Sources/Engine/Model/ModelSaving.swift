#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension LlamaModel {
    /// Name of the file that says which tensors of a directory are packed codes.
    static let quantizationFile = "quantization.json"

    /// Writes a directory that `LlamaModel(checkpoint:)` loads again to the same bits: every tensor in its own number
    /// format, packed matrices as `<name>.codes` and `<name>.scales` with `quantization.json` saying how to read them.
    ///
    /// - Parameter source: the checkpoint this model was made from; its tokenizer and further settings are copied.
    /// - Parameter elementType: the number format that `config.json` should name, where that is not the source's.
    /// - Throws: `CheckpointError` if the directory exists or cannot be written; nothing is left half-written.
    public func save(to directory: URL, source: Checkpoint?, elementType: ElementType? = nil) throws {
        var tensors: [TensorSource] = []
        var packedTensors: [String: PackedTensorDescription] = [:]
        func add(_ name: String, _ weight: WeightMatrix) {
            switch weight.storage {
            case .packed(let packed):
                packedTensors[name] = PackedTensorDescription(packed)
                tensors += PackedTensorDescription.sources(name, packed)
            case .stored(let tensor):
                tensors.append(TensorSource(tensor.raw, name: name))
            case .float32, .half, .parameter:
                tensors.append(
                    TensorSource(name: name, elementType: weight.elementType, shape: [weight.rows, weight.columns]) {
                        weight.floats()
                    })
            }
        }
        func add(_ name: String, _ norm: Parameter) {
            tensors.append(
                TensorSource(name: name, elementType: .float32, shape: norm.shape) { norm.tensor.elements })
        }
        add(TensorName.embedding, embedding)
        for (layer, block) in blocks.enumerated() {
            for vector in configuration.vectors {
                if let weights = block[vector] { add(TensorName.vector(vector, layer: layer), weights) }
            }
            for projection in Projection.allCases {
                add(TensorName.projection(projection, layer: layer), block[projection])
            }
        }
        add(TensorName.finalNorm, finalNorm)
        if let untiedHead { add(TensorName.head, untiedHead) }

        var extraFiles: [(name: String, data: Data)] = []
        if !packedTensors.isEmpty {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            extraFiles.append(
                (Self.quantizationFile, try encoder.encode(QuantizationDescription(tensors: packedTensors))))
        }
        try CheckpointWriter.write(
            configuration: configuration, tensors: tensors, to: directory, copyingTokenizerFrom: source?.directory,
            sourceConfiguration: source?.directory.appending(path: "config.json"), elementType: elementType,
            extraFiles: extraFiles)
    }
}
