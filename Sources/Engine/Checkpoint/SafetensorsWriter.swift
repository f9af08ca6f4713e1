#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Writes safetensors files, tensor by tensor, whole or not at all.
///
/// Tensors go in the order of their element size (large first, so that each is aligned to its elements), then of their
/// names; so the same tensors always make the same bytes. The data begins at a multiple of eight bytes.
public enum SafetensorsWriter {
    /// Writes `tensors` to `url`, asking each for its bytes when its turn comes.
    ///
    /// - Throws: `inconsistent` if a format is unknown, a shape makes no sense, a name is there twice or the bytes do
    ///   not fill the shape; `unwritable`; what a source throws. Nothing is left behind then.
    public static func write(
        _ tensors: [TensorSource], metadata: [String: String] = ["format": "pt"], to url: URL
    ) throws {
        let sorted = try tensors.map { try Entry($0, path: url.path) }.sorted { $0.precedes($1) }
        var header = Data(try headerText(sorted, metadata: metadata, path: url.path).utf8)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
        try AtomicFile.write(to: url) { file in
            try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
            try header.withUnsafeBytes { try file.write($0) }
            for entry in sorted {
                var calls = 0
                try entry.source.provide { bytes in
                    calls += 1
                    guard bytes.count == entry.byteCount else {
                        throw entry.failure("its \(bytes.count) bytes do not fill \(entry.byteCount)")
                    }
                    try file.write(bytes)
                }
                guard calls == 1 else { throw entry.failure("its bytes did not come once") }
            }
        }
    }

    private static func headerText(_ entries: [Entry], metadata: [String: String], path: String) throws -> String {
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member(name: $0, value: .string($1)) }
            members.append(JSONValue.Member(name: "__metadata__", value: .object(pairs)))
        }
        var names: Set<String> = ["__metadata__"]
        var begin = 0
        for entry in entries {
            guard names.insert(entry.source.name).inserted else { throw entry.failure("the name is there twice") }
            let (end, overflow) = begin.addingReportingOverflow(entry.byteCount)
            guard !overflow else { throw entry.failure("the file would be too large") }
            let shape = entry.source.shape.map { JSONValue.number(String($0)) }
            members.append(
                JSONValue.Member(
                    name: entry.source.name,
                    value: .object([
                        .init(name: "dtype", value: .string(entry.source.dtype)),
                        .init(name: "shape", value: .array(shape)),
                        .init(name: "data_offsets", value: .array([.number(String(begin)), .number(String(end))])),
                    ])))
            begin = end
        }
        return JSONValue.object(members).compactText
    }

    /// A tensor whose description has been checked.
    private struct Entry {
        let source: TensorSource
        let elementBytes: Int
        let byteCount: Int
        let path: String

        init(_ source: TensorSource, path: String) throws(CheckpointError) {
            func failure(_ reason: String) -> CheckpointError {
                .inconsistent(name: source.name, file: path, reason: reason)
            }
            guard let elementBytes = SafetensorsEntry.elementBytes(source.dtype) else {
                throw failure("the format \(source.dtype.quoted) is unknown")
            }
            guard let count = SafetensorsEntry.count(source.shape) else {
                throw failure("the shape \(source.shape) makes no sense")
            }
            let (byteCount, overflow) = count.multipliedReportingOverflow(by: elementBytes)
            guard !overflow else { throw failure("the shape \(source.shape) is too large") }
            self.source = source
            self.elementBytes = elementBytes
            self.byteCount = byteCount
            self.path = path
        }

        func failure(_ reason: String) -> CheckpointError {
            .inconsistent(name: source.name, file: path, reason: reason)
        }

        func precedes(_ other: Entry) -> Bool {
            if elementBytes != other.elementBytes { return elementBytes > other.elementBytes }
            return source.name.utf8.lexicographicallyPrecedes(other.source.name.utf8)
        }
    }
}
