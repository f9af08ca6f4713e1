#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A tensor that is going to be written: its description now, its bytes when their turn comes.
public struct GGUFTensor {
    /// Its name, shorter than 64 bytes.
    public let name: String
    /// Extents, innermost (inputs) first.
    public let extents: [Int]
    /// How its elements are held.
    public let encoding: any GGUFEncoding
    let bytes: () throws -> [UInt8]

    /// A tensor whose bytes are asked for once.
    init(name: String, extents: [Int], encoding: any GGUFEncoding, bytes: @escaping () throws -> [UInt8]) {
        self.name = name
        self.extents = extents
        self.encoding = encoding
        self.bytes = bytes
    }

    /// A tensor of floats, encoded when it is written.
    init(name: String, extents: [Int], encoding: any GGUFEncoding, floats: @escaping () throws -> [Float]) {
        self.init(name: name, extents: extents, encoding: encoding) {
            try floats().withUnsafeBufferPointer { encoding.encode($0, rowLength: extents.first ?? 1) }
        }
    }

    /// Bytes in the file, without what fills up to the next tensor.
    public var byteCount: Int { encoding.byteCount(extents.reduce(1, *)) }
}

/// Writes GGUF files, tensor by tensor, whole or not at all.
public enum GGUFWriter {
    private static let alignment = 32

    /// Writes metadata and tensors in their order.
    /// - Throws: `CheckpointError.unwritable`, `.inconsistent` if bytes don't fill a tensor; what a tensor throws. Nothing
    ///   is left behind then.
    public static func write(
        metadata: [(key: String, value: GGUFValue)], tensors: [GGUFTensor], to url: URL
    ) throws {
        var header = Array("GGUF".utf8)
        GGUFValue.uint32(3).write(to: &header)
        GGUFValue.uint64(UInt64(tensors.count)).write(to: &header)
        GGUFValue.uint64(UInt64(metadata.count)).write(to: &header)
        for (key, value) in metadata {
            GGUFValue.string(key).write(to: &header)
            GGUFValue.uint32(value.kind.rawValue).write(to: &header)
            value.write(to: &header)
        }
        var offset = 0
        for tensor in tensors {
            precondition(tensor.name.utf8.count < 64, "the name \(tensor.name) is too long")
            GGUFValue.string(tensor.name).write(to: &header)
            GGUFValue.uint32(UInt32(tensor.extents.count)).write(to: &header)
            for extent in tensor.extents { GGUFValue.uint64(UInt64(extent)).write(to: &header) }
            GGUFValue.uint32(tensor.encoding.id).write(to: &header)
            GGUFValue.uint64(UInt64(offset)).write(to: &header)
            offset += padded(tensor.byteCount)
        }
        header.append(contentsOf: repeatElement(0, count: padded(header.count) - header.count))
        try AtomicFile.write(to: url) { file in
            try header.withUnsafeBytes { try file.write($0) }
            for tensor in tensors {
                var bytes = try tensor.bytes()
                guard bytes.count == tensor.byteCount else {
                    throw CheckpointError.inconsistent(
                        name: tensor.name, file: url.path,
                        reason: "its \(bytes.count) bytes do not fill \(tensor.byteCount)")
                }
                bytes.append(contentsOf: repeatElement(0, count: padded(bytes.count) - bytes.count))
                try bytes.withUnsafeBytes { try file.write($0) }
            }
        }
    }

    private static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
