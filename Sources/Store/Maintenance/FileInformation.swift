import CSQLite

/// What SQLite says of itself.
public enum SQLiteInformation {
    /// Its version, such as "3.40.1".
    public static var version: String { String(cString: sqlite3_libversion()) }

    /// Whether the version is one that qpx's statements need: RETURNING, STRICT tables, `UPDATE … FROM`.
    public static var isRecent: Bool { sqlite3_libversion_number() >= 3_037_000 }

    /// How it was compiled, such as "THREADSAFE=1", sorted.
    public static var options: [String] {
        var found: [String] = []
        var index: Int32 = 0
        while let option = sqlite3_compileoption_get(index) {
            found.append(String(cString: option))
            index += 1
        }
        return found.sorted()
    }
}

/// What SQLite says of a database file.
public struct FileInformation: Sendable, Equatable {
    /// "wal", or what the file system allowed.
    public var journalMode: String
    /// Bytes of the file's pages.
    public var bytes: Int
    /// Bytes of pages that hold nothing any more.
    public var freeBytes: Int
}

extension Store {
    /// How the file is kept.
    public func fileInformation() throws -> FileInformation {
        try exclusively { database in
            func number(_ pragma: String) throws -> Int {
                try database.first("PRAGMA \(pragma)") { try $0.integer(pragma) } ?? 0
            }
            let page = try number("page_size")
            return FileInformation(
                journalMode: try database.first("PRAGMA journal_mode") { try $0.text("journal_mode") } ?? "none",
                bytes: try number("page_count") &* page, freeBytes: try number("freelist_count") &* page)
        }
    }
}
