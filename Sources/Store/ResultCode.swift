import CSQLite

/// What SQLite's result codes mean for a file of ours.
enum ResultCode {
    /// SQLITE_IOERR_SHMSIZE, which the header defines by a macro that Swift cannot read.
    private static let shmSize = SQLITE_IOERR | (19 << 8)

    /// The error for an extended result code other than OK, ROW and DONE.
    static func error(_ code: Int32, message: String, path: String) -> StoreError {
        // The log's shared memory is a file too; the one thing that keeps it from growing is a full disk.
        if code == shmSize { return .diskFull(path: path) }
        return switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy(path: path)
        case SQLITE_READONLY: .readOnly(path: path)
        case SQLITE_FULL: .diskFull(path: path)
        case SQLITE_CANTOPEN: .cannotOpen(path: path, reason: message)
        case SQLITE_PERM, SQLITE_AUTH: .cannotOpen(path: path, reason: message)
        case SQLITE_IOERR: .ioError(path: path, reason: "\(message), code \(code)")
        case SQLITE_CORRUPT: .damaged(path: path, reason: message)
        case SQLITE_NOTADB: .notADatabase(path: path)
        case SQLITE_CONSTRAINT: .constraint(message)
        default: .sqlite(path: path, code: Int(code), message: message)
        }
    }
}
