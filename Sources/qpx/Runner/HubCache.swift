#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Models that were downloaded from the Hugging Face hub, found by their id, such as "TinyLlama/TinyLlama_v1.1".
///
/// A revision may stand behind an @; "main" is meant otherwise. Source: huggingface_hub's documentation, "Understand
/// caching", and its environment variables.
struct HubCache {
    /// Folders that hold a cache, the first first.
    let folder: String

    /// The cache that the environment names, else the one in the home folder.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let folder = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") {
            self.folder = folder
        } else if let home = value("HF_HOME") {
            folder = home + "/hub"
        } else {
            folder = (value("XDG_CACHE_HOME") ?? (value("HOME") ?? "") + "/.cache") + "/huggingface/hub"
        }
    }

    /// An id with its revision, if text could be one.
    struct Identifier: Equatable {
        let name: String
        let revision: String

        init?(_ text: String) {
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
            func isName(_ text: Substring) -> Bool {
                guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "~") else {
                    return false
                }
                return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            }
            guard (1...2).contains(names.count), names.allSatisfy(isName) else { return nil }
            name = String(parts[0])
            revision = parts.count == 2 ? String(parts[1]) : "main"
            guard !revision.isEmpty, !revision.contains("..") else { return nil }
        }
    }

    /// What a cache has of a model.
    enum Found: Equatable {
        /// The folder of a revision.
        case folder(String)
        /// The model, but not that revision; those that are there.
        case otherRevisions([String])
        case nothing
    }

    /// Looks for a model.
    func find(_ identifier: Identifier) -> Found {
        let model = folder + "/models--" + identifier.name.split(separator: "/").joined(separator: "--")
        guard FilePath.isFolder(model) else { return .nothing }
        var revision = identifier.revision
        if let data = FileManager.default.contents(atPath: model + "/refs/" + revision),
            let text = String(validating: data, as: UTF8.self)
        {
            revision = text.filter { !$0.isWhitespace }
        }
        let snapshot = model + "/snapshots/" + revision
        guard revision.allSatisfy({ $0 != "/" }), FilePath.isFolder(snapshot) else {
            let known = (try? FileManager.default.contentsOfDirectory(atPath: model + "/snapshots")) ?? []
            return .otherRevisions(known.sorted())
        }
        return .folder(snapshot)
    }
}

extension Settings {
    /// The absolute path of a model: a folder or file, or a hub id that the local cache has; nil when none was given.
    /// - Throws: `Failure` if the cache has the model, but not the revision.
    func model(_ name: String = "model", folder: String) throws(Failure) -> String? {
        guard let text = try text(name) else { return nil }
        return try ModelFolder.path(text, folder: folder, says: spoken(name))
    }
}

extension ModelFolder {
    /// The absolute path that a text names as a model.
    static func path(
        _ text: String, folder: String, says origin: String, cache: HubCache = HubCache()
    ) throws(Failure) -> String {
        let path = FilePath.absolute(text, in: folder)
        guard !FilePath.exists(path), let identifier = HubCache.Identifier(text) else { return path }
        switch cache.find(identifier) {
        case .folder(let found): return found
        case .otherRevisions(let known):
            throw .notFound(
                "\(origin): the hub cache has \(identifier.name), but not its revision \(identifier.revision)",
                hint: known.isEmpty ? "download it again" : "it has \(known.joined(separator: ", "))")
        // Opening the folder says that there is none.
        case .nothing: return path
        }
    }
}
