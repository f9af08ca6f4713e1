#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Paths as text. Symbolic links are left as the user wrote them.
enum FilePath {
    /// The path from the root, without `.`, `..` and doubled slashes; `~/` is the home folder.
    static func absolute(_ path: String, in folder: String) -> String {
        var full = path
        if path == "~" || path.hasPrefix("~/") {
            full = FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        } else if !path.hasPrefix("/") {
            full = folder + "/" + path
        }
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The folder that an absolute path lies in; `/` for the root itself.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The last part of a path without its extension: "arc_easy" for "tasks/arc_easy.jsonl".
    static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// The path with another extension, or with one if it has none.
    static func replacingExtension(of path: String, with ending: String) -> String {
        let stem = stem(of: path)
        return path.dropLast(name(of: path).count) + stem + "." + ending
    }

    /// The absolute path of a file to write, found wanting before anything is written; nil where none is asked for.
    /// - Parameter flag: what asks for it, for the message.
    static func target(_ text: String?, of flag: String) throws(Failure) -> String? {
        guard let text else { return nil }
        let path = absolute(text, in: FileManager.default.currentDirectoryPath)
        guard !isFolder(path) else { throw .usage("\(flag): \(path) is a folder", hint: "name a file") }
        let parent = parent(of: path)
        guard isFolder(parent) else { throw .notFound("\(flag): the folder \(parent) does not exist") }
        return path
    }

    /// Whether anything is there.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether a file (and not a folder) is there.
    static func isFile(_ path: String) -> Bool {
        var isFolder: Bool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
    }

    /// Whether a folder is there.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: Bool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }
}
