#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif
internal import Synchronization

/// A model directory in the Hugging Face layout: `config.json` and safetensors weights, in one file or in shards.
///
/// Opening maps the files and checks their headers; weights are read when they are used.
public final class Checkpoint: Sendable {
    /// The folder.
    public let directory: URL
    /// What the model is made of.
    public let configuration: ModelConfiguration
    /// The weight files, sorted by name.
    public let files: [SafetensorsFile]
    /// Names of all tensors, file by file.
    public var tensorNames: [String] { files.flatMap(\.names) }
    /// Bytes of all tensors.
    public var byteCount: Int { files.reduce(0) { $0 + $1.tensorBytes } }

    private let configurationFile: MappedFile
    /// `quantization.json`, if there is one.
    private let quantizationFile: MappedFile?
    private let fileOfTensor: [String: Int]
    private let knownDigest = Mutex<String?>(nil)

    /// Opens a model directory.
    ///
    /// - Throws: everything that reading the configuration and opening the weight files throws, `missingShard`.
    public static func open(directory: URL) throws(CheckpointError) -> Checkpoint {
        try Checkpoint(directory: directory)
    }

    private init(directory: URL) throws(CheckpointError) {
        self.directory = directory
        let configurationURL = directory.appending(path: "config.json")
        configurationFile = try MappedFile(configurationURL)
        configuration = try ConfigurationReader.read(configurationURL)
        let quantizationURL = directory.appending(path: LlamaModel.quantizationFile)
        let isPacked = FileManager.default.fileExists(atPath: quantizationURL.path)
        quantizationFile = isPacked ? try MappedFile(quantizationURL) : nil
        let weights = try CheckpointFiles.open(in: directory)
        files = weights.files
        fileOfTensor = weights.fileOfTensor
    }

    /// Where the weights come from, for messages: the single file, or the folder of the shards.
    var weightsPath: String { files.count == 1 ? files[0].url.path : directory.path }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { fileOfTensor[name] != nil }

    /// The tensor of that name in whatever number format.
    ///
    /// - Throws: `missingTensor`.
    public func rawTensor(_ name: String) throws(CheckpointError) -> RawTensor {
        guard let file = fileOfTensor[name] else { throw .missingTensor(name: name, file: weightsPath) }
        return try files[file].rawTensor(named: name)
    }

    /// The floating-point tensor of that name, which must have that shape.
    ///
    /// - Throws: `missingTensor`, `unsupportedElementType`, `wrongShape`.
    public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> StoredTensor {
        let tensor = try StoredTensor(rawTensor(name))
        guard tensor.shape == shape else {
            throw .wrongShape(name: name, expected: shape, found: tensor.shape, file: tensor.raw.file.path)
        }
        return tensor
    }

    /// SHA-256 over the SHA-256 of `config.json`, of each weight file, sorted by name, and of `quantization.json` where
    /// there is one, as 64 hexadecimal digits.
    ///
    /// Reads all weights the first time it is asked for.
    public var digest: String {
        if let digest = knownDigest.withLock({ $0 }) { return digest }
        var all = SHA256()
        for file in [configurationFile] + files.map(\.file) + [quantizationFile].compactMap({ $0 }) {
            var hash = SHA256()
            file.withUnsafeBytes { hash.update($0) }
            all.update(hash.hex() + "\n")
        }
        let digest = all.hex()
        knownDigest.withLock { $0 = digest }
        return digest
    }

    /// Checks that every tensor of the architecture is there in its shape, and none that does not belong.
    ///
    /// A tied model has no `lm_head.weight` or one that equals the embedding. Stored rotary frequencies are ignored.
    ///
    /// - Throws: `missingTensor`, `unsupportedElementType`, `wrongShape`, `untiedHead`, `unexpectedTensor`.
    public func check() throws(CheckpointError) {
        let expected = Self.expectedTensors(configuration)
        for (name, shape) in expected { _ = try tensor(name, shape: shape) }
        if configuration.isTied, contains(TensorName.head) {
            let shape = [configuration.vocabulary, configuration.hidden]
            let head = try tensor(TensorName.head, shape: shape)
            let embedding = try tensor(TensorName.embedding, shape: shape)
            guard Self.isEqual(head, embedding) else { throw .untiedHead(file: head.raw.file.path) }
        }
        let known = Set(expected.map(\.name) + [TensorName.head])
        for name in tensorNames where !known.contains(name) && !name.hasSuffix(".rotary_emb.inv_freq") {
            throw .unexpectedTensor(name: name, file: weightsPath)
        }
    }

    /// Names and shapes of all tensors of a model, in the order in which they are used.
    public static func expectedTensors(_ configuration: ModelConfiguration) -> [(name: String, shape: [Int])] {
        let hidden = configuration.hidden
        var tensors: [(name: String, shape: [Int])] = [(TensorName.embedding, [configuration.vocabulary, hidden])]
        for layer in configuration.layers.indices {
            for vector in configuration.vectors {
                tensors.append(
                    (TensorName.vector(vector, layer: layer), [configuration.count(of: vector, layer: layer)]))
            }
            for projection in Projection.allCases {
                let shape = configuration.shape(of: projection, layer: layer)
                tensors.append((TensorName.projection(projection, layer: layer), [shape.rows, shape.columns]))
            }
        }
        tensors.append((TensorName.finalNorm, [hidden]))
        if !configuration.isTied { tensors.append((TensorName.head, [configuration.vocabulary, hidden])) }
        return tensors
    }

    private static func isEqual(_ first: StoredTensor, _ second: StoredTensor) -> Bool {
        guard first.elementType == second.elementType else { return first.floats() == second.floats() }
        return first.withUnsafeBytes { one in
            second.withUnsafeBytes { other in one.count == other.count && one.elementsEqual(other) }
        }
    }
}
