import Testing

@testable import Store

@Suite("A database of the first three migrations") struct ReplicateMigrationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func old(_ mode: Database.Mode = .readWriteCreate) throws -> Database {
        try Database.open(
            path: folder.path(), mode: mode, migrations: Array(Migrations.all.prefix(3)), now: TestClock().now)
    }

    private static let time = "2025-01-01T00:00:00.000Z"

    /// A search with a trial of every kind there was, and what belongs to them.
    private func fill(_ database: Database) throws {
        let run: [(String, any SQLConvertible)] = [
            ("qpx_version", "0.1.0"), ("host", "node"), ("thread_count", 2), ("processor", "test"),
            ("created_at", Self.time),
        ]
        func insert(_ table: String, _ columns: [(String, any SQLConvertible)]) throws {
            let names = columns.map(\.0)
            try database.execute(
                "INSERT INTO \(table) (\(names.joined(separator: ", "))) "
                    + "VALUES (\(names.map { ":" + $0 }.joined(separator: ", ")))",
                Dictionary(uniqueKeysWithValues: columns))
        }
        try insert(
            "model",
            [
                ("id", 1), ("sha256", Samples.digest("a")), ("name", "m"), ("path", "m"), ("architecture", "llama"),
                ("layers", 2), ("parameters", 10), ("bytes", 20), ("created_at", Self.time),
            ])
        try insert(
            "search",
            [
                ("id", 1), ("name", "old"), ("state", "complete"), ("model_id", 1), ("objective", "loss"),
                ("direction", "minimize"), ("pruning_ratio", 0.5), ("choices", "nf4,int8"), ("trial_limit", 9),
                ("seed", 7), ("specification", "{}"),
            ] + run)
        for (id, text) in [(1, "nf4,nf4"), (2, "nf4,int8"), (3, "int8,nf4")] {
            try insert(
                "allocation",
                [("id", id), ("digest", Samples.digest(Character("\(id)"))), ("layer_count", 2), ("precisions", text)])
        }
        func trial(_ number: Int, _ kind: String, _ more: [(String, any SQLConvertible)]) throws {
            try insert(
                "trial",
                [
                    ("id", number), ("search_id", 1), ("number", number), ("kind", kind),
                    ("state", "running"), ("seed", 7),
                ] + more + run)
        }
        func complete(_ allocation: Int, _ value: Double) -> [(String, any SQLConvertible)] {
            [("allocation_id", allocation), ("objective_value", value), ("objective_standard_error", 0.5)]
        }
        try trial(1, "reference", [("label", "intact"), ("objective_value", 1.0)])
        try trial(2, "baseline", complete(1, 3))
        try trial(3, "initial", complete(2, 2.5))
        try trial(4, "proposal", complete(3, 2))
        try trial(5, "rerun", complete(3, 2) + [("rerun_of", 4)])
        for id in 2...4 {
            try insert(
                "observation",
                [
                    ("search_id", 1), ("trial_id", id), ("allocation_id", id - 1), ("value", Double(id)),
                    ("standard_error", 0.5), ("origin", "search"), ("created_at", Self.time),
                ])
            try insert("metric", [("trial_id", id), ("name", "loss"), ("value", Double(id))])
        }
        // A finished trial takes nothing more.
        try database.execute("UPDATE trial SET state = 'complete'")
        try insert(
            "recommendation",
            [
                ("search_id", 1), ("position", 1), ("trial_id", 3), ("mean", 2.0), ("deviation", 0.1),
                ("observations", 3), ("created_at", Self.time),
            ])
    }

    /// What SQLite finds wrong in the file.
    private func faults(_ database: Database) throws -> [String] {
        try database.rows("PRAGMA integrity_check") { try $0.text("integrity_check") }.filter { $0 != "ok" }
            + database.rows("PRAGMA foreign_key_check") { try $0.text("table") }
    }

    /// Everything in a table, by columns that were there before.
    private func rows(_ table: String, _ columns: [String], _ database: Database) throws -> [String] {
        try database.rows(
            "SELECT \(columns.map { "quote(\($0))" }.joined(separator: " || ' ' || ")) AS line FROM \(table) "
                + "ORDER BY 1"
        ) { try $0.text("line") }
    }

    private func columns(_ table: String, _ database: Database) throws -> [String] {
        try database.rows("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid") { try $0.text("name") }
    }

    /// Migration 6 calls what was marked deleted archived.
    private func renamed(_ columns: [String]) -> [String] {
        columns.map { $0 == "deleted_at" ? "archived_at" : $0 }
    }

    @Test("is upgraded with every row as it was, and nothing broken") func upgrade() throws {
        let tables = ["model", "search", "allocation", "trial", "observation", "metric", "recommendation"]
        var before: [String: [String]] = [:]
        var known: [String: [String]] = [:]
        do {
            let database = try old()
            try fill(database)
            for table in tables {
                known[table] = try columns(table, database)
                before[table] = try rows(table, known[table] ?? [], database)
                #expect(before[table]?.isEmpty == false)
            }
        }
        let store = try Store(path: folder.path(), access: .write)
        let after = try store.read { database in
            (
                faults: try faults(database),
                rows: try tables.map { try rows($0, renamed(known[$0] ?? []), database) },
                writable: try database.first("PRAGMA writable_schema") { try $0.integer("writable_schema") }
            )
        }
        #expect(after.faults.isEmpty && after.writable == 0)
        #expect(after.rows == tables.map { before[$0] ?? [] })
        #expect(
            try store.trials(TrialSelector("old")).map(\.kind) == [.reference, .baseline, .initial, .proposal, .rerun])
        let search = try store.search(named: "old")
        #expect(search.space == nil)
        let observations = try store.observations(ofSearch: search.id)
        // Their standard errors have the choice of the questions in them; nothing better is known of them.
        #expect(observations.map(\.standardError) == [0.5, 0.5, 0.5] && observations.allSatisfy { $0.noise == nil })
        #expect(try store.bestTrial(ofSearch: search.id)?.number == 3)
    }

    @Test("takes replicates at once, refuses what is none, and so does a connection from before") func replicates()
        throws
    {
        let earlier = try old()
        try fill(earlier)
        let store = try Store(path: folder.path(), access: .write)
        let original = try #require(try store.trials(TrialSelector("old/4")).first)
        let added = try store.addReplicates(
            ofTrial: original.id, seeds: [1], origin: .enqueued, environment: Samples.environment)
        #expect(added.map(\.kind) == [.replicate])
        func insert(kind: String, of original: Int?, seed: Int) throws {
            try earlier.execute(
                """
                INSERT INTO trial (search_id, number, allocation_id, kind, state, seed, rerun_of, created_at, qpx_version,
                    host, thread_count, processor)
                VALUES (1, 100 + :seed, 3, :kind, 'waiting', :seed, :of, '', '', '', 1, '')
                """, ["kind": kind, "of": original, "seed": seed])
        }
        try insert(kind: "replicate", of: 4, seed: 2)
        #expect(throws: StoreError.self, "without what it repeats") { try insert(kind: "replicate", of: nil, seed: 3) }
        #expect(throws: StoreError.self, "the seed twice") { try insert(kind: "replicate", of: 4, seed: 1) }
        #expect(throws: StoreError.self, "no such kind") { try insert(kind: "repeat", of: 4, seed: 4) }
        #expect(throws: StoreError.self, "a proposal that repeats") { try insert(kind: "proposal", of: 4, seed: 5) }
        #expect(try store.replicates(ofTrial: original.id).map(\.seed) == [1, 2])
        #expect(try store.read { try faults($0) }.isEmpty)
    }

    @Test("stays as it is where its table of trials is another one") func otherText() throws {
        let database = try old()
        try fill(database)
        try database.allowSchemaEdits(true)
        try database.executeScript(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, '(kind = ''rerun'')', '(kind IS ''rerun'')') WHERE name = 'trial';
            PRAGMA writable_schema = RESET;
            """)
        #expect(throws: StoreError.self) { try Store(path: folder.path(), access: .write) }
        let again = try old()
        #expect(try faults(again).isEmpty)
        #expect(try again.rows("SELECT version FROM migration") { try $0.integer("version") } == [1, 2, 3])
        #expect(try !columns("observation", again).contains("paired_standard_error"))
        #expect(try rows("trial", ["number"], again).count == 5)
    }
}
