@testable import Store

/// Every row of a database as text in which no id stands: what a row refers to stands in its place. Two databases that
/// hold the same have the same rows, whatever their ids.
struct TableDump: Equatable {
    /// Rows by table, sorted.
    var rows: [String: [String]] = [:]

    init(_ store: Store, without columns: Set<String> = []) throws {
        rows = try store.read { database in
            let tables = try database.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            ) { try $0.text("name") }
            return try Dictionary(
                uniqueKeysWithValues: tables.filter { $0 != "migration" }.map { table in
                    (table, try Self.rows(of: table, in: database, without: columns))
                })
        }
    }

    /// Rows of all tables together.
    var count: Int { rows.values.reduce(0) { $0 + $1.count } }

    /// The rows that another dump has not, table by table.
    func missing(in other: TableDump) -> [String] {
        rows.keys.sorted().flatMap { table in
            var left = other.rows[table] ?? []
            return (rows[table] ?? []).compactMap { row in
                guard let index = left.firstIndex(of: row) else { return "\(table): \(row)" }
                left.remove(at: index)
                return nil
            }
        }
    }

    private static func rows(of table: String, in database: Database, without: Set<String>) throws -> [String] {
        let foreign = Dictionary(
            try database.rows("SELECT \"from\" AS name, \"table\" AS target FROM pragma_foreign_key_list('\(table)')") {
                (try $0.text("name"), try $0.text("target"))
            }, uniquingKeysWith: { first, _ in first })
        return try database.rows("SELECT * FROM \(table)") { row in
            try row.names.sorted().filter { $0 != "id" && !without.contains($0) && !without.contains("\(table).\($0)") }
                .map { name in
                    guard let value = row.value(name) else { return name }
                    if let target = foreign[name], case .integer(let id) = value {
                        return "\(name)=\(try identity(of: Int(id), in: target, database))"
                    }
                    if table == "suggestion", name == "known_observation", case .integer(let id) = value {
                        return "\(name)=\(try identity(of: Int(id), in: "observation", database))"
                    }
                    if table == "suggestion", name == "trust", case .text(let text) = value {
                        return "\(name)=" + (try trust(text, database))
                    }
                    return "\(name)=\(value)"
                }.joined(separator: " ")
        }.sorted()
    }

    private static func trust(_ text: String, _ database: Database) throws -> String {
        try database.rows(
            """
            SELECT search.specification || value AS weight FROM json_each(:text) JOIN search ON search.id = CAST(key AS INTEGER)
            ORDER BY 1
            """, ["text": text]
        ) { try $0.text("weight") }.joined()
    }

    private static func identity(of id: Int, in table: String, _ database: Database) throws -> String {
        let column =
            switch table {
            case "model": "sha256"
            case "allocation", "example_set", "stage": "digest"
            case "search": "created_at || specification"
            case "trial": "created_at || ifnull(finished_at, '') || host || kind || ifnull(label, '')"
            case "importance_run": "created_at || measure"
            case "observation": "created_at || value"
            default: "id"
            }
        return try database.first("SELECT \(column) AS name FROM \(table) WHERE id = :id", ["id": id]) {
            try $0.text("name")
        } ?? "nothing"
    }
}
