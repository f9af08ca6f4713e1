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
/// SQLite's documentation, "Write-Ahead Logging", section 1. Numbers: Linux, `statfs(2)` and `linux/magic.h`.
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

    private static let kinds: [(number: UInt32, name: String, safety: Safety)] = [
        (0xEF53, "ext4", .local), (0x5846_5342, "xfs", .local), (0x9123_683E, "btrfs", .local),
        (0x2FC1_2FC1, "zfs", .local), (0xF2F5_2010, "f2fs", .local), (0x0102_1994, "tmpfs", .local),
        (0x8584_58F6, "ramfs", .local), (0x794C_7630, "overlayfs", .local), (0x4D44, "vfat", .local),
        (0x2011_BAB0, "exfat", .local), (0x7366_746E, "ntfs", .local), (0xCA45_1A4E, "bcachefs", .local),
        (0x6969, "nfs", .shared), (0x517B, "smb", .shared), (0xFF53_4D42, "cifs", .shared),
        (0xFE53_4D42, "smb2", .shared), (0x0102_1997, "9p", .shared), (0x5346_414F, "afs", .shared),
        (0x00C3_6400, "ceph", .shared), (0x0BD0_0BD0, "lustre", .shared), (0x4750_4653, "gpfs", .shared),
        (0x1983_0326, "beegfs", .shared), (0x7461_636F, "ocfs2", .shared), (0x0116_1970, "gfs2", .shared),
        (0x6573_5546, "fuse", .unknown),
    ]

    /// The file system that Linux knows by a number.
    init(number: UInt32) {
        let known = Self.kinds.first { $0.number == number }
        self.init(
            name: known?.name ?? "type 0x" + String(number, radix: 16), safety: known?.safety ?? .unknown)
    }

    /// The file system that macOS knows by a name.
    init(named name: String) {
        let shared = ["nfs", "smbfs", "afpfs", "webdav", "ftp"]
        let local = ["apfs", "hfs", "exfat", "msdos"]
        self.init(
            name: name, safety: shared.contains(name) ? .shared : local.contains(name) ? .local : .unknown)
    }

    /// The file system of a folder or file that is there; nil when the system does not say.
    init?(at path: String) {
        var status = statfs()
        guard statfs(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            let name = withUnsafeBytes(of: status.f_fstypename) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            self.init(named: name)
        #else
            self.init(number: UInt32(truncatingIfNeeded: status.f_type))
        #endif
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
