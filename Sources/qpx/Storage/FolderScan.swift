#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Which file a path leads to, whatever its name.
struct FileIdentity: Equatable {
    private let device: dev_t
    private let number: ino_t

    /// Nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        number = status.st_ino
    }
}

/// A file as it lies on disk.
struct ScannedFile: Equatable {
    /// Its absolute path.
    var path: String
    /// Its length.
    var bytes: Int
    /// When it was last written, seconds since 1970.
    var modified: Double
}

/// What lies in a folder and in those below it. Symbolic links are not followed: what they lead to lies elsewhere.
enum FolderScan {
    /// All files below a folder, sorted by path; empty where there is no folder.
    static func files(below folder: String) -> [ScannedFile] {
        var found: [ScannedFile] = []
        visit(folder, &found)
        return found
    }

    /// The file at a path; nil for a folder, and where there is nothing.
    static func file(_ path: String) -> ScannedFile? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return nil }
        #if canImport(Darwin)
            let modified = status.st_mtimespec.tv_sec
        #else
            let modified = status.st_mtim.tv_sec
        #endif
        return ScannedFile(path: path, bytes: Int(status.st_size), modified: Double(modified))
    }

    /// Whether a folder itself (and not a link to one) lies at a path.
    static func isRealFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The folder's path without symbolic links; as it is where that cannot be said.
    static func resolved(_ path: String) -> String {
        guard let text = realpath(path, nil) else { return path }
        defer { free(text) }
        return String(cString: text)
    }

    private static func visit(_ folder: String, _ found: inout [ScannedFile]) {
        guard isRealFolder(folder),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return }
        for name in names.sorted() {
            let path = folder + "/" + name
            if let file = file(path) { found.append(file) } else { visit(path, &found) }
        }
    }
}
