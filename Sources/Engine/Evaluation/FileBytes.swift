#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The bytes of a text file, or why there are none.
enum FileBytes {
    case bytes([UInt8])
    case missing
    case unreadable

    /// Reads a whole file.
    static func read(_ path: String) -> FileBytes {
        guard FileManager.default.fileExists(atPath: path) else { return .missing }
        guard let data = FileManager.default.contents(atPath: path) else { return .unreadable }
        return .bytes([UInt8](data))
    }

    /// The bytes without the mark that some editors put before UTF-8.
    static func withoutByteOrderMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    }
}

extension Unicode.Scalar {
    /// White space in the sense of Python's `str.isspace`, which the evaluation protocols are defined by: Unicode's white
    /// space and the four ASCII separators.
    var isBlank: Bool { properties.isWhitespace || (0x1c...0x1f).contains(value) }
}
