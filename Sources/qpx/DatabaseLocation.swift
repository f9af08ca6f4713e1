#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Which database a command works on: `--db`, else `QPX_DB`, else `qpx.db` in the current or a parent folder.
enum DatabaseLocation {
    /// Name of the file when nothing else is said.
    static let fileName = "qpx.db"

    /// The database to open; it exists.
    static func existing(
        flag: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        currentDirectory: String = FileManager.default.currentDirectoryPath
    ) throws(Failure) -> String {
        if let flag {
            guard !flag.isEmpty else { throw .usage("--db: an empty path") }
            return try require(FilePath.absolute(flag, in: currentDirectory), says: "--db")
        }
        if let path = environment["QPX_DB"], !path.isEmpty {
            return try require(FilePath.absolute(path, in: currentDirectory), says: "QPX_DB")
        }
        var folder = FilePath.absolute(currentDirectory, in: "/")
        while true {
            let candidate = folder == "/" ? "/" + fileName : folder + "/" + fileName
            if FilePath.isFile(candidate) { return candidate }
            guard folder != "/" else { break }
            folder = FilePath.parent(of: folder)
        }
        throw .notFound(
            "no database: there is no \(fileName) in \(currentDirectory) or a folder above it",
            hint: "make one here with 'qpx init', or name one with --db FILE or QPX_DB")
    }

    /// Where `qpx init` makes a database: the flag, else `QPX_DB`, else `qpx.db` in the current folder.
    static func new(
        flag: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        currentDirectory: String = FileManager.default.currentDirectoryPath
    ) throws(Failure) -> String {
        if let flag, flag.isEmpty { throw .usage("--db: an empty path") }
        let fromEnvironment = environment["QPX_DB"].flatMap { $0.isEmpty ? nil : $0 }
        return FilePath.absolute(flag ?? fromEnvironment ?? fileName, in: currentDirectory)
    }

    private static func require(_ path: String, says origin: String) throws(Failure) -> String {
        guard FilePath.exists(path) else {
            throw .notFound(
                "\(origin): \(path) does not exist", hint: "make it with 'qpx init --db \(path)', or check the path")
        }
        guard FilePath.isFile(path) else {
            throw .notFound("\(origin): \(path) is not a file", hint: "name the database file, not its folder")
        }
        return path
    }
}
