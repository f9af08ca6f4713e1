/// How the rows of one table come: which columns refer to rows that have other ids here, and what makes a row known.
struct RowCopy {
    /// The table.
    var table: String
    /// Columns that hold ids of other tables' rows.
    var references: KeyValuePairs<String, Merger.Mapped> = [:]
    /// The reference whose row must have come now; rows of those that were here are not looked at.
    var newOwner: String?
    /// Columns that may refer to trials of which nothing comes.
    var loose: [String] = []
    /// Columns by which a row is known; empty where every row is new.
    var key: [String] = []
    /// Columns that are made here, `id` first of all.
    var left: [String] = ["id"]
    /// SQL in place of a column's value; `s` is the row there.
    var expressions: [String: String] = [:]
    /// A further condition on the row `s`.
    var condition: String?
    /// Order of the rows, so that ids come out the same each time.
    var order = "s.rowid"
}

extension Merger {
    /// Copies the rows that are not here yet.
    /// - Returns: how many came.
    @discardableResult
    func copy(_ copy: RowCopy, _ arguments: [String: any SQLConvertible] = [:]) throws -> Int {
        let columns = try columns(of: copy.table).filter { !copy.left.contains($0) }
        let references = Dictionary(copy.references.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        func value(_ column: String) -> String {
            if let expression = copy.expressions[column] { return expression }
            return references[column] == nil ? "s.\(column)" : "\(column)_map.new"
        }
        var conditions = copy.references.map { column, kind in
            // Of a trial that was left out nothing comes.
            let isUsable = kind == .trial && !copy.loose.contains(column) ? " AND \(column)_map.state <> 'left'" : ""
            return "(s.\(column) IS NULL OR (\(column)_map.new IS NOT NULL\(isUsable)))"
        }
        if let owner = copy.newOwner { conditions.append("\(owner)_map.state IN ('new', 'adopted')") }
        if !copy.key.isEmpty {
            let same = copy.key.map { "t.\($0) IS \(value($0))" }.joined(separator: " AND ")
            conditions.append("NOT EXISTS (SELECT 1 FROM main.\(copy.table) AS t WHERE \(same))")
        }
        if let condition = copy.condition { conditions.append("(\(condition))") }
        let joins = copy.references.map { column, kind in
            "LEFT JOIN temp.merged AS \(column)_map ON \(column)_map.kind = '\(kind.rawValue)' "
                + "AND \(column)_map.old = s.\(column)"
        }
        return try database.execute(
            """
            INSERT INTO main.\(copy.table) (\(columns.joined(separator: ", ")))
            SELECT \(columns.map(value).joined(separator: ", "))
            FROM source.\(copy.table) AS s \(joins.joined(separator: "\n"))
            WHERE \((conditions.isEmpty ? ["1"] : conditions).joined(separator: "\n    AND "))
            ORDER BY \(copy.order)
            """, arguments)
    }

    /// Maps rows that are known by one column, after the missing ones were inserted behind `last`.
    func map(_ kind: Mapped, table: String, by column: String, after last: Int) throws {
        try database.execute(
            """
            INSERT INTO merged (kind, old, new, state)
            SELECT :kind, s.id, t.id, iif(t.id > :last, 'new', 'known')
            FROM source.\(table) AS s JOIN main.\(table) AS t ON t.\(column) = s.\(column)
            """, ["kind": kind, "last": last])
    }

    /// The largest id of a table here.
    func lastID(of table: String) throws -> Int {
        try database.first("SELECT ifnull(max(id), 0) AS last FROM main.\(table)") { try $0.integer("last") } ?? 0
    }
}
