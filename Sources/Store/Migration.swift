/// One step of the schema. A released one never changes: a later one corrects it.
struct Migration: Sendable {
    let version: Int
    let name: String
    let sql: String

    init(version: Int, name: String, sql: [UInt8]) {
        self.version = version
        self.name = name
        self.sql = String(decoding: sql, as: UTF8.self)
    }

    /// SHA-256 of the SQL, kept with the file that it was applied to.
    var checksum: String { SHA256.hexDigest(of: Array(sql.utf8)) }
}

/// The migrations that this build carries, oldest first. A new file in `migrations/` gets its line here.
enum Migrations {
    static let all = [
        Migration(version: 1, name: "initial", sql: PackageResources._001_initial_sql),
        Migration(version: 2, name: "importance_runs", sql: PackageResources._002_importance_runs_sql),
        Migration(version: 3, name: "search_together", sql: PackageResources._003_search_together_sql),
        Migration(version: 4, name: "replicates", sql: PackageResources._004_replicates_sql),
        Migration(version: 5, name: "race", sql: PackageResources._005_race_sql),
        Migration(version: 6, name: "workbench", sql: PackageResources._006_workbench_sql),
        Migration(version: 7, name: "find", sql: PackageResources._007_find_sql),
        Migration(version: 8, name: "list", sql: PackageResources._008_list_sql),
        Migration(version: 9, name: "result_origin", sql: PackageResources._009_result_origin_sql),
    ]
}
