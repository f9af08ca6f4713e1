#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Store {
    /// Brings everything that another database has and this one has not: all of it or, when something goes wrong,
    /// nothing. Doing it again changes nothing; doing it again when the other file has grown brings what is new.
    ///
    /// Rows are the same when what never changes of them is the same: digests of models, allocations, stages and example
    /// sets; when, where, from which seed and specification a search was made; when and where a trial was made, begun and
    /// finished. Trials that have not finished there are left out.
    ///
    /// The other file is only read. What is merged is a copy as of one moment, beside this database, which goes again.
    /// - Parameters:
    ///   - other: path of a database of this or an earlier schema.
    ///   - isTrial: says what would happen and changes nothing.
    /// - Throws: `StoreError` of either file; `badRecord` when both are the same file.
    public func merge(_ other: String, isTrial: Bool = false) throws -> MergeOutcome {
        try merge(other, isTrial: isTrial) { _ in }
    }

    /// - Parameter progress: is called after each step with its name; what it throws undoes the merge.
    func merge(_ other: String, isTrial: Bool, progress: @escaping (String) throws -> Void) throws -> MergeOutcome {
        struct Undone: Error { let outcome: MergeOutcome }
        guard !Self.isSameFile(path, other) else {
            throw StoreError.badRecord(field: other, reason: "it is the database that it would be merged into")
        }
        let copy = "\(path).\(getpid()).merging"
        defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(copy + ending) } }
        unlink(copy)
        try DatabaseCopy.current(of: other, at: copy, now: now)
        let time = now()
        return try exclusively { database in
            try database.execute("ATTACH DATABASE :path AS source", ["path": copy])
            defer { _ = try? database.execute("DETACH DATABASE source") }
            do {
                return try database.transaction {
                    let outcome = try Merger(database: database, time: time, progress: progress).run()
                    // Only a transaction that is rolled back knows what it would have done.
                    if isTrial { throw Undone(outcome: outcome) }
                    return outcome
                }
            } catch let undone as Undone {
                return undone.outcome
            }
        }
    }

    private static func isSameFile(_ first: String, _ second: String) -> Bool {
        var (one, two) = (stat(), stat())
        guard stat(first, &one) == 0, stat(second, &two) == 0 else { return false }
        return one.st_dev == two.st_dev && one.st_ino == two.st_ino
    }
}
