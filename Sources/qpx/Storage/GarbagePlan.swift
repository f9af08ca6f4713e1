internal import Store

/// What may be freed, and why. Nothing that a trial or search in sight needs is in it.
struct GarbagePlan {
    /// Why something is not needed.
    enum Reason: String, CaseIterable {
        /// Its trial or search is archived.
        case archived
        /// No search in sight uses the cached step; it is made again when one does.
        case stage
        /// A process ended before it was whole.
        case unfinished
        /// No row names it.
        case unknown
    }

    /// One thing to remove.
    struct Item: Equatable {
        var reason: Reason
        /// Whose it was.
        var owner: String
        /// A file, or a folder with all that is in it.
        var path: String
        var files: Int
        var bytes: Int
        /// Rows that say that it is there.
        var artifacts: [Int] = []
        /// The digest of the stage that it is the product of.
        var stage: String?
    }

    /// What the user asks for.
    struct Request {
        /// Seconds since it was archived, or last written.
        var age = 0.0
        /// Whether files go that no row names.
        var takesUnknown = false
        /// Whether files of the best trial of an archived search stay.
        var keepsBest = false
    }

    /// In order of reason, then path.
    private(set) var items: [Item] = []
    /// What was not looked at, and why, for people.
    private(set) var notes: [String] = []
    /// Recorded files of archived trials that are none of qpx's to remove: they lie elsewhere.
    private(set) var elsewhere: [Int] = []

    /// Bytes that would be free.
    var bytes: Int { items.reduce(0) { $0 + $1.bytes } }

    /// What was last written later than this is never taken for left over: somebody may be at it.
    static let quietSeconds = 86_400.0

    init(_ store: Store, _ request: Request, now: String) throws {
        let stored = try StoredFiles(store)
        let time = Double(Timestamp.milliseconds(now) ?? 0) / 1000
        let limit = Timestamp.adding(seconds: -request.age, to: now)
        let best = request.keepsBest ? try store.bestOfArchivedSearches() : []
        addArchived(stored, limit: limit, best: best)
        try addStages(store, stored, limit: limit)
        addUnfinished(stored, limit: time - max(request.age, Self.quietSeconds))
        if request.takesUnknown {
            try addUnknown(store, stored, limit: time - max(request.age, Self.quietSeconds))
        }
    }

    private mutating func addArchived(_ stored: StoredFiles, limit: String, best: Set<Int>) {
        func isFree(_ owned: OwnedArtifact) -> Bool {
            guard let time = owned.archivedAt, time <= limit, !owned.isInUse else { return false }
            return owned.artifact.trialID.map { !best.contains($0) } ?? true
        }
        // What one in sight shares with one that is archived stays.
        let needed = Set(stored.artifacts.filter { !isFree($0) }.map { stored.place($0.artifact.path) })
        var indices: [String: Int] = [:]
        for owned in stored.artifacts where isFree(owned) {
            guard let place = stored.place(owned.artifact.path) else {
                elsewhere.append(owned.artifact.id)
                continue
            }
            guard !needed.contains(place), stored.stage(of: place) == nil else { continue }
            if let index = indices[place] {
                items[index].artifacts.append(owned.artifact.id)
                continue
            }
            let file = FolderScan.file(place)
            indices[place] = items.count
            items.append(
                Item(
                    reason: .archived, owner: owned.owner, path: place, files: file == nil ? 0 : 1,
                    bytes: file?.bytes ?? 0, artifacts: [owned.artifact.id]))
        }
    }

    private mutating func addStages(_ store: Store, _ stored: StoredFiles, limit: String) throws {
        let unused = stored.stages.filter { $0.searches.isEmpty && $0.stage.createdAt <= limit }
        guard !unused.isEmpty else { return }
        // A search that has just begun has not said yet which pruned model it uses.
        let running = try store.runningSearchNames()
        guard running.isEmpty else {
            notes.append("cached steps stay: \(running.joined(separator: ", ")) may be about to use them")
            return
        }
        for use in unused {
            guard let place = use.stage.path.flatMap(stored.place) else { continue }
            let files = stored.files.filter { $0.path == place || $0.path.hasPrefix(place + "/") }
            guard !files.isEmpty else { continue }
            items.append(
                Item(
                    reason: .stage, owner: use.stage.kind, path: place, files: files.count,
                    bytes: files.reduce(0) { $0 + $1.bytes },
                    artifacts: stored.artifacts.filter { $0.artifact.stageID == use.stage.id }.map(\.artifact.id),
                    stage: use.stage.digest))
        }
    }

    private mutating func addUnfinished(_ stored: StoredFiles, limit: Double) {
        var folders: [String: [ScannedFile]] = [:]
        for file in stored.files {
            if let path = stored.partial(of: file.path) { folders[path, default: []].append(file) }
        }
        for (path, files) in folders.sorted(by: { $0.key < $1.key })
        where files.allSatisfy({ $0.modified <= limit }) {
            items.append(
                Item(
                    reason: .unfinished, owner: "nobody", path: path, files: files.count,
                    bytes: files.reduce(0) { $0 + $1.bytes }))
        }
        for copy in stored.leftCopies where copy.file.modified <= limit {
            // Its process may be of another host; after a day of silence it is not at it any more, here it can be seen.
            let process = ProcessIdentity(host: ProcessIdentity.hostName(), pid: copy.process, started: nil)
            guard process.isAlive() != true else { continue }
            items.append(
                Item(
                    reason: .unfinished, owner: "nobody", path: copy.file.path, files: 1, bytes: copy.file.bytes))
        }
    }

    private mutating func addUnknown(_ store: Store, _ stored: StoredFiles, limit: Double) throws {
        let running = try store.runningTrialNames()
        guard running.isEmpty else {
            notes.append("unknown files stay: \(running.joined(separator: ", ")) may be writing them")
            return
        }
        for file in stored.unknown where file.modified <= limit {
            items.append(Item(reason: .unknown, owner: "nobody", path: file.path, files: 1, bytes: file.bytes))
        }
    }
}
