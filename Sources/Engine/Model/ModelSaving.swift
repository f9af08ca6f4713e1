#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension LlamaModel {
    /// Name of the file that says which tensors of a directory are packed codes.
    static let quantizationFile = "quantization.json"

    /// Writes a directory that `LlamaModel(checkpoint:)` loads again to the same bits: every tensor in its own number
    /// format, packed projections as `<name>.codes` and `<name>.scales` with `quantization.json` saying how to read them.
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
                tensors.append(
                    TensorSource(name: name + ".codes", dtype: "U8", shape: [packed.codes.count]) { packed.codes })
                tensors.append(
                    TensorSource(name: name + ".scales", elementType: .float32, shape: [packed.scales.count]) {
                        packed.scales
                    })
            case .stored(let tensor):
                tensors.append(TensorSource(tensor.raw))
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
            add(TensorName.attentionNorm(layer: layer), block.attentionNorm)
            add(TensorName.mlpNorm(layer: layer), block.mlpNorm)
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

/// What `quantization.json` says.
struct QuantizationDescription: Codable {
    var format = "qpx"
    var version = 1
    var tensors: [String: PackedTensorDescription]
}

/// How one packed tensor is read.
struct PackedTensorDescription: Codable {
    let precision: String
    let bits: Int
    let blockSize: Int
    /// `nil`: linear 8-bit codes.
    let table: [Float]?

    init(_ packed: PackedWeights) {
        precision = packed.precision
        bits = packed.bits
        blockSize = packed.blockSize
        table =
            switch packed.coding {
            case .table(let table): table
            case .linear8: nil
            }
    }

    /// Far above every block in use, and low enough that sums with it don't overflow.
    private static let largestBlock = 1 << 31

    private enum CodingKeys: String, CodingKey {
        case precision, bits, table
        case blockSize = "block_size"
    }

    /// Codes and scales of a tensor as they lie in the files, checked against its shape; nothing is read yet.
    /// - Throws: `CheckpointError` if codes or scales don't fit the shape.
    func parts(
        _ name: String, shape: MatrixShape, in checkpoint: Checkpoint
    ) throws(CheckpointError) -> (codes: RawTensor, scales: StoredTensor) {
        let fits = table.map { [2, 3, 4].contains(bits) && $0.count == 1 << bits } ?? (bits == 8)
        guard fits, (1...Self.largestBlock).contains(blockSize) else {
            throw .invalidTensor(
                name: name, file: LlamaModel.quantizationFile,
                reason: "bits \(bits), block size \(blockSize) and table don't fit")
        }
        let codes = try checkpoint.rawTensor(name + ".codes")
        let blocks = (shape.count + blockSize - 1) / blockSize
        let scales = try checkpoint.tensor(name + ".scales", shape: [blocks])
        guard codes.dtype == "U8", codes.byteCount == (shape.count * bits + 7) / 8 else {
            throw .invalidTensor(
                name: name, file: LlamaModel.quantizationFile,
                reason: "\(codes.byteCount) bytes of codes for \(shape.count) weights")
        }
        return (codes, scales)
    }

    /// The packed weights of a tensor.
    /// - Throws: `CheckpointError` if codes or scales don't fit the shape, or a scale is not a finite number.
    func weights(_ name: String, shape: MatrixShape, in checkpoint: Checkpoint) throws(CheckpointError) -> PackedWeights
    {
        let (codes, scales) = try parts(name, shape: shape, in: checkpoint)
        let values = scales.floats()
        guard values.allSatisfy(\.isFinite) else {
            throw .invalidTensor(name: name, file: LlamaModel.quantizationFile, reason: "a scale is not finite")
        }
        return PackedWeights(
            precision: precision, bits: bits, blockSize: blockSize, coding: table.map { .table($0) } ?? .linear8,
            rows: shape.rows, columns: shape.columns, codes: codes.withUnsafeBytes { [UInt8]($0) }, scales: values)
    }
}
