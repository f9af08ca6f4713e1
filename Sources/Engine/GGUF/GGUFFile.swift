#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A GGUF file: metadata and tensors, mapped into memory.
///
/// Opening reads metadata and the list of tensors, and checks that every tensor lies in the file.
/// Source: ggml's `docs/gguf.md`, version 3 (version 2 differs in nothing that matters here).
public struct GGUFFile: Sendable {
    /// One tensor as the list describes it.
    public struct Entry: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Extents, innermost (inputs) first.
        public let extents: [Int]
        /// How its elements are held.
        public let encoding: any GGUFEncoding
        /// Where it begins in the file.
        let offset: Int

        /// Number of elements.
        public var count: Int { extents.reduce(1, *) }
        /// Bytes in the file.
        public var byteCount: Int { encoding.byteCount(count) }

        /// Whether two entries are the same.
        public static func == (a: Entry, b: Entry) -> Bool {
            a.name == b.name && a.extents == b.extents && a.encoding.name == b.encoding.name && a.offset == b.offset
        }
    }

    /// The file.
    public let url: URL
    /// Keys with their values, in the file's order.
    public let metadata: [(key: String, value: GGUFValue)]
    /// The tensors, in the file's order.
    public let entries: [Entry]
    private let file: MappedFile
    private let values: [String: GGUFValue]
    private let entryOfName: [String: Int]

    /// Opens a file.
    /// - Throws: `GGUFError`, or `CheckpointError` if it cannot be read.
    public init(_ url: URL) throws {
        self.url = url
        let file = try MappedFile(url)
        self.file = file
        (metadata, entries) = try file.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws in
            var reader = GGUFReader(bytes: bytes, path: url.path)
            return try reader.contents()
        }
        var values: [String: GGUFValue] = [:]
        for (key, value) in metadata { values[key] = value }
        self.values = values
        var entryOfName: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            guard entryOfName.updateValue(index, forKey: entry.name) == nil else {
                throw GGUFError.tensor(name: entry.name, reason: "is there twice", file: url.path)
            }
        }
        self.entryOfName = entryOfName
    }

    /// The file, for messages.
    var path: String { url.path }

    /// The value of a key.
    public subscript(key: String) -> GGUFValue? { values[key] }

    /// The tensor of that name.
    public func entry(_ name: String) -> Entry? { entryOfName[name].map { entries[$0] } }

    /// A tensor's bytes.
    public func bytes(of entry: Entry) -> [UInt8] {
        file.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            [UInt8](bytes[entry.offset..<entry.offset + entry.byteCount])
        }
    }

    /// A tensor's elements as float32, innermost axis first.
    public func floats(of entry: Entry) -> [Float] {
        file.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            entry.encoding.decode(
                UnsafeRawBufferPointer(rebasing: bytes[entry.offset..<entry.offset + entry.byteCount]),
                count: entry.count)
        }
    }
}

/// Reads a file from front to back.
private struct GGUFReader {
    let bytes: UnsafeRawBufferPointer
    let path: String
    var position = 0

    /// Lists of lists are not in use; a damaged file must not make reading recurse without end.
    private static let mostNesting = 4

    mutating func contents() throws(GGUFError) -> ([(key: String, value: GGUFValue)], [GGUFFile.Entry]) {
        guard bytes.count >= 4, bytes.prefix(4).elementsEqual("GGUF".utf8) else { throw .notGGUF(file: path) }
        position = 4
        let version: UInt32 = try number()
        guard version == 2 || version == 3 else {
            throw .unsupported(what: "version", found: "\(version)", supported: "2, 3", file: path)
        }
        let tensorCount: UInt64 = try number()
        let keyCount: UInt64 = try number()
        var metadata: [(key: String, value: GGUFValue)] = []
        for _ in 0..<(try checked(keyCount, each: 13)) {
            let key = try string()
            metadata.append((key, try value(try kind(), depth: 0)))
        }
        var alignment = 32
        if let said = metadata.last(where: { $0.key == "general.alignment" })?.value {
            guard let number = said.integer, number > 0, number <= 1 << 20, number & (number - 1) == 0 else {
                throw .metadata(key: "general.alignment", reason: "is no power of two", file: path)
            }
            alignment = number
        }
        var described: [(name: String, extents: [Int], encoding: any GGUFEncoding, offset: UInt64)] = []
        for _ in 0..<(try checked(tensorCount, each: 24)) { described.append(try tensor()) }
        let start = (position + alignment - 1) / alignment * alignment
        var entries: [GGUFFile.Entry] = []
        for tensor in described {
            let count = tensor.extents.reduce(1, *)
            let size = tensor.encoding.byteCount(count)
            guard tensor.offset % UInt64(alignment) == 0, let offset = Int(exactly: tensor.offset),
                start <= bytes.count, offset <= bytes.count - start, size <= bytes.count - start - offset
            else { throw .damaged(file: path, reason: "tensor '\(tensor.name)' lies outside it") }
            entries.append(
                GGUFFile.Entry(
                    name: tensor.name, extents: tensor.extents, encoding: tensor.encoding, offset: start + offset))
        }
        return (metadata, entries)
    }

    private mutating func tensor() throws(GGUFError) -> (
        name: String, extents: [Int], encoding: any GGUFEncoding, offset: UInt64
    ) {
        let name = try string()
        let axes: UInt32 = try number()
        guard (1...4).contains(axes) else {
            throw .damaged(file: path, reason: "tensor '\(name)' has \(axes) axes")
        }
        var extents: [Int] = []
        var count = 1
        for _ in 0..<axes {
            let extent: UInt64 = try number()
            // A weight takes at least a quarter of a byte.
            guard extent > 0, extent <= UInt64(bytes.count) * 8 else {
                throw .damaged(file: path, reason: "tensor '\(name)' has an extent of \(extent)")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
            guard !overflow, product <= bytes.count * 8 else {
                throw .damaged(file: path, reason: "tensor '\(name)' is larger than the file")
            }
            count = product
            extents.append(Int(extent))
        }
        let type: UInt32 = try number()
        guard let encoding = GGUFEncodings.all.first(where: { $0.id == type }) else {
            throw .unsupported(
                what: "tensor '\(name)' of type", found: "\(type)",
                supported: GGUFEncodings.all.map { "\($0.id) (\($0.name))" }.joined(separator: ", "), file: path)
        }
        guard extents[0] % encoding.blockSize == 0 else {
            throw .damaged(file: path, reason: "tensor '\(name)' has rows that are no whole blocks")
        }
        return (name, extents, encoding, try number())
    }

    private mutating func kind() throws(GGUFError) -> GGUFValue.Kind {
        let number: UInt32 = try number()
        guard let kind = GGUFValue.Kind(rawValue: number) else {
            throw .damaged(file: path, reason: "a value has the unknown type \(number)")
        }
        return kind
    }

    private mutating func value(_ kind: GGUFValue.Kind, depth: Int) throws(GGUFError) -> GGUFValue {
        switch kind {
        case .uint8: return .uint8(try number())
        case .int8: return .int8(try number())
        case .uint16: return .uint16(try number())
        case .int16: return .int16(try number())
        case .uint32: return .uint32(try number())
        case .int32: return .int32(try number())
        case .float32: return .float32(Float(bitPattern: try number()))
        case .bool: return .bool(try number() as UInt8 != 0)
        case .string: return .string(try string())
        case .array:
            guard depth < Self.mostNesting else { throw .damaged(file: path, reason: "lists are nested too deeply") }
            let inner = try self.kind()
            let count: UInt64 = try number()
            var elements: [GGUFValue] = []
            let checked = try checked(count, each: 1)
            elements.reserveCapacity(checked)
            for _ in 0..<checked { elements.append(try value(inner, depth: depth + 1)) }
            return .array(inner, elements)
        case .uint64: return .uint64(try number())
        case .int64: return .int64(try number())
        case .float64: return .float64(Double(bitPattern: try number()))
        }
    }

    /// A count of things of which each takes at least some bytes.
    private func checked(_ count: UInt64, each size: Int) throws(GGUFError) -> Int {
        guard count <= UInt64((bytes.count - position) / size) else {
            throw .damaged(file: path, reason: "it claims \(count) entries, more than it has room for")
        }
        return Int(count)
    }

    private mutating func string() throws(GGUFError) -> String {
        let length: UInt64 = try number()
        let count = try checked(length, each: 1)
        defer { position += count }
        // Tokens of some vocabularies are no valid UTF-8 by themselves; they only have to stay distinct for people.
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    private mutating func number<Number: FixedWidthInteger>() throws(GGUFError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw .damaged(file: path, reason: "it ends early") }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }
}
