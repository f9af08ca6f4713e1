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
