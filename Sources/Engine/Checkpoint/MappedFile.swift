#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif
#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A file mapped read-only into memory; pages are read when they are touched.
///
/// The file must not shrink while it is mapped.
public final class MappedFile: @unchecked Sendable {
    // Unchecked, because a raw pointer is not Sendable: the bytes are never written, and unmapped only in deinit.

    /// Where the file is.
    public let url: URL
    private let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Throws: `missingFile`, `unreadable` (also for folders and devices), `emptyFile`.
    public init(_ url: URL) throws(CheckpointError) {
        let path = url.path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? .missingFile(file: path) : .unreadable(file: path, reason: SystemError.text(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(file: path, reason: SystemError.text(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: path, reason: "it is not a regular file")
        }
        guard let size = Int(exactly: status.st_size) else {
            throw .unreadable(file: path, reason: "it is too large for this machine")
        }
        guard size > 0 else { throw .emptyFile(file: path) }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .unreadable(file: path, reason: SystemError.text(errno))
        }
        self.url = url
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Where the file is, as text for messages.
    public var path: String { url.path }
    /// Size of the file in bytes.
    public var byteCount: Int { bytes.count }

    /// Calls `body` with all bytes; the pointer is valid only inside.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(bytes)
    }

    /// Calls `body` with the bytes of `range`, which must lie inside the file; the pointer is valid only inside.
    public func withUnsafeBytes<R, E: Error>(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range) is not inside \(path)")
        return try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
}

/// The operating system's words for its error numbers.
enum SystemError {
    static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
