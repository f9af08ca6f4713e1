import CSQLite

/// What SQLite's result codes mean for a file of ours.
enum ResultCode {
    /// The error for an extended result code other than OK, ROW and DONE.
    static func error(_ code: Int32, message: String, path: String) -> StoreError {
        switch code & 0xff {
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
