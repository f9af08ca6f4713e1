internal import Store

/// Where the bytes of a database and of its files are. A file that several rows name is counted once, for the first.
struct DiskUsage {
    /// One line: files of one owner and kind.
    struct Entry: Equatable {
        /// A search, "stages", "database", or what nobody owns.
        var owner: String
        /// What they are, such as "evaluator_log".
        var kind: String
        /// Whether they lie beside the database or in its folder of artifacts; others are used, not kept.
        var isHere: Bool
        var files = 0
        var bytes = 0
        /// Files that are recorded and not there.
        var missing = 0
        /// How many of the files belong to what is archived.
        var archived = 0
    }

    let database: String
    let folder: String
    private(set) var entries: [Entry] = []

    /// Bytes of the database, its log and its folder.
    var total: Int { entries.filter(\.isHere).reduce(0) { $0 + $1.bytes } }

    init(_ stored: StoredFiles) {
        database = stored.database
        folder = stored.folder
        for (ending, kind) in [("", "rows"), ("-wal", "log"), ("-shm", "log")] {
            if let file = FolderScan.file(FolderScan.resolved(stored.database + ending)) {
                add(file, owner: "database", kind: kind, isHere: true)
            }
        }
        for file in stored.files where stored.stage(of: file.path) != nil {
            add(file, owner: "stages", kind: stored.stage(of: file.path)?.stage.kind ?? "", isHere: true)
        }
        addRecorded(stored)
        for file in stored.files where stored.partial(of: file.path) != nil {
            add(file, owner: "nobody", kind: "unfinished", isHere: true)
        }
        for file in stored.unknown { add(file, owner: "nobody", kind: "unknown", isHere: true) }
        for copy in stored.leftCopies { add(copy.file, owner: "nobody", kind: "left copy", isHere: true) }
    }

    private mutating func addRecorded(_ stored: StoredFiles) {
        var seen: Set<String> = []
        for owned in stored.artifacts {
            let place = stored.place(owned.artifact.path)
            // Files of stages were counted with their folders.
            if let place, stored.stage(of: place) != nil { continue }
            let path = place ?? FilePath.absolute(owned.artifact.path, in: "/")
            guard seen.insert(path).inserted else { continue }
            let index = index(
                owner: owned.search ?? "stages", kind: owned.artifact.kind, isHere: place != nil)
            if let file = FolderScan.file(place ?? FolderScan.resolved(path)) {
                entries[index].files += 1
                entries[index].bytes += file.bytes
                entries[index].archived += owned.archivedAt == nil ? 0 : 1
            } else {
                entries[index].missing += 1
            }
        }
    }

    private mutating func add(_ file: ScannedFile, owner: String, kind: String, isHere: Bool) {
        let index = index(owner: owner, kind: kind, isHere: isHere)
        entries[index].files += 1
        entries[index].bytes += file.bytes
    }

    private mutating func index(owner: String, kind: String, isHere: Bool) -> Int {
        if let known = entries.firstIndex(where: { $0.owner == owner && $0.kind == kind && $0.isHere == isHere }) {
            return known
        }
        entries.append(Entry(owner: owner, kind: kind, isHere: isHere))
        return entries.count - 1
    }
}
