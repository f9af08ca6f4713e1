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

/// What kind of file system a folder lies on, and whether a database may.
///
/// A write-ahead log is read through memory that all processes share, which processes of several hosts cannot. Source:
/// SQLite's documentation, "Write-Ahead Logging", section 1.
struct FileSystem: Equatable {
    /// Whether a database is safe on it.
    enum Safety {
        /// On disks of this machine.
        case local
        /// Other hosts may have it as well: safe only as long as all processes are on one of them.
        case shared
        /// It may be either.
        case unknown
    }

    /// Such as "ext4".
    let name: String
    let safety: Safety

    init(name: String, safety: Safety) {
        self.name = name
        self.safety = safety
    }

    private static let local: Set = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "tmpfs", "ramfs", "overlay", "vfat", "exfat",
        "ntfs", "ntfs3", "fuseblk", "apfs", "hfs", "msdos",
    ]
    private static let shared: Set = [
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "9p", "afs", "ceph", "lustre", "gpfs",
        "beegfs", "ocfs2", "gfs2", "pvfs2", "orangefs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs",
        "fuse.rclone", "fuse.gcsfuse", "fuse.juicefs",
    ]

    /// The file system that the system knows by a name.
    init(named name: String) {
        self.init(
            name: name,
            safety: Self.shared.contains(name) ? .shared : Self.local.contains(name) ? .local : .unknown)
    }

    /// The file system of a folder or file that is there; nil when the system does not say.
    init?(at path: String) {
        #if canImport(Darwin)
            var status = statfs()
            guard statfs(path, &status) == 0 else { return nil }
            let name = withUnsafeBytes(of: status.f_fstypename) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            self.init(named: name)
        #else
            guard let mounts = FileManager.default.contents(atPath: "/proc/self/mountinfo"),
                let name = Self.kind(at: FolderScan.resolved(path), mounts: String(decoding: mounts, as: UTF8.self))
            else { return nil }
            self.init(named: name)
        #endif
    }

    /// The kind of the file system that an absolute path lies on: that of the mount point nearest above it, the last
    /// where several are mounted on one point. Source: Linux, `proc_pid_mountinfo(5)`.
    static func kind(at path: String, mounts: String) -> String? {
        var found: (length: Int, kind: String)?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // Optional fields end with a single dash; the kind stands behind it.
            guard fields.count > 6, let dash = fields.dropFirst(6).firstIndex(of: "-"), dash + 1 < fields.count else {
                continue
            }
            let point = unescaped(fields[4])
            guard point == "/" || path == point || path.hasPrefix(point + "/") else { continue }
            if point.utf8.count >= found?.length ?? 0 { found = (point.utf8.count, String(fields[dash + 1])) }
        }
        return found?.kind
    }

    /// Blanks and the like stand as three octal digits behind a backslash.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            let digits = rest.dropFirst().prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(4)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Bytes that a user may still write at a path; nil when the system does not say.
    static func freeBytes(at path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let product = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return product.overflow ? nil : product.partialValue
    }

    /// Why a database should not be made here; nil where it may.
    func objection(to path: String) -> Failure? {
        guard safety == .shared else { return nil }
        return Failure(
            .failed, code: "network_disk",
            "\(path) is on \(name), which other hosts may share: a write-ahead log does not work across hosts",
            hint:
                "use a local disk on each host and join the files with 'qpx db merge'; --network-disk makes it anyway, "
                + "for processes of one host only")
    }
}
