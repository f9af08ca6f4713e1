#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The files in a folder and below, in a fixed order; hidden ones left out.
struct FolderListing {
    /// Paths that begin with the folder's.
    let files: [String]

    /// Lists a folder.
    /// - Parameter depth: how many folders deep to go.
    init(_ folder: String, depth: Int) {
        var files: [String] = []
        func visit(_ folder: String, _ depth: Int) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where !name.hasPrefix(".") {
                let path = folder + (folder.hasSuffix("/") ? "" : "/") + name
                if Self.isFolder(path) {
                    if depth > 0 { visit(path, depth - 1) }
                } else {
                    files.append(path)
                }
            }
        }
        visit(folder, depth)
        self.files = files
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// Files that are cut into numbered parts: `test-00000-of-00002.parquet`, or `test/0000.parquet`, `test/0001.parquet`.
enum Shards {
    /// The file and, where it is one part of several, all others, in their order.
    /// - Throws: `TaskDataError.missingShard`.
    static func all(with path: String) throws(TaskDataError) -> [String] {
        let name = FolderListing.name(of: path)
        let folder = String(path.dropLast(name.count))
        let ending = RowFile.ending(of: path)
        guard !ending.isEmpty else { return [path] }
        let stem = String(name.dropLast(ending.count + 1))
        if let (base, count) = numbered(stem) {
            let paths = (0..<count).map {
                "\(folder)\(base)-\(padded($0))-of-\(padded(count)).\(name.suffix(ending.count))"
            }
            if let lost = paths.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
                throw .missingShard(file: lost)
            }
            return paths
        }
        guard ending == "parquet", stem.count == 4, stem.allSatisfy(\.isNumber) else { return [path] }
        let siblings = FolderListing(FolderListing.parent(of: path), depth: 0).files.filter {
            let sibling = FolderListing.name(of: $0)
            return sibling.count == name.count && sibling.hasSuffix(".parquet")
                && sibling.prefix(4).allSatisfy(\.isNumber)
        }
        return siblings.isEmpty ? [path] : siblings
    }

    /// Name and count of "test-00000-of-00002".
    private static func numbered(_ stem: String) -> (base: String, count: Int)? {
        let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[parts.count - 2] == "of", parts.suffix(1).allSatisfy({ $0.count == 5 }),
            let count = Int(parts[parts.count - 1]), let number = Int(parts[parts.count - 3]),
            parts[parts.count - 3].count == 5, (0..<count).contains(number)
        else { return nil }
        return (parts.dropLast(3).joined(separator: "-"), count)
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
