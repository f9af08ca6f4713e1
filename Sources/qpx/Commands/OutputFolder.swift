#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The folder or file that a command makes.
enum OutputFolder {
    /// The absolute path that `--out` says; nothing but an empty folder is there yet.
    static func new(_ settings: Settings, folder: String) throws(Failure) -> String {
        let path = try writable(settings, folder: folder)
        guard FilePath.exists(path) else { return path }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: path)
        guard let contents, contents.isEmpty else {
            throw Failure(.conflict, "--out: \(path) exists already", hint: "name a new folder, or remove this one")
        }
        return path
    }

    /// The absolute path that `--out` says; nothing is there yet.
    static func newFile(_ settings: Settings, folder: String) throws(Failure) -> String {
        let path = try writable(settings, folder: folder)
        guard !FilePath.exists(path) else {
            throw Failure(.conflict, "--out: \(path) exists already", hint: "name a new file, or remove this one")
        }
        return path
    }

    private static func writable(_ settings: Settings, folder: String) throws(Failure) -> String {
        guard let path = try settings.path("out", folder: folder) else { throw .usage("--out is missing") }
        let parent = FilePath.parent(of: path)
        guard FilePath.isFolder(parent) else {
            throw .notFound("--out: the folder \(parent) does not exist", hint: "make it with 'mkdir -p \(parent)'")
        }
        // The result is written at the end of the work: better to know now that it cannot be.
        guard FileManager.default.isWritableFile(atPath: parent) else {
            throw Failure(
                .failed, code: "unwritable", "--out: nothing can be written into the folder \(parent)",
                hint: "check its permissions, or name another folder")
        }
        return path
    }
}
