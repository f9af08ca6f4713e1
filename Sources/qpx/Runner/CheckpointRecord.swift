internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ModelRecord {
    /// The row of a checkpoint; reads all weights for its digest.
    /// - Parameter pruning: what was taken from a parent model, if it was pruned here.
    init(_ checkpoint: Checkpoint, pruning: Pruning? = nil) {
        self.init(
            sha256: checkpoint.digest, name: checkpoint.directory.lastPathComponent, path: checkpoint.directory.path,
            architecture: "llama", layers: checkpoint.configuration.layers.count,
            parameters: checkpoint.configuration.parameterCount, bytes: checkpoint.byteCount, pruning: pruning)
    }
}
