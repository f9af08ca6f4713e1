internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The digest of everything that a stage's result depends on: same key, same result.
struct StageKey {
    private var text: String

    /// A key of a kind of stage on a model, known by its SHA-256. The engine's version belongs to it, because a new
    /// version may compute something else.
    init(_ kind: String, model: String) throws {
        text = "\(kind)\n\(ProgramVersion.text)\n\(model)\n"
    }

    /// The key with a further input.
    func adding(_ input: some Encodable) throws -> StageKey {
        var key = self
        key.text += try CanonicalJSON.text(input) + "\n"
        return key
    }

    /// SHA-256 in lower-case hexadecimal.
    var digest: String { SHA256.hex(of: text) }
}

/// JSON in its one form: sorted keys, one line.
enum CanonicalJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Where files that searches make are kept.
enum ArtifactFolder {
    /// The folder that belongs to a database: `qpx.db` keeps its files in `qpx.artifacts`.
    static func path(besideDatabase database: String) -> String {
        let url = URL(filePath: database)
        let name = url.pathExtension == "db" ? url.deletingPathExtension().lastPathComponent : url.lastPathComponent
        return url.deletingLastPathComponent().appending(path: name + ".artifacts").path
    }
}
