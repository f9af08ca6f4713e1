#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A safetensors file, mapped: eight bytes of header length, a JSON header, the tensors' bytes.
///
/// Everything in the header is checked when the file is opened, so that no later access can leave the mapping.
///
/// Source: the format description of huggingface/safetensors.
public struct SafetensorsFile: Sendable {
    /// The reference implementation's limit on the header, in bytes.
    static let largestHeader = 100_000_000

    /// Names of the tensors, in the order of their bytes.
    public let names: [String]
    /// The header's `__metadata__`, sorted by key.
    public let metadata: [(key: String, value: String)]
    let file: MappedFile
    private let tensors: [String: RawTensor]

    /// Where the file is.
    public var url: URL { file.url }
    /// Size of the file in bytes, header included.
    public var byteCount: Int { file.byteCount }
    /// Bytes of all tensors.
    public var tensorBytes: Int { tensors.values.reduce(0) { $0 + $1.byteCount } }

    /// Opens and checks a file.
    ///
    /// - Throws: `missingFile`, `unreadable`, `emptyFile`, `invalidHeader`, `invalidJSON`, `invalidTensor`,
    ///   `tensorOutsideFile`, `overlappingTensors`.
    public static func open(_ url: URL) throws(CheckpointError) -> SafetensorsFile {
        try SafetensorsFile(MappedFile(url))
    }

    init(_ file: MappedFile) throws(CheckpointError) {
        let path = file.path
        guard file.byteCount >= 8 else {
            throw .invalidHeader(file: path, reason: "it has \(file.byteCount) bytes, fewer than the header's length")
        }
        let length = file.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard let length = Int(exactly: length), length <= file.byteCount - 8 else {
            throw .invalidHeader(file: path, reason: "its header claims \(length) bytes of \(file.byteCount)")
        }
        guard length <= Self.largestHeader else {
            throw .invalidHeader(file: path, reason: "its header claims \(length) bytes, more than the format allows")
        }
        let header: JSONValue
        do {
            header = try file.withUnsafeBytes(in: 8..<8 + length) { (bytes) throws(JSONError) in
                try JSONParser.parse(bytes)
            }
        } catch {
            throw .invalidJSON(file: path, byte: 8 + error.byte, reason: error.reason)
        }
        guard let members = header.members else {
            throw .invalidHeader(file: path, reason: "its header is not a JSON object")
        }
        self.file = file
        metadata = try Self.metadata(members, path: path)
        var sorted: [RawTensor] = []
        sorted.reserveCapacity(members.count)
        for member in members where member.name != "__metadata__" {
            sorted.append(try SafetensorsEntry.tensor(member, file: file, dataStart: 8 + length))
        }
        sorted.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        for (first, second) in zip(sorted, sorted.dropFirst()) where second.range.lowerBound < first.range.upperBound {
            throw .overlappingTensors(first: first.name, second: second.name, file: path)
        }
        names = sorted.map(\.name)
        var tensors: [String: RawTensor] = [:]
        for tensor in sorted where tensors.updateValue(tensor, forKey: tensor.name) != nil {
            throw .invalidTensor(name: tensor.name, file: path, reason: "it is there twice")
        }
        self.tensors = tensors
    }

    /// The tensor of that name in whatever number format.
    ///
    /// - Throws: `missingTensor`.
    public func rawTensor(named name: String) throws(CheckpointError) -> RawTensor {
        guard let tensor = tensors[name] else { throw .missingTensor(name: name, file: file.path) }
        return tensor
    }

    /// The tensor of that name, if it holds floating-point numbers.
    ///
    /// - Throws: `missingTensor`, `unsupportedElementType`.
    public func tensor(named name: String) throws(CheckpointError) -> StoredTensor {
        try StoredTensor(rawTensor(named: name))
    }

    /// Whether there is a tensor of that name.
    public func contains(_ name: String) -> Bool { tensors[name] != nil }

    private static func metadata(
        _ members: [JSONValue.Member], path: String
    ) throws(CheckpointError) -> [(key: String, value: String)] {
        guard let entry = members.first(where: { $0.name == "__metadata__" }) else { return [] }
        guard let pairs = entry.value.members else {
            throw .invalidHeader(file: path, reason: "__metadata__ is not an object")
        }
        var metadata: [(key: String, value: String)] = []
        for pair in pairs {
            guard let text = pair.value.text else {
                throw .invalidHeader(file: path, reason: "__metadata__ holds something that is not text")
            }
            metadata.append((pair.name, text))
        }
        return metadata.sorted { $0.key < $1.key }
    }
}
