import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A value in another program's database.
public enum ForeignValue: Sendable, Equatable {
    /// Nothing.
    case null
    /// A whole number.
    case integer(Int)
    /// A number.
    case real(Double)
    /// A text.
    case text(String)

    /// The number, if it is one.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// The whole number, if it is one.
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .real(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The text, if it is one.
    public var text: String? {
        if case .text(let value) = self { value } else { nil }
    }

    init(_ value: SQLValue) {
        self =
            switch value {
            case .integer(let value): .integer(Int(value))
            case .real(let value): .real(value)
            case .text(let value): .text(value)
            case .null, .blob: .null
            }
    }
}

extension ForeignValue: SQLConvertible {
    var sqlValue: SQLValue {
        switch self {
        case .null: .null
        case .integer(let value): value.sqlValue
        case .real(let value): value.sqlValue
        case .text(let value): value.sqlValue
        }
    }
}

/// Another program's SQLite file, opened only to read; nothing is ever written to it.
public final class ForeignDatabase {
    /// A row by column name.
    public typealias Row = [String: ForeignValue]

    private let database: Database

    /// Opens a file.
    /// - Throws: `StoreError` when there is none, or it is no database.
    public init(path: String) throws {
        guard access(path, F_OK) == 0 else { throw StoreError.notFound(path: path) }
        func open(immutable: Bool) throws -> Database {
            let database = try Database.connect(path: path, mode: .readOnly, busySeconds: 10, immutable: immutable)
            // The first look at the file: what is no database shows here.
            _ = try database.first("SELECT count(*) AS tables FROM sqlite_schema") { try $0.integer("tables") }
            return database
        }
        do {
            database = try open(immutable: false)
        } catch let error as StoreError where Database.canBeReadAsImmutable(path: path, after: error) {
            database = try open(immutable: true)
        }
    }

    /// Names of its tables.
    public func tables() throws -> Set<String> {
        Set(try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { try $0.text("name") })
    }

    /// All rows of a query.
    /// - Parameter arguments: for its parameters `:name`.
    public func rows(_ sql: String, _ arguments: [String: ForeignValue] = [:]) throws -> [Row] {
        try database.rows(sql, arguments) { row in
            var values: Row = [:]
            for name in row.names { values[name] = row.value(name).map(ForeignValue.init) ?? .null }
            return values
        }
    }
}

/// Makes another program's SQLite file, whole or not at all.
public final class ForeignFile {
    private let database: Database

    private init(_ database: Database) { self.database = database }

    /// Makes a file that does not exist yet.
    /// - Parameters:
    ///   - schema: statements that make the tables.
    ///   - fill: writes the rows; when it throws, there is no file.
    /// - Throws: `StoreError`, what `fill` throws.
    public static func make(path: String, schema: String, fill: (ForeignFile) throws -> Void) throws {
        let partial = path + ".\(getpid()).partial"
        unlink(partial)
        defer { unlink(partial) }
        do {
            let database = try Database.connect(
                path: partial, mode: .readWriteCreate, busySeconds: 10, immutable: false)
            try database.transaction {
                try database.executeScript(schema)
                try fill(ForeignFile(database))
            }
        }
        // A link, not a renaming: it does not replace a file that has appeared meanwhile.
        guard link(partial, path) == 0 else {
            throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Inserts a row.
    /// - Returns: its id.
    @discardableResult
    public func insert(into table: String, _ values: KeyValuePairs<String, ForeignValue>) throws -> Int {
        let names = values.map { "\"\($0.key)\"" }.joined(separator: ", ")
        let places = values.map { ":" + $0.key }.joined(separator: ", ")
        try database.execute(
            "INSERT INTO \(table) (\(names)) VALUES (\(places))",
            Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
        return try database.first("SELECT last_insert_rowid() AS id") { try $0.integer("id") } ?? 0
    }
}
