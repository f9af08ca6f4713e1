import CSQLite

/// One connection to one file. Used from one thread at a time: not `Sendable`; `Store` guards it with a mutex.
/// Other processes and connections may work on the same file meanwhile (write-ahead log).
final class Database {
    /// What a connection may do.
    enum Mode: Sendable {
        /// Makes the file if there is none.
        case readWriteCreate
        /// The file must exist.
        case readWrite
        /// Writes nothing, applies no migrations.
        case readOnly
    }

    let path: String
    let mode: Mode
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// Takes over an open connection; `Database.open` is the way in.
    init(handle: OpaquePointer, path: String, mode: Mode) {
        self.handle = handle
        self.path = path
        self.mode = mode
    }

    deinit {
        // Statements must go before the connection. What an open transaction held is rolled back.
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs a statement and takes no rows from it.
    /// - Returns: how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [String: any SQLConvertible] = [:]) throws -> Int {
        try visit(sql, arguments) { _ in }
        return Int(sqlite3_changes(handle))
    }

    /// All rows of a query, each read by `read`.
    func rows<Value>(
        _ sql: String, _ arguments: [String: any SQLConvertible] = [:], _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try visit(sql, arguments) { values.append(try read($0)) }
        return values
    }

    /// The first row of a query, if it has any.
    func first<Value>(
        _ sql: String, _ arguments: [String: any SQLConvertible] = [:], _ read: (Row) throws -> Value
    ) throws -> Value? {
        try rows(sql, arguments, read).first
    }

    /// Inserts one row; columns and values in the order given.
    /// - Returns: the row's id.
    @discardableResult
    func insert(into table: String, _ values: KeyValuePairs<String, any SQLConvertible>) throws -> Int {
        let names = values.map(\.key).joined(separator: ", ")
        let parameters = values.map { ":" + $0.key }.joined(separator: ", ")
        try execute(
            "INSERT INTO \(table) (\(names)) VALUES (\(parameters))",
            Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
        return Int(sqlite3_last_insert_rowid(handle))
    }

    /// Runs several statements without parameters, as a migration holds them.
    func executeScript(_ sql: String) throws {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Says whether a migration may edit the text of the schema.
    func allowSchemaEdits(_ isAllowed: Bool) throws {
        try check(qpx_allow_schema_edits(handle, isAllowed ? 1 : 0))
    }

    /// Everything in `body`, or nothing of it.
    ///
    /// - Parameter immediate: takes the write lock at once, so that what is read stays true until it is written.
    func transaction<Value>(immediate: Bool = true, _ body: () throws -> Value) throws -> Value {
        precondition(sqlite3_get_autocommit(handle) != 0, "transactions do not nest")
        try execute(immediate ? "BEGIN IMMEDIATE" : "BEGIN")
        do {
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // A full disk may have rolled back already; the first error is the one to tell.
            if sqlite3_get_autocommit(handle) == 0 { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Throws unless `code` says that all is well.
    func check(_ code: Int32) throws {
        guard code != SQLITE_OK, code != SQLITE_ROW, code != SQLITE_DONE else { return }
        let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message"
        throw ResultCode.error(sqlite3_extended_errcode(handle), message: message, path: path)
    }

    /// Whether SQLite had to open the file without the right to write.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    private func visit(
        _ sql: String, _ arguments: [String: any SQLConvertible], _ body: (Row) throws -> Void
    ) throws {
        let statement = try prepare(sql)
        statement.isInUse = true
        defer { statement.reset() }
        try check(statement.bind(arguments))
        while true {
            let code = statement.step()
            try check(code)
            if code != SQLITE_ROW { return }
            try body(Row(statement: statement))
        }
    }

    private func prepare(_ sql: String) throws -> Statement {
        if let known = statements[sql], !known.isInUse { return known }
        var prepared: OpaquePointer?
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared else { preconditionFailure("empty SQL") }
        let statement = Statement(handle: prepared)
        // Filters make many texts: the cache starts anew rather than grow without end.
        if statements.count >= 256 { statements = statements.filter { $0.value.isInUse } }
        if statements[sql] == nil { statements[sql] = statement }
        return statement
    }
}
