internal import Store

/// Looks at the database in reach: whether it opens, where it lies, what is left over in it.
struct DatabaseDoctor {
    /// Below this there is hardly room for a pruned model.
    static let scarceBytes = 1 << 30

    /// - Parameter flag: what --db says.
    static func findings(flag: String?) -> [DoctorFinding] {
        let path: String
        do {
            path = try DatabaseLocation.existing(flag: flag)
        } catch {
            let failure = Failure(error)
            // Without a database much works; one that was named should be there.
            let isNamed = flag != nil || failure.message.hasPrefix("QPX_DB")
            return [
                DoctorFinding(
                    name: "database", status: isNamed ? .problem : .ok, value: isNamed ? failure.message : "none here",
                    advice: isNamed ? failure.hint : "'qpx init' makes one")
            ]
        }
        return place(path) + content(path)
    }

    private static func place(_ path: String) -> [DoctorFinding] {
        let folder = FilePath.parent(of: FolderScan.resolved(path))
        var findings: [DoctorFinding] = []
        if let system = FileSystem(at: folder) {
            let advice: String? =
                switch system.safety {
                case .local: nil
                case .shared: "other hosts must not use it: give each its own and join them with 'qpx db merge'"
                case .unknown: "if other hosts share it, give each its own and join them with 'qpx db merge'"
                }
            findings.append(
                DoctorFinding(
                    name: "file system", status: system.safety == .local ? .ok : .warning, value: system.name,
                    advice: advice))
        }
        if let free = FileSystem.freeBytes(at: folder) {
            let isScarce = free < scarceBytes
            findings.append(
                DoctorFinding(
                    name: "free disk", status: isScarce ? .warning : .ok, value: "\(ByteText.short(free)) in \(folder)",
                    advice: isScarce ? "'qpx gc' says what could be freed" : nil))
        }
        return findings
    }

    private static func content(_ path: String) -> [DoctorFinding] {
        do {
            let store = try Store(path: path, access: .read)
            let file = try store.fileInformation()
            let log = FolderScan.file(path + "-wal").map { ", log \(ByteText.short($0.bytes))" } ?? ""
            let isLogged = file.journalMode == "wal"
            return [
                DoctorFinding(name: "database", value: path),
                DoctorFinding(
                    name: "schema", status: isLogged ? .ok : .warning,
                    value: "\(StoreVersion.schema), \(ByteText.short(file.bytes))\(log), journal \(file.journalMode)",
                    advice: isLogged ? nil : "the next command that writes turns the write-ahead log on"),
            ] + (try ended(store))
        } catch StoreError.tooOld(_, let found, let needed) {
            return [
                DoctorFinding(
                    name: "database", status: .warning, value: "\(path): schema \(found), this qpx has \(needed)",
                    advice: "the next command brings it up to date; 'qpx db backup' first keeps the old one")
            ]
        } catch {
            let failure = Failure(error)
            return [DoctorFinding(name: "database", status: .problem, value: failure.message, advice: failure.hint)]
        }
    }

    /// Searches that are running by what the file says, and whose process has ended.
    private static func ended(_ store: Store) throws -> [DoctorFinding] {
        let names = try store.searches().map(\.search).filter { $0.state == .running }
        return try names.map { search in
            let process = try store.processRunning(search: search.id)
            guard let process, process.isAlive() == false else {
                return DoctorFinding(
                    name: "search", value: "\(search.name) is running\(process.map { " on \($0.host)" } ?? "")")
            }
            return DoctorFinding(
                name: "search", status: .warning, value: "\(search.name): its process \(process.pid) has ended",
                advice: "'qpx resume \(search.name)' goes on")
        }
    }
}
