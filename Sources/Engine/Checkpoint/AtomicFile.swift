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

/// Writes files that are there whole or not at all: into a temporary file beside the target, to the disk, then renamed.
public enum AtomicFile {
    /// Replaces or makes a file.
    ///
    /// - Throws: `unwritable`; the target is then as it was, and the temporary file is gone.
    public static func write(_ data: Data, to url: URL) throws {
        try write(to: url) { file in
            try data.withUnsafeBytes { try file.write($0) }
        }
    }

    /// Replaces or makes a file with the UTF-8 bytes of a text.
    public static func write(_ text: String, to url: URL) throws {
        try write(Data(text.utf8), to: url)
    }

    /// Replaces or makes a file with what `body` writes.
    ///
    /// - Throws: `unwritable`, or what `body` throws; the target is then as it was, and the temporary file is gone.
    public static func write(to url: URL, _ body: (OutputFile) throws -> Void) throws {
        let temporary = temporaryURL(beside: url)
        let file = try OutputFile(creating: temporary, shownAs: url.path)
        do {
            try body(file)
            try file.finish()
            try rename(temporary, to: url)
        } catch {
            unlink(temporary.path)
            throw error
        }
    }

    /// A name in the same folder that nothing has yet; hidden, so that no listing takes it for a finished file.
    static func temporaryURL(beside url: URL) -> URL {
        let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
        return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(mark).partial")
    }

    /// Renames a finished file or folder, and brings the new name to the disk.
    static func rename(_ source: URL, to target: URL) throws(CheckpointError) {
        #if canImport(Darwin)
            let status = Darwin.rename(source.path, target.path)
        #elseif canImport(Musl)
            let status = Musl.rename(source.path, target.path)
        #else
            let status = Glibc.rename(source.path, target.path)
        #endif
        guard status == 0 else { throw .unwritable(file: target.path, reason: SystemError.text(errno)) }
        let folder = open(target.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        // Some file systems refuse to synchronise a folder; the renamed file is whole all the same.
        _ = fsync(folder)
        close(folder)
    }
}

/// A file that is being written.
public final class OutputFile {
    private let path: String
    private var descriptor: Int32

    /// Makes a new file at `url`; messages name it `path`.
    init(creating url: URL, shownAs path: String, flags: Int32 = O_CREAT | O_EXCL) throws(CheckpointError) {
        self.path = path
        descriptor = open(url.path, O_WRONLY | O_CLOEXEC | flags, 0o666)
        guard descriptor >= 0 else { throw failure(errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends bytes.
    ///
    /// - Throws: `unwritable`, with the operating system's reason, such as a full disk.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            #if canImport(Darwin)
                let count = Darwin.write(descriptor, base + done, bytes.count - done)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, base + done, bytes.count - done)
            #else
                let count = Glibc.write(descriptor, base + done, bytes.count - done)
            #endif
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            done += count
        }
    }

    /// Appends the UTF-8 bytes of a text.
    public func write(_ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try write($0) }
    }

    /// Brings everything to the disk and closes the file.
    func finish() throws(CheckpointError) {
        let synchronised = fsync(descriptor)
        let reason = errno
        let closed = close(descriptor)
        descriptor = -1
        // A descriptor that cannot be synchronised (EINVAL) is a pipe or device: nothing to wait for.
        guard synchronised == 0 || reason == EINVAL else { throw failure(reason) }
        guard closed == 0 else { throw failure(errno) }
    }

    private func failure(_ number: Int32) -> CheckpointError {
        let reason = number == ENOSPC || number == EDQUOT ? "the disk is full" : SystemError.text(number)
        return .unwritable(file: path, reason: reason)
    }
}
