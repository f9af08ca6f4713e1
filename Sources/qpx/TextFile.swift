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

/// Small text files: specifications that are read, reports that are written.
enum TextFile {
    /// The file's text.
    static func read(_ path: String, says origin: String) throws(Failure) -> String {
        guard FilePath.exists(path) else { throw .notFound("\(origin): \(path) does not exist") }
        guard FilePath.isFile(path) else { throw .usage("\(origin): \(path) is not a file") }
        let data = try bytes(path, says: origin)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure(.failed, code: "unreadable", "\(origin): \(path) is not UTF-8 text")
        }
        return text
    }

    /// Specifications and allocations are small; a larger file is a mistake.
    private static let mostBytes = 16 << 20

    /// Reads piece by piece, so that a pipe (`--spec <(…)`) is as good as a file.
    private static func bytes(_ path: String, says origin: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.failed, code: "unreadable", "\(origin): \(path): \(SystemError.text(errno))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = POSIX.read(descriptor, &piece, piece.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Failure(.failed, code: "unreadable", "\(origin): \(path): \(SystemError.text(errno))")
            }
            bytes += piece.prefix(count)
            guard bytes.count <= mostBytes else {
                throw .usage("\(origin): \(path) is larger than \(ByteText.short(mostBytes)); is it the right file?")
            }
        }
    }

    /// Writes the whole text or nothing: to a new file beside the target, flushed, then renamed over it.
    static func write(_ text: String, to path: String) throws(Failure) {
        guard !FilePath.isFolder(path) else { throw .usage("\(path) is a folder", hint: "name a file") }
        let folder = FilePath.parent(of: path)
        guard FilePath.isFolder(folder) else {
            throw .notFound("\(path): the folder \(folder) does not exist", hint: "make it with 'mkdir -p \(folder)'")
        }
        let partial = path + ".\(getpid()).partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw cannotWrite(path, errno) }
        var failure: Int32 = 0
        var bytes = ArraySlice(Array(text.utf8))
        while !bytes.isEmpty, failure == 0 {
            let count = bytes.withUnsafeBytes { POSIX.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { failure = errno }
        }
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(partial, path) != 0 { failure = errno }
        if failure != 0 {
            unlink(partial)
            throw cannotWrite(path, failure)
        }
    }

    private static func cannotWrite(_ path: String, _ number: Int32) -> Failure {
        let hint =
            switch number {
            case ENOSPC: "free some space, or name a file on another disk; nothing was written"
            case EACCES, EPERM, EROFS: "check the permissions of the folder, or name another; nothing was written"
            default: "nothing was written"
            }
        return Failure(.failed, code: "unwritable", "\(path): \(SystemError.text(number))", hint: hint)
    }
}
