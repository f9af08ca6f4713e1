import Synchronization

/// Everything that was tried: one SQLite file and what a user does with it. Each method is one transaction.
///
/// Safe to use from several threads (a mutex guards the one connection) and, on one file, from several processes.
/// Every method throws `StoreError`.
public final class Store: Sendable {
    /// What is to be done with a file.
    public enum Access: Sendable {
        /// Read and write; make the file if there is none.
        case create
        /// Read and write; the file must exist.
        case write
        /// Only read; the file must exist and have this build's schema.
        case read
    }

    /// The file.
    public let path: String
    /// The process in whose name states are changed.
    public let process: ProcessIdentity
    /// Touched only inside `lock`: that, and nothing else, makes the connection safe to share.
    private nonisolated(unsafe) let database: Database
    private let lock = Mutex(())
    private let clock: @Sendable () -> String

    /// Opens a database, checks that it is one of ours, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - busySeconds: how long to wait for another process that writes.
    ///   - process: who writes; tests pass another.
    ///   - now: the clock, RFC 3339 UTC with milliseconds; tests pass a fixed one.
    /// - Throws: `StoreError` of the file.
    public init(
        path: String, access: Access, busySeconds: Double = 10, process: ProcessIdentity = .current(),
        now: @escaping @Sendable () -> String = Timestamp.now
    ) throws {
        self.path = path
        self.process = process
        clock = now
        let mode: Database.Mode =
            switch access {
            case .create: .readWriteCreate
            case .write: .readWrite
            case .read: .readOnly
            }
        database = try Database.open(path: path, mode: mode, busySeconds: busySeconds, now: now)
    }

    /// The time of the store's clock.
    func now() -> String { clock() }

    /// Reads several things as they are at one moment.
    func read<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
        try lock.withLock { _ in
            try database.transaction(immediate: false) { try body(database) }
        }
    }

    /// Writes all or nothing.
    func write<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
        try lock.withLock { _ in
            try database.transaction { try body(database) }
        }
    }

    /// What cannot be done inside a transaction, such as attaching another file.
    func exclusively<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
        try lock.withLock { _ in try body(database) }
    }
}

extension Database {
    /// A row that must be there.
    func row<Record>(_ table: String, id: Int, _ read: (Row) throws -> Record) throws -> Record {
        guard let record = try first("SELECT * FROM \(table) WHERE id = :id", ["id": id], read) else {
            throw StoreError.noRow(table: table, id: id)
        }
        return record
    }

    /// Several ids as one parameter, for `IN (SELECT value FROM json_each(:ids))`.
    static func list(_ ids: [Int]) -> String { "[" + ids.map(String.init).joined(separator: ",") + "]" }
}
