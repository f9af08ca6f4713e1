internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Everything that lies in a database's folder of artifacts, and what the database says about it.
struct StoredFiles {
    /// The folder, without symbolic links.
    let folder: String
    /// The database.
    let database: String
    /// Recorded files.
    let artifacts: [OwnedArtifact]
    /// Cached steps with a folder of their own.
    let stages: [StageUse]
    /// Files in the folder.
    let files: [ScannedFile]

    init(_ store: Store) throws {
        database = store.path
        let folder = ArtifactFolder.path(besideDatabase: store.path)
        self.folder = FolderScan.resolved(folder)
        artifacts = try store.artifactOwners()
        stages = try store.stageUses()
        files = FolderScan.files(below: self.folder)
    }

    /// Where a recorded path leads in the folder; nil when it leads elsewhere. The last part of the path is not followed
    /// where it is a link: the link is what lies in the folder.
    func place(_ path: String) -> String? {
        let path = FilePath.absolute(path, in: "/")
        let place = FolderScan.resolved(FilePath.parent(of: path)) + "/" + FilePath.name(of: path)
        return place.hasPrefix(folder + "/") ? place : nil
    }

    /// The stage in whose folder a file of the folder lies.
    func stage(of file: String) -> StageUse? {
        stages.first { stage in
            guard let path = stage.stage.path.flatMap(place) else { return false }
            return file == path || file.hasPrefix(path + "/")
        }
    }

    /// The unfinished folder or file, ending in ".partial", that a file of the folder lies in.
    func partial(of file: String) -> String? {
        var path = folder
        for part in file.dropFirst(folder.count + 1).split(separator: "/") {
            path += "/" + part
            if part.hasSuffix(".partial") { return path }
        }
        return nil
    }

    /// Files in the folder that no row names.
    var unknown: [ScannedFile] {
        let known = Set(artifacts.compactMap { place($0.artifact.path) })
        return files.filter { !known.contains($0.path) && stage(of: $0.path) == nil && partial(of: $0.path) == nil }
    }

    /// Copies beside the database that a process left which ended while it merged or backed up: their name says which
    /// process that was.
    var leftCopies: [(file: ScannedFile, process: Int)] {
        let parent = FilePath.parent(of: database)
        let name = FilePath.name(of: database)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.sorted().compactMap { candidate in
            guard candidate.hasPrefix(name + ".") else { return nil }
            let parts = candidate.dropFirst(name.count + 1).split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let process = parts.first.flatMap({ Int($0) }),
                ["merging", "merging-wal", "merging-shm", "merging-journal"].contains(parts[1]),
                let file = FolderScan.file(parent + "/" + candidate)
            else { return nil }
            return (file, process)
        }
    }
}
