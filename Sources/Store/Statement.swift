import CSQLite

/// A prepared statement: binds by name, steps row by row. Belongs to one `Database`.
final class Statement {
    let handle: OpaquePointer
    /// True between the first step and the reset: a second user of the same SQL prepares his own.
    var isInUse = false
    /// Column numbers by name, as the statement's SELECT names them.
    let columns: [String: Int32]
    private let parameters: [String]

    init(handle: OpaquePointer) {
        self.handle = handle
        var columns: [String: Int32] = [:]
        for index in 0..<sqlite3_column_count(handle) {
            if let name = sqlite3_column_name(handle, index) { columns[String(cString: name)] = index }
        }
        self.columns = columns
        let count = sqlite3_bind_parameter_count(handle)
        parameters = (0..<count).map { index in
            guard let name = sqlite3_bind_parameter_name(handle, index + 1) else { return "" }
            return String(String(cString: name).dropFirst())
        }
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds every parameter `:name` of the SQL; a name without a value, or the reverse, is the programmer's mistake.
    /// - Returns: SQLite's first answer that is not OK, else OK.
    func bind(_ arguments: [String: any SQLConvertible]) -> Int32 {
        precondition(
            arguments.count == parameters.count, "arguments \(arguments.keys.sorted()) for parameters \(parameters)")
        for (offset, name) in parameters.enumerated() {
            guard let argument = arguments[name] else { preconditionFailure("no argument for :\(name)") }
            let code = bind(argument.sqlValue, at: Int32(offset) + 1)
            if code != SQLITE_OK { return code }
        }
        return SQLITE_OK
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let value): sqlite3_bind_int64(handle, index, value)
        case .real(let value): sqlite3_bind_double(handle, index, value)
        case .text(var value):
            value.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty string has no address, and a null pointer would bind NULL.
                    guard let address = characters.baseAddress else { return qpx_bind_text(handle, index, "", 0) }
                    return qpx_bind_text(handle, index, address, UInt64(characters.count))
                }
            }
        case .blob(let value):
            value.withUnsafeBytes { bytes in
                guard let address = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_zeroblob(handle, index, 0)
                }
                return qpx_bind_blob(handle, index, address, UInt64(bytes.count))
            }
        }
    }

    func step() -> Int32 { sqlite3_step(handle) }

    /// Makes the statement ready for its next use. The code that `sqlite3_reset` returns repeats the last step's,
    /// which the caller has seen.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        isInUse = false
    }
}
