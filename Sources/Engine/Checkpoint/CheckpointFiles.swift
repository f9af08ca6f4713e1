#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Finds the weight files of a model directory.
enum CheckpointFiles {
    static let single = "model.safetensors"
    static let index = "model.safetensors.index.json"

    /// The files sorted by name, and which of them holds each tensor.
    static func open(
        in directory: URL
    ) throws(CheckpointError) -> (files: [SafetensorsFile], fileOfTensor: [String: Int]) {
        let indexURL = directory.appending(path: index)
        let singleURL = directory.appending(path: single)
        if FileManager.default.fileExists(atPath: singleURL.path)
            || !FileManager.default.fileExists(atPath: indexURL.path)
        {
            let file = try SafetensorsFile.open(singleURL)
            return ([file], Dictionary(file.names.map { ($0, 0) }, uniquingKeysWith: { first, _ in first }))
        }
        return try openShards(indexURL, directory: directory)
    }

    private static func openShards(
        _ indexURL: URL, directory: URL
    ) throws(CheckpointError) -> (files: [SafetensorsFile], fileOfTensor: [String: Int]) {
        let path = indexURL.path
        let json = try ConfigurationReader.json(of: indexURL)
        guard let entries = json["weight_map"]?.members, !entries.isEmpty else {
            throw .missingSetting(key: "weight_map", file: path)
        }
        var shardOfTensor: [(tensor: String, shard: String)] = []
        for entry in entries {
            // A shard lies beside its index: a path that leads elsewhere is no shard.
            guard let shard = entry.value.text, !shard.isEmpty, !shard.utf8.contains(UInt8(ascii: "/")),
                !shard.utf8.contains(0)
            else {
                throw .invalidSetting(
                    key: entry.name.quoted, found: entry.value.summary, expected: "the name of a file beside the index",
                    file: path)
            }
            shardOfTensor.append((entry.name, shard))
        }
        var files: [SafetensorsFile] = []
        var fileOfShard: [String: Int] = [:]
        for shard in Set(shardOfTensor.map(\.shard)).sorted() {
            fileOfShard[shard] = files.count
            do {
                files.append(try SafetensorsFile.open(directory.appending(path: shard)))
            } catch .missingFile {
                throw .missingShard(shard: shard, index: path)
            }
        }
        var fileOfTensor: [String: Int] = [:]
        for (tensor, shard) in shardOfTensor {
            guard let file = fileOfShard[shard], files[file].contains(tensor) else {
                throw .missingTensor(name: tensor, file: directory.appending(path: shard).path)
            }
            fileOfTensor[tensor] = file
        }
        return (files, fileOfTensor)
    }
}
