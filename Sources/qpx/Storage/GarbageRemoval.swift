internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Frees what a plan says, one thing after the other: first the file, then the record of it. Whoever is killed in between
/// leaves a record of a file that is gone, which the next time frees.
struct GarbageRemoval {
    let store: Store
    let folder: String

    /// - Returns: whether it is gone; false where it is needed meanwhile.
    func remove(_ item: GarbagePlan.Item) throws -> Bool {
        if let digest = item.stage {
            let uses = try store.stageUses().first { $0.stage.digest == digest }
            guard uses?.searches.isEmpty != false, try store.runningSearchNames().isEmpty else { return false }
        }
        try unlinkAll(item.path)
        for id in item.artifacts { try store.markArtifactDeleted(id: id) }
        removeEmptyFolders(above: item.path)
        return true
    }

    private func unlinkAll(_ path: String) throws {
        guard FolderScan.isRealFolder(path) else {
            guard unlink(path) == 0 || errno == ENOENT else { throw Self.failure(path) }
            return
        }
        // Out of the way at once: nobody finds half of a folder where a whole one was.
        var doomed = path
        if !path.hasSuffix(".partial") {
            doomed = "\(FilePath.parent(of: path))/.\(FilePath.name(of: path)).\(UUID().uuidString).partial"
            guard rename(path, doomed) == 0 else {
                if errno == ENOENT { return }
                throw Self.failure(path)
            }
        }
        do {
            try FileManager.default.removeItem(atPath: doomed)
        } catch {
            throw Failure(
                .failed, code: "unwritable", "\(doomed) cannot be removed", hint: "check its permissions; run gc again")
        }
    }

    private func removeEmptyFolders(above path: String) {
        var parent = FilePath.parent(of: path)
        while parent == folder || parent.hasPrefix(folder + "/"), rmdir(parent) == 0 {
            parent = FilePath.parent(of: parent)
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(.failed, code: "unwritable", "\(path) cannot be removed: \(SystemError.text(errno))")
    }
}
