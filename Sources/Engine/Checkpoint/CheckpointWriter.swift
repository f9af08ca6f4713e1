#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Writes a model directory in the Hugging Face layout, whole or not at all.
public enum CheckpointWriter {
    /// The files that make a tokenizer and its defaults; those that exist are copied.
    static let tokenizerFiles = [
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "generation_config.json",
    ]

    /// Makes the folder `directory` with `config.json`, `model.safetensors`, the tokenizer and further files.
    ///
    /// Everything is written into a temporary folder beside it, which then gets the name.
    /// - Parameters:
    ///   - configuration: what the model is made of.
    ///   - tensors: the weights, and whatever else the model needs; each is asked for its bytes once, in the order in
    ///     which `SafetensorsWriter` writes them.
    ///   - directory: must not exist, or be an empty folder.
    ///   - tokenizer: folder whose tokenizer files are copied.
    ///   - source: a `config.json` whose further settings are kept.
    ///   - elementType: the number format that `config.json` should name; `nil` leaves what `source` says.
    ///   - extraFiles: names (without folders) and contents.
    /// - Throws: `targetExists`, `unwritable`, `inconsistent`, what reading `source` throws, what a tensor throws.
    public static func write(
        configuration: ModelConfiguration, tensors: [TensorSource], to directory: URL,
        copyingTokenizerFrom tokenizer: URL? = nil, sourceConfiguration source: URL? = nil,
        elementType: ElementType? = nil, extraFiles: [(name: String, data: Data)] = []
    ) throws {
        let text = try ConfigurationWriter.text(configuration, source: source, elementType: elementType)
        // An address that ends in a slash would make the temporary folder inside the target.
        let directory = URL(filePath: directory.path)
        try refuseOccupied(directory)
        let temporary = AtomicFile.temporaryURL(beside: directory)
        do {
            try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: directory.path, reason: "the folder cannot be made here")
        }
        do {
            try AtomicFile.write(text, to: temporary.appending(path: "config.json"))
            try SafetensorsWriter.write(tensors, to: temporary.appending(path: CheckpointFiles.single))
            if let tokenizer { try copyTokenizer(from: tokenizer, to: temporary) }
            for file in extraFiles {
                precondition(!file.name.contains("/"), "\(file.name) is not the name of a file")
                try AtomicFile.write(file.data, to: temporary.appending(path: file.name))
            }
            // Somebody may have made the target meanwhile; renaming replaces an empty folder only.
            try refuseOccupied(directory)
            try AtomicFile.rename(temporary, to: directory)
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error
        }
    }

    private static func refuseOccupied(_ directory: URL) throws(CheckpointError) {
        guard FileManager.default.fileExists(atPath: directory.path) else { return }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        guard let contents, contents.isEmpty else { throw .targetExists(path: directory.path) }
    }

    private static func copyTokenizer(from folder: URL, to target: URL) throws {
        for name in tokenizerFiles {
            let source = folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: source.path) else { continue }
            let file = try MappedFile(source)
            try AtomicFile.write(to: target.appending(path: name)) { output in
                try file.withUnsafeBytes { try output.write($0) }
            }
        }
    }
}
