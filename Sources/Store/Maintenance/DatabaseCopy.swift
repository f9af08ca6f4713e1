#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A copy of a database as of one moment, while others may be writing to it.
enum DatabaseCopy {
    /// Makes a copy of one of our files, of this build's schema. The file itself is only read.
    /// - Throws: `StoreError` of the file, `tooNew` among them.
    static func current(of path: String, at copy: String, now: () -> String) throws {
        do {
            try Database.open(path: path, mode: .readOnly, now: now).copy(to: copy)
        } catch StoreError.tooOld {
            try raw(of: path, at: copy)
            _ = try Database.open(path: copy, mode: .readWrite, now: now)
        }
    }

    /// Makes a copy of one of our files, whatever its schema.
    static func exact(of path: String, at copy: String, now: () -> String) throws {
        do {
            try Database.open(path: path, mode: .readOnly, now: now).copy(to: copy)
        } catch StoreError.tooOld, StoreError.tooNew, StoreError.changedMigration {
            try raw(of: path, at: copy)
        }
    }

    private static func raw(of path: String, at copy: String) throws {
        do {
            try Database.connect(path: path, mode: .readOnly, busySeconds: 10, immutable: false).copy(to: copy)
        } catch let error as StoreError where Database.canBeReadAsImmutable(path: path, after: error) {
            unlink(copy)
            try Database.connect(path: path, mode: .readOnly, busySeconds: 10, immutable: true).copy(to: copy)
        }
    }
}

extension Database {
    /// Writes everything into a new file, without the room that what was removed had.
    func copy(to path: String) throws { try execute("VACUUM INTO :path", ["path": path]) }
}

extension Store {
    /// Writes a copy of a database as it is at one moment: the whole file or, when something goes wrong, none.
    ///
    /// Others may write meanwhile. The copy is of the same schema, also where that is older or newer than this build's.
    /// - Parameters:
    ///   - target: a new file; one that is there is replaced if `replaces`.
    ///   - replaces: whether a file may be replaced; whether one is there is decided when the copy is whole.
    /// - Returns: the copy's bytes.
    /// - Throws: `StoreError` of the database; `exists` when the target is there and may not be replaced.
    public static func backUp(_ path: String, to target: String, replaces: Bool) throws -> Int {
        let partial = target + ".\(getpid()).partial"
        unlink(partial)
        defer { unlink(partial) }
        try DatabaseCopy.exact(of: path, at: partial, now: Timestamp.now)
        let descriptor = open(partial, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(target) }
        defer { close(descriptor) }
        var status = stat()
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw failure(target) }
        // A link does not replace a file that has appeared meanwhile; a renaming does.
        guard (replaces ? rename(partial, target) : link(partial, target)) == 0 else {
            if errno == EEXIST { throw StoreError.exists(path: target) }
            throw failure(target)
        }
        return Int(status.st_size)
    }

    private static func failure(_ path: String) -> StoreError {
        errno == ENOSPC ? .diskFull(path: path) : .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
}
