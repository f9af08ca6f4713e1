#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Something that a sound database promises, and where this one does not keep it.
public struct DatabaseCheck: Sendable, Equatable {
    /// A stable word for scripts, such as "foreign_keys".
    public var name: String
    /// What is promised, for people.
    public var promise: String
    /// Where it is not kept, one line each; at most `mostProblems`.
    public var problems: [String]

    /// More of one kind are not listed.
    public static let mostProblems = 100

    /// A check from its parts.
    public init(name: String, promise: String, problems: [String]) {
        self.name = name
        self.promise = promise
        self.problems = Array(problems.prefix(Self.mostProblems))
    }
}

extension Store {
    /// Looks whether the file is whole and holds what qpx writes. Changes nothing.
    public func check() throws -> [DatabaseCheck] {
        let expected = try SchemaObjects.ofThisBuild(now: now)
        return try exclusively { database in
            var checks: [DatabaseCheck] = []
            func add(_ name: String, _ promise: String, _ find: () throws -> [String]) throws {
                var problems: [String]
                do {
                    problems = try find()
                } catch StoreError.damaged(_, let reason) {
                    problems = [reason]
                }
                checks.append(DatabaseCheck(name: name, promise: promise, problems: problems))
            }
            try add("integrity", "the file is whole") {
                try database.rows("PRAGMA integrity_check(100)") { try $0.text("integrity_check") }
                    .filter { $0 != "ok" }
            }
            try add("foreign_keys", "what a row refers to is there") {
                try database.rows("PRAGMA foreign_key_check") { row in
                    let table = try row.text("table")
                    return "\(table) \(try row.optionalInteger("rowid") ?? 0) refers to a \(try row.text("parent")) "
                        + "that is not there"
                }
            }
            try add("schema", "tables, indices and triggers are those of this qpx") {
                expected.subtracting(try SchemaObjects.of(database)).sorted().map { "\($0) is missing" }
            }
            try add("allocations", "digests of allocations are those of their layers") {
                try database.wrongAllocations()
            }
            for rule in DatabaseRules.all {
                try add(rule.name, rule.promise) {
                    try database.rows(rule.query) { try $0.text("problem") }
                }
            }
            return checks
        }
    }
}

extension Database {
    /// Allocations whose digest or text is not that of their layers.
    fileprivate func wrongAllocations() throws -> [String] {
        let ids = try rows("SELECT id FROM allocation ORDER BY id") { try $0.integer("id") }
        var wrong: [String] = []
        for start in stride(from: 0, to: ids.count, by: 1000) {
            for allocation in try allocations(Array(ids[start..<min(start + 1000, ids.count)])) {
                let computed = try? AllocationRecord(layers: allocation.layers)
                if computed?.digest != allocation.digest || computed?.precisions != allocation.precisions {
                    wrong.append("allocation \(allocation.digest.prefix(12)) has other layers than its digest says")
                }
            }
        }
        return wrong
    }
}

/// Names of tables, indices and triggers.
private enum SchemaObjects {
    static func of(_ database: Database) throws -> Set<String> {
        Set(
            try database.rows(
                "SELECT type || ' ' || name AS object FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
            ) { try $0.text("object") })
    }

    /// What this build's migrations make, in a file that goes again.
    static func ofThisBuild(now: () -> String) throws -> Set<String> {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/qpx-schema-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StoreError.cannotOpen(path: base, reason: String(cString: strerror(errno)))
        }
        let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for ending in ["", "-wal", "-shm"] { unlink(folder + "/schema.db" + ending) }
            rmdir(folder)
        }
        return try of(Database.open(path: folder + "/schema.db", mode: .readWriteCreate, now: now))
    }
}
