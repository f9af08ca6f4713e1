import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Database {
    /// "qpx1" in ASCII, in the file's header: `file` and SQLite's tools can tell whose the database is.
    static let applicationID = 0x7170_7831

    /// Opens a file, checks that it is ours, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the file; SQLite keeps `path-wal` and `path-shm` beside it while it is in use.
    ///   - busySeconds: how long a writer waits for another one.
    ///   - migrations: what this build knows; tests pass others.
    /// - Throws: `StoreError`, of the file.
    static func open(
        path: String, mode: Mode, busySeconds: Double = 10, migrations: [Migration] = Migrations.all,
        now: () -> String
    ) throws -> Database {
        if mode != .readWriteCreate, access(path, F_OK) != 0 { throw StoreError.notFound(path: path) }
        let database: Database
        do {
            database = try ready(path: path, mode: mode, busySeconds: busySeconds, immutable: false)
        } catch let error as StoreError where mode == .readOnly && canBeReadAsImmutable(path: path, after: error) {
            database = try ready(path: path, mode: mode, busySeconds: busySeconds, immutable: true)
        }
        try Migrator(database: database, migrations: migrations).run(now: now)
        return database
    }

    private static func ready(path: String, mode: Mode, busySeconds: Double, immutable: Bool) throws -> Database {
        let database = try connect(path: path, mode: mode, busySeconds: busySeconds, immutable: immutable)
        try database.prepareConnection()
        return database
    }

    /// A connection to a file, whoever's it is.
    static func connect(path: String, mode: Mode, busySeconds: Double, immutable: Bool) throws -> Database {
        // A bare name that begins with "file:" or ":memory:" must still be a file of that name.
        var name = path.hasPrefix("/") ? path : "./" + path
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch mode {
        case .readWriteCreate: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readWrite: flags |= SQLITE_OPEN_READWRITE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        }
        if immutable {
            flags |= SQLITE_OPEN_URI
            name = "file:" + percentEncoded(name) + "?immutable=1"
        }
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(name, &handle, flags, nil)
        guard let handle else { throw StoreError.cannotOpen(path: path, reason: "out of memory") }
        let database = Database(handle: handle, path: path, mode: mode)
        guard code == SQLITE_OK else {
            let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message"
            throw ResultCode.error(code, message: message, path: path)
        }
        try database.check(sqlite3_busy_timeout(handle, Int32(busySeconds * 1000)))
        return database
    }

    /// A connection to a new database in memory.
    static func connectInMemory() throws -> Database {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(":memory:", &handle, flags, nil)
        guard let handle else { throw StoreError.cannotOpen(path: ":memory:", reason: "out of memory") }
        let database = Database(handle: handle, path: ":memory:", mode: .readWriteCreate)
        try database.check(code)
        return database
    }

    /// Checks whose the file is before anything is written to it, then sets what a connection needs.
    private func prepareConnection() throws {
        let id = try first("PRAGMA application_id") { try $0.integer("application_id") } ?? 0
        let tables = try first("SELECT count(*) AS tables FROM sqlite_schema") { try $0.integer("tables") } ?? 0
        let isEmpty = id == 0 && tables == 0
        if isEmpty && mode != .readWriteCreate { throw StoreError.empty(path: path) }
        guard id == Self.applicationID || isEmpty else {
            throw StoreError.otherApplication(path: path, applicationID: id)
        }
        if mode != .readOnly {
            if isReadOnly { throw StoreError.readOnly(path: path) }
            try useWriteAheadLog()
            try execute("PRAGMA synchronous = NORMAL")
        }
        try execute("PRAGMA foreign_keys = ON")
    }

    /// Changing the journal mode takes an exclusive lock for a moment, for which SQLite does not always call the busy
    /// handler: two processes that make one file at the same time would fail here without the second look.
    private func useWriteAheadLog() throws {
        for attempt in 0... {
            do {
                let mode = try first("PRAGMA journal_mode = WAL") { try $0.text("journal_mode") } ?? "none"
                if mode == "wal" { return }
                throw StoreError.noWriteAheadLog(path: path, mode: mode)
            } catch StoreError.busy where attempt < 200 {
                usleep(10_000)
            }
        }
    }

    /// A file on read-only media, on a full disk, or in a folder without the right to write, cannot have the shared memory that a
    /// write-ahead log is read with. If no log lies beside it, nobody can be writing: the file alone is the truth.
    static func canBeReadAsImmutable(path: String, after error: StoreError) -> Bool {
        switch error {
        case .cannotOpen, .readOnly, .diskFull: break
        default: return false
        }
        var log = stat()
        return access(path, R_OK) == 0 && (stat(path + "-wal", &log) != 0 || log.st_size == 0)
    }

    private static func percentEncoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return path.utf8.reduce(into: "") { text, byte in
            switch UInt8(byte) {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0x80...0xff:
                text += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            default: text.append(Character(Unicode.Scalar(byte)))
            }
        }
    }
}
