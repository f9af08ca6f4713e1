internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Opens what a user calls a model: the folder of a checkpoint.
enum ModelFolder {
    /// Checkpoint, model and tokenizer.
    /// - Parameters:
    ///   - path: absolute.
    ///   - origin: where the path was said, for messages, such as "--model".
    static func open(_ path: String, says origin: String) throws -> LoadedModel {
        try check(path, says: origin)
        return try LoadedModel(directory: URL(filePath: path))
    }

    /// The checkpoint alone.
    static func checkpoint(_ path: String, says origin: String) throws -> Checkpoint {
        try check(path, says: origin)
        return try Checkpoint.open(directory: URL(filePath: path))
    }

    /// The configuration alone, of a folder that needs no weights, or of the file itself.
    static func configuration(_ path: String, says origin: String) throws -> ModelConfiguration {
        guard !FilePath.exists(path) || FilePath.isFolder(path) else {
            return try ConfigurationReader.read(URL(filePath: path))
        }
        try check(path, says: origin)
        return try ConfigurationReader.read(URL(filePath: path).appending(path: "config.json"))
    }

    /// The adapters in a folder, for a model of that shape.
    static func adapters(_ path: String, for model: ModelConfiguration) throws -> LoRAAdapters {
        try check(path, says: "--adapters")
        return try AdapterFolder.read(URL(filePath: path), for: model)
    }

    private static func check(_ path: String, says origin: String) throws(Failure) {
        guard FilePath.exists(path) else {
            throw .notFound(
                "\(origin): \(path) does not exist",
                hint: origin == "--adapters"
                    ? "name the folder of adapters"
                    : "name the folder of a checkpoint, or a hub id whose model is in \(HubCache().folder)")
        }
        guard FilePath.isFolder(path) else {
            throw .usage(
                "\(origin): \(path) is not a folder",
                hint: "name the folder that holds \(origin == "--adapters" ? "adapter_config.json" : "config.json")")
        }
    }
}
