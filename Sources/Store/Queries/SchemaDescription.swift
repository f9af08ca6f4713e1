/// The schema that this build's migrations make, table by table: what the reference documentation is written from.
public struct SchemaDescription: Sendable, Equatable {
    /// One column.
    public struct Column: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its type in SQL.
        public var type: String
        /// Whether it always has a value.
        public var isRequired: Bool
        /// Whether it is part of the primary key.
        public var isKey: Bool
        /// The table whose row it names; nil for plain values.
        public var references: String?
    }

    /// One table.
    public struct Table: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// What it holds, by the remarks of the migration that made it; empty where that says nothing.
        public var remark: String
        /// Its columns.
        public var columns: [Column]
    }

    /// The version: that of the last migration.
    public var version: Int
    /// The tables, in the order in which they were made.
    public var tables: [Table]

    /// The schema of this build, read from an empty database in memory.
    /// - Throws: `StoreError` of SQLite.
    public static func current() throws -> SchemaDescription {
        let database = try Database.inMemory(now: { "" })
        let names = try database.rows(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid
            """
        ) { try $0.text("name") }
        let remarks = remarks(Migrations.all.map(\.sql))
        let tables = try names.map { name in
            let references = try database.rows("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('\(name)')") {
                (try $0.text("from"), try $0.text("table"))
            }
            let columns = try database.rows("SELECT * FROM pragma_table_info('\(name)') ORDER BY cid") { row in
                let column = try row.text("name")
                let isKey = try row.integer("pk") > 0
                return Column(
                    name: column, type: try row.text("type"), isRequired: try row.boolean("notnull") || isKey,
                    isKey: isKey, references: references.first { $0.0 == column }?.1)
            }
            return Table(name: name, remark: remarks[name] ?? "", columns: columns)
        }
        return SchemaDescription(version: Migrations.all.last?.version ?? 0, tables: tables)
    }

    /// The remarks right above each CREATE TABLE.
    private static func remarks(_ scripts: [String]) -> [String: String] {
        var remarks: [String: String] = [:]
        for script in scripts {
            var lines: [Substring] = []
            for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("-- ") {
                    lines.append(line.dropFirst(3))
                } else {
                    if line.hasPrefix("CREATE TABLE "), !lines.isEmpty {
                        let name = line.dropFirst("CREATE TABLE ".count).prefix { $0 != " " && $0 != "(" }
                        remarks[String(name)] = lines.joined(separator: " ")
                    }
                    lines = []
                }
            }
        }
        return remarks
    }
}

extension Database {
    /// A database that is nowhere, with this build's schema.
    static func inMemory(now: () -> String) throws -> Database {
        let database = try connectInMemory()
        try Migrator(database: database, migrations: Migrations.all).run(now: now)
        return database
    }
}
