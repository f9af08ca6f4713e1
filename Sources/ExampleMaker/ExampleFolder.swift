#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The folder that the example is written to, and its files' names.
struct ExampleFolder: Sendable {
    static let train = "train.txt"
    static let calibration = "calibration.txt"
    static let heldOut = "heldout.txt"
    static let tokenizer = "tokenizer.json"
    static let tokenizerConfiguration = "tokenizer_config.json"

    let path: String

    /// The path of a file in the folder.
    func path(of file: String) -> String { path + "/" + file }

    /// Writes a text file whole or not at all; makes folders as needed.
    func write(_ text: String, to file: String) throws(ExampleError) {
        let url = URL(filePath: path(of: file))
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw .unwritable(file: path(of: file), reason: "\(error)")
        }
    }

    /// Reads a text file that an earlier step wrote.
    func read(_ file: String, from step: String) throws(ExampleError) -> String {
        guard let data = try? Data(contentsOf: URL(filePath: path(of: file))) else {
            throw .missing(file: path(of: file), step: step)
        }
        return String(decoding: data, as: UTF8.self)
    }
}
