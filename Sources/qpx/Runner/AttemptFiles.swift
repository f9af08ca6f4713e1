internal import Engine
internal import Store

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

/// The files of one attempt at a trial by another program. Only the log stays.
struct AttemptFiles {
    /// Path of all of them without their ending.
    let stem: String

    /// What the program is told.
    var message: String { stem + ".trial.json" }
    /// Where it may write its reply.
    var reply: String { stem + ".reply.json" }
    /// Its standard output.
    var output: String { stem + ".out" }
    /// Its standard error.
    var error: String { stem + ".err" }
    /// Both of them, for good.
    var logPath: String { stem + ".log" }

    /// Bytes of the end of an output that are looked at.
    private static let mostBytes = 64 << 20

    /// The end of standard output.
    var outputText: String { Self.tail(output) }

    /// The last line of standard error that says anything, cut to what fits a message.
    var lastErrorLine: String? {
        let line = Self.tail(error).split(whereSeparator: \.isNewline).last { line in
            line.contains { !$0.isWhitespace }
        }
        return line.map { String($0.drop(while: \.isWhitespace).prefix(500)).withoutControlCharacters }
    }

    /// The reply file's text, if the program has made one.
    func replyText() -> String? { FilePath.exists(reply) ? Self.tail(reply) : nil }

    /// Joins both outputs into the log: standard error, then standard output.
    /// - Returns: nil where the program wrote nothing.
    func log() throws -> ArtifactRecord? {
        var bytes = 0
        let target = open(logPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard target >= 0 else {
            throw Failure(.failed, code: "unwritable", "\(logPath): \(SystemError.text(errno))")
        }
        defer { close(target) }
        for (name, path) in [("standard error", error), ("standard output", output)] {
            try Self.append(Array("--- \(name)\n".utf8)[...], to: target, logPath)
            bytes += try Self.copy(path, to: target, logPath)
        }
        let url = URL(filePath: logPath)
        return ArtifactRecord(
            kind: "evaluator_log", path: logPath, bytes: try MappedFile(url).byteCount, sha256: try SHA256.hex(of: url))
    }

    /// Removes everything but the log.
    func remove() {
        for path in [message, reply, output, error] { unlink(path) }
    }

    private static func copy(_ path: String, to target: Int32, _ name: String) throws -> Int {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { return 0 }
        defer { close(source) }
        var total = 0
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var last: UInt8 = 0x0A
        while true {
            let count = POSIX.read(source, &piece, piece.count)
            guard count > 0 else { break }
            total += count
            last = piece[count - 1]
            try append(piece[..<count], to: target, name)
        }
        if last != 0x0A { try append([0x0A], to: target, name) }
        return total
    }

    private static func append(_ bytes: ArraySlice<UInt8>, to target: Int32, _ name: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { POSIX.write(target, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(.failed, code: "unwritable", "\(name): \(SystemError.text(errno))") }
            rest = rest.dropFirst(count)
        }
    }

    /// The last bytes of a file as text; empty if it cannot be read.
    private static func tail(_ path: String) -> String {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { return "" }
        defer { close(source) }
        let size = Int(lseek(source, 0, SEEK_END))
        lseek(source, off_t(max(0, size - mostBytes)), SEEK_SET)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < mostBytes {
            let count = POSIX.read(source, &piece, piece.count)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
