/// Brings a file's schema up to date: each migration in its own transaction, recorded in the table `migration`.
struct Migrator {
    let database: Database
    let migrations: [Migration]

    private struct Applied {
        let version: Int
        let name: String
        let checksum: String
    }

    /// Applies what is missing.
    ///
    /// - Throws: `tooNew` when the file knows a later version than this build, `changedMigration` when it got another
    ///   text under the same number, `tooOld` when something is missing and the connection is for reading.
    func run(now: () -> String) throws {
        var applied = try verified()
        let needed = migrations.last?.version ?? 0
        if database.mode == .readOnly {
            guard applied == needed else {
                throw StoreError.tooOld(path: database.path, found: applied, needed: needed)
            }
            return
        }
        guard applied < needed else { return }
        try database.allowSchemaEdits(true)
        while let next = migrations.first(where: { $0.version > applied }) {
            try database.transaction {
                // Another process may have come first between the look above and the lock.
                guard try verified() < next.version else { return }
                try apply(next, at: now())
            }
            applied = next.version
        }
        try database.allowSchemaEdits(false)
    }

    /// The newest version in the file, after all of them were compared with this build's.
    private func verified() throws -> Int {
        let applied = try appliedMigrations()
        let newest = applied.last?.version ?? 0
        let supported = migrations.last?.version ?? 0
        guard newest <= supported else {
            throw StoreError.tooNew(path: database.path, found: newest, supported: supported)
        }
        for old in applied {
            guard let known = migrations.first(where: { $0.version == old.version }), known.checksum == old.checksum
            else {
                throw StoreError.changedMigration(path: database.path, version: old.version, name: old.name)
            }
        }
        return newest
    }

    private func appliedMigrations() throws -> [Applied] {
        let exists = try database.first("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'migration'") {
            try $0.text("name")
        }
        guard exists != nil else { return [] }
        return try database.rows("SELECT version, name, checksum FROM migration ORDER BY version") { row in
            Applied(
                version: try row.integer("version"), name: try row.text("name"), checksum: try row.text("checksum"))
        }
    }

    private func apply(_ migration: Migration, at time: String) throws {
        try database.executeScript(
            """
            PRAGMA application_id = \(Database.applicationID);
            CREATE TABLE IF NOT EXISTS migration (
                version    INTEGER PRIMARY KEY,
                name       TEXT NOT NULL,
                checksum   TEXT NOT NULL,
                applied_at TEXT NOT NULL
            ) STRICT;
            """)
        try database.executeScript(migration.sql)
        try database.insert(
            into: "migration",
            [
                "version": migration.version, "name": migration.name, "checksum": migration.checksum,
                "applied_at": time,
            ])
    }
}
