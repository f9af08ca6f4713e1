import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file system of a few pages, unmounted when it is no longer used.
final class SmallDisk {
    let path: String

    /// nil where mounting is not allowed.
    /// - Parameter bytes: all that fits.
    init?(at path: String, bytes: Int = 16 << 10) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #if os(Linux)
            guard mount("none", path, "tmpfs", 0, "size=\(bytes)") == 0 else { return nil }
        #else
            return nil
        #endif
    }

    /// Fills what is free with one file.
    func fill() throws {
        try Data().write(to: URL(filePath: path + "/filler"))
        let file = try #require(FileHandle(forWritingAtPath: path + "/filler"))
        for size in [65_536, 4096, 1] {
            let piece = Data(count: size)
            while (try? file.write(contentsOf: piece)) != nil {}
        }
        try file.close()
    }

    /// Removes that file.
    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

    deinit {
        #if os(Linux)
            umount2(path, Int32(MNT_DETACH))
        #endif
    }

    /// Whether this machine lets a test mount one.
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder() else { return false }
        return (try? SmallDisk(at: folder.path + "/disk")) != nil
    }()
}
