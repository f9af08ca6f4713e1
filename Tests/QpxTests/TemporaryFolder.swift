import Foundation

/// A folder that is gone when the test is over.
final class TemporaryFolder {
    /// The folder's path, without symbolic links.
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a file and returns its path.
    func file(_ name: String, _ text: String = "") throws -> String {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// Names in the folder, sorted.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
