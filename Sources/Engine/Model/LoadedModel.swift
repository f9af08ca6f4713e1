#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A model directory, opened: the checkpoint, the model over its mapped weights, and its tokenizer.
public struct LoadedModel: Sendable {
    /// The files.
    public let checkpoint: Checkpoint
    /// The model.
    public let model: LlamaModel
    /// The tokenizer beside the weights.
    public let tokenizer: Tokenizer

    /// Opens a directory.
    /// - Throws: `CheckpointError`, `TokenizerError`.
    public init(directory: URL) throws {
        checkpoint = try Checkpoint.open(directory: directory)
        model = try LlamaModel(checkpoint: checkpoint)
        tokenizer = try Tokenizer.load(directory: directory)
    }
}

extension Tokenizer {
    /// The tokens of a training text: document by document (separated by blank lines), each with the tokenizer's special
    /// tokens (usually BOS in front), joined.
    public func encodeDocuments(of text: String) -> [Int32] {
        TextWindows.documents(of: text).flatMap { encode($0, addSpecialTokens: true) }
    }
}
