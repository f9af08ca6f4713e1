/// A value of Thrift's compact protocol, without the names that only the interface's description knows.
enum ThriftValue: Sendable {
    case boolean(Bool)
    case integer(Int64)
    case binary(ArraySlice<UInt8>)
    case list([ThriftValue])
    case structure(ThriftStructure)
    /// Something that Parquet does not use: it was passed over.
    case other
}

/// The fields of a structure, by their numbers.
struct ThriftStructure: Sendable {
    fileprivate(set) var fields: [(id: Int, value: ThriftValue)] = []

    /// The field of that number.
    subscript(id: Int) -> ThriftValue? { fields.first { $0.id == id }?.value }

    /// An integer, nil if the field is absent.
    func integer(_ id: Int, _ name: String) throws(ParquetFault) -> Int? {
        switch self[id] {
        case nil: return nil
        case .integer(let value): return Int(value)
        default: throw .damaged("\(name) is not an integer")
        }
    }

    /// A number that counts something and must be there.
    func count(_ id: Int, _ name: String) throws(ParquetFault) -> Int {
        guard let value = try integer(id, name) else { throw .damaged("\(name) is missing") }
        guard value >= 0 else { throw .damaged("\(name) is \(value)") }
        return value
    }

    /// A text, nil if the field is absent.
    func text(_ id: Int, _ name: String) throws(ParquetFault) -> String? {
        guard let value = self[id] else { return nil }
        guard case .binary(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else {
            throw .damaged("\(name) is not text")
        }
        return text
    }

    /// A structure, nil if the field is absent.
    func structure(_ id: Int, _ name: String) throws(ParquetFault) -> ThriftStructure? {
        guard let value = self[id] else { return nil }
        guard case .structure(let structure) = value else { throw .damaged("\(name) is not a structure") }
        return structure
    }

    /// A list of structures that must be there.
    func structures(_ id: Int, _ name: String) throws(ParquetFault) -> [ThriftStructure] {
        guard case .list(let values) = self[id] else { throw .damaged("\(name) is missing") }
        var structures: [ThriftStructure] = []
        for value in values {
            guard case .structure(let structure) = value else { throw .damaged("\(name) holds something else") }
            structures.append(structure)
        }
        return structures
    }
}

/// Reads structures in Thrift's compact protocol, in which the footer and the headers of pages are written.
///
/// Source: Apache Thrift, "Thrift Compact protocol encoding" (doc/specs/thrift-compact-protocol.md).
enum ThriftCompactReader {
    private static let deepest = 32

    /// The structure at the cursor, which then stands behind it.
    static func structure(_ cursor: inout ByteCursor) throws(ParquetFault) -> ThriftStructure {
        try structure(&cursor, depth: 0)
    }

    private static func structure(_ cursor: inout ByteCursor, depth: Int) throws(ParquetFault) -> ThriftStructure {
        guard depth < deepest else { throw .damaged("structures are nested too deeply") }
        var result = ThriftStructure()
        var id = 0
        while true {
            let header = try cursor.byte()
            if header == 0 { return result }
            if header >> 4 == 0 {
                guard let number = Int16(exactly: try cursor.zigzag()) else { throw .damaged("a field's number") }
                id = Int(number)
            } else {
                id += Int(header >> 4)
            }
            // The numbers of known fields are below 100; ever larger ones would overflow in the end.
            guard id <= Int(Int16.max) else { throw .damaged("a field's number") }
            switch header & 0x0F {
            case 1: result.fields.append((id, .boolean(true)))
            case 2: result.fields.append((id, .boolean(false)))
            default: result.fields.append((id, try value(of: header & 0x0F, &cursor, depth: depth + 1)))
            }
        }
    }

    private static func value(
        of type: UInt8, _ cursor: inout ByteCursor, depth: Int
    ) throws(ParquetFault) -> ThriftValue {
        switch type {
        // In lists a truth value has a byte of its own.
        case 1, 2: return .boolean(try cursor.byte() == 1)
        case 3: return .integer(Int64(Int8(bitPattern: try cursor.byte())))
        case 4, 5, 6: return .integer(try cursor.zigzag())
        case 7:
            _ = try cursor.take(8)
            return .other
        case 8: return .binary(try cursor.take(try cursor.count()))
        case 9, 10: return .list(try list(&cursor, depth: depth))
        case 11:
            try skipMap(&cursor, depth: depth)
            return .other
        case 12: return .structure(try structure(&cursor, depth: depth))
        case 13:
            _ = try cursor.take(16)
            return .other
        default: throw .damaged("a field has the unknown type \(type)")
        }
    }

    private static func list(_ cursor: inout ByteCursor, depth: Int) throws(ParquetFault) -> [ThriftValue] {
        guard depth < deepest else { throw .damaged("lists are nested too deeply") }
        let header = try cursor.byte()
        let count = header >> 4 == 15 ? try cursor.count() : Int(header >> 4)
        // Every element has a byte at least.
        guard count <= cursor.remaining else {
            throw .damaged("a list of \(count) where \(cursor.remaining) bytes are")
        }
        var elements: [ThriftValue] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try value(of: header & 0x0F, &cursor, depth: depth + 1)) }
        return elements
    }

    private static func skipMap(_ cursor: inout ByteCursor, depth: Int) throws(ParquetFault) {
        guard depth < deepest else { throw .damaged("maps are nested too deeply") }
        let count = try cursor.count()
        guard count > 0 else { return }
        let types = try cursor.byte()
        guard count <= cursor.remaining else { throw .damaged("a map of \(count) where \(cursor.remaining) bytes are") }
        for _ in 0..<count {
            _ = try value(of: types >> 4, &cursor, depth: depth + 1)
            _ = try value(of: types & 0x0F, &cursor, depth: depth + 1)
        }
    }
}
