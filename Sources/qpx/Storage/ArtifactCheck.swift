internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Whether recorded files are what they were.
struct ArtifactCheck {
    /// Whether their bytes are read, too.
    let readsDigests: Bool

    /// What is wrong, a line per file; a file that several records name is looked at once per size and digest.
    func problems(_ artifacts: [OwnedArtifact]) throws -> [String] {
        var seen: Set<String> = []
        return artifacts.compactMap { owned in
            let artifact = owned.artifact
            guard seen.insert("\(artifact.path)\n\(artifact.bytes)\n\(artifact.sha256)").inserted else { return nil }
            return problem(artifact).map { "\(artifact.path) (\(artifact.kind) of \(owned.owner)) \($0)" }
        }
    }

    private func problem(_ artifact: ArtifactRecord) -> String? {
        let path = FolderScan.resolved(artifact.path)
        guard let file = FolderScan.file(path) else { return "is not there" }
        guard file.bytes == artifact.bytes else { return "has \(file.bytes) bytes, not \(artifact.bytes)" }
        guard readsDigests else { return nil }
        // No file has the digest of nothing but an empty one.
        let digest = file.bytes == 0 ? SHA256.hex(of: "") : try? SHA256.hex(of: URL(filePath: path))
        guard let digest else { return "cannot be read" }
        return digest == artifact.sha256 ? nil : "has other content than was recorded"
    }
}
