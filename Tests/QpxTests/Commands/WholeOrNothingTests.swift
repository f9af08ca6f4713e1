import Foundation
import Testing

@testable import qpx

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("A checkpoint that cannot be written") struct WholeOrNothingTests {
    private static let commands = [
        ["prune", "--ratio", "0.5", "--importance", "magnitude", "--model", "tiny", "--quiet", "--out"],
        ["quantize", "--precision", "8", "--model", "tiny", "--quiet", "--out"],
    ]

    @Test("leaves nothing behind when a file may not grow", arguments: commands)
    func fileLimit(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        // 16 blocks hold config.json, but not the weights; the signal is ignored, so that writing reports the error.
        let script = #"trap "" XFSZ; ulimit -f 16; exec "$0" "$@""#
        let run = try Binary.run(
            ["-c", script, Binary.url.path] + arguments + ["new"], in: folder.path,
            executable: URL(filePath: "/bin/sh"))
        #expect(run.status == 1, "\(run.error)")
        #expect(run.error.hasPrefix("error: ") && run.error.contains("cannot be written"), "\(run.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["tiny"])
    }

    @Test(
        "leaves nothing behind on a full disk", .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"),
        arguments: commands)
    func fullDisk(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        let disk = try #require(try SmallDisk(at: folder.path + "/disk"))
        let run = try Binary.run(arguments + ["disk/new"], in: folder.path)
        #expect(run.status == 1, "\(run.error)")
        #expect(run.error.contains("the disk is full"), "\(run.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    }

    @Test(
        "is refused before the work when its folder is read-only",
        .enabled(if: geteuid() != 0, "root may write anywhere"))
    func readOnly() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        let locked = folder.path + "/locked"
        try FileManager.default.createDirectory(
            atPath: locked, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
        for arguments in Self.commands {
            let run = try Binary.run(arguments + ["locked/new"], in: folder.path)
            #expect(run.status == 1 && run.error.contains("nothing can be written"), "\(run.error)")
        }
    }

    @Test("an empty folder is filled, one with something in it is left alone") func existing() throws {
        let folder = try TemporaryFolder()
        _ = try TinyCheckpoint(in: folder)
        try FileManager.default.createDirectory(atPath: folder.path + "/new", withIntermediateDirectories: false)
        #expect(try Binary.run(Self.commands[1] + ["new"], in: folder.path).status == 0)
        let weights = FileManager.default.contents(atPath: folder.path + "/new/model.safetensors")
        #expect(try Binary.run(Self.commands[0] + ["new"], in: folder.path).status == 4)
        #expect(
            weights != nil && FileManager.default.contents(atPath: folder.path + "/new/model.safetensors") == weights)
        #expect(folder.names == ["new", "tiny"])
    }
}

/// A file system of a few pages, unmounted when it is no longer used.
private final class SmallDisk {
    let path: String

    /// nil where mounting is not allowed.
    init?(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #if os(Linux)
            guard mount("none", path, "tmpfs", 0, "size=16k") == 0 else { return nil }
        #else
            return nil
        #endif
    }

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
