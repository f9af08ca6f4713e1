internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Resident memory of this process, as Linux counts it.
public enum ProcessMemory {
    /// Resident now, bytes; nil where the system does not say.
    public static var resident: Int? { status("VmRSS") }

    /// The most that was resident since the last `startPeak()`, or since the start; nil where the system does not say.
    public static var peak: Int? { status("VmHWM") }

    /// Hands free memory back and lets the peak start from what is resident now.
    /// - Returns: whether the system does that.
    public static func startPeak() -> Bool {
        qpx_release_free_memory()
        return write("5\n", to: "/proc/self/clear_refs")
    }

    private static func status(_ key: String) -> Int? {
        guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/self/status")) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(key + ":") }
        guard let number = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first else {
            return nil
        }
        return Int(number).map { $0 * 1024 }
    }

    /// Writes to a file of the system that can only be written as it is.
    private static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #if canImport(Glibc)
            return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        #elseif canImport(Musl)
            return Musl.write(descriptor, bytes, bytes.count) == bytes.count
        #else
            return Darwin.write(descriptor, bytes, bytes.count) == bytes.count
        #endif
    }
}
