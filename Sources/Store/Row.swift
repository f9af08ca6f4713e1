import CSQLite

/// The current row of a statement, valid until the next step. Reads columns by name and checks their type, since a file
/// may have been written by anything.
struct Row {
    let statement: Statement

    func integer(_ column: String) throws -> Int {
        guard let value = try optionalInteger(column) else { throw unexpected(column, "NULL") }
        return value
    }

    func optionalInteger(_ column: String) throws -> Int? {
        guard let index = try present(column, SQLITE_INTEGER) else { return nil }
        guard let value = Int(exactly: sqlite3_column_int64(statement.handle, index)) else {
            throw unexpected(column, "too large a number")
        }
        return value
    }

    /// A number stored as its 64-bit pattern.
    func pattern(_ column: String) throws -> UInt64 {
        UInt64(bitPattern: Int64(try integer(column)))
    }

    func optionalPattern(_ column: String) throws -> UInt64? {
        try optionalInteger(column).map { UInt64(bitPattern: Int64($0)) }
    }

    func boolean(_ column: String) throws -> Bool { try integer(column) != 0 }

    func optionalBoolean(_ column: String) throws -> Bool? { try optionalInteger(column).map { $0 != 0 } }

    func real(_ column: String) throws -> Double {
        guard let value = try optionalReal(column) else { throw unexpected(column, "NULL") }
        return value
    }

    /// SQLite keeps a REAL without a fraction as an integer where that is lossless, and RETURNING shows it so.
    func optionalReal(_ column: String) throws -> Double? {
        guard let index = try present(column, SQLITE_FLOAT, or: SQLITE_INTEGER) else { return nil }
        return sqlite3_column_double(statement.handle, index)
    }

    func text(_ column: String) throws -> String {
        guard let value = try optionalText(column) else { throw unexpected(column, "NULL") }
        return value
    }

    func optionalText(_ column: String) throws -> String? {
        guard let index = try present(column, SQLITE_TEXT) else { return nil }
        return String(decoding: bytes(at: index), as: UTF8.self)
    }

    func blob(_ column: String) throws -> [UInt8] {
        guard let value = try optionalBlob(column) else { throw unexpected(column, "NULL") }
        return value
    }

    func optionalBlob(_ column: String) throws -> [UInt8]? {
        guard let index = try present(column, SQLITE_BLOB) else { return nil }
        return bytes(at: index)
    }

    /// A text column that holds one of a type's raw values.
    func choice<Value: RawRepresentable<String>>(_ column: String, _ type: Value.Type) throws -> Value {
        let text = try text(column)
        guard let value = Value(rawValue: text) else { throw unexpected(column, "'\(text)'") }
        return value
    }

    /// Names of the columns.
    var names: Dictionary<String, Int32>.Keys { statement.columns.keys }

    /// The value of a column whatever its type; nil where the row has no such column.
    func value(_ column: String) -> SQLValue? {
        guard let index = statement.columns[column] else { return nil }
        switch sqlite3_column_type(statement.handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement.handle, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement.handle, index))
        case SQLITE_TEXT: return .text(String(decoding: bytes(at: index), as: UTF8.self))
        case SQLITE_BLOB: return .blob(bytes(at: index))
        default: return .null
        }
    }

    private func bytes(at index: Int32) -> [UInt8] {
        // The pointer first: for text it decides the encoding that the count is of.
        guard let pointer = sqlite3_column_blob(statement.handle, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: pointer, count: Int(sqlite3_column_bytes(statement.handle, index))))
    }

    /// The column's number if its value has the type, nil if it is NULL.
    private func present(_ column: String, _ type: Int32, or other: Int32? = nil) throws -> Int32? {
        guard let index = statement.columns[column] else { preconditionFailure("the SQL has no column \(column)") }
        let found = sqlite3_column_type(statement.handle, index)
        if found == SQLITE_NULL { return nil }
        guard found == type || found == other else {
            throw unexpected(column, "a value of type \(found) instead of \(type)")
        }
        return index
    }

    private func unexpected(_ column: String, _ what: String) -> StoreError {
        .badRow(column: column, reason: what)
    }
}
