internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A model that can be asked: weights and tokenizer, of a checkpoint's folder or of a GGUF file.
struct ScorableModel {
    var model: LlamaModel
    let tokenizer: Tokenizer
    /// Tokens that end a text, as all of its files name them.
    let endTokens: Set<Int32>

    /// Opens a model.
    /// - Parameters:
    ///   - path: absolute.
    ///   - origin: where the path was said, for messages, such as "--model".
    ///   - adapters: absolute path of adapters' folder for it.
    static func open(_ path: String, says origin: String, adapters: String? = nil) throws -> ScorableModel {
        var opened: ScorableModel
        if path.lowercased().hasSuffix(".gguf"), FilePath.isFile(path) {
            let file = try GGUFFile(URL(filePath: path))
            let tokenizer = try Tokenizer.load(gguf: file)
            opened = ScorableModel(
                model: try LlamaModel(gguf: file), tokenizer: tokenizer,
                endTokens: Set([tokenizer.eosTokenID].compactMap { $0 }))
        } else {
            let loaded = try ModelFolder.open(path, says: origin)
            opened = ScorableModel(
                model: loaded.model, tokenizer: loaded.tokenizer,
                endTokens: EndTokens.read(
                    folder: loaded.checkpoint.directory, vocabulary: loaded.model.configuration.vocabulary
                ).union([loaded.tokenizer.eosTokenID].compactMap { $0 }))
        }
        if let adapters {
            opened.model.adapters = try ModelFolder.adapters(adapters, for: opened.model.configuration)
        }
        return opened
    }
}
