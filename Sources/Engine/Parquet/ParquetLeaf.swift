/// A column: what its values are and up to which levels they go.
struct ParquetLeaf {
    /// What the values become.
    enum Kind {
        case boolean
        case int32(isSigned: Bool)
        case int64(isSigned: Bool)
        case float
        case double
        case text
    }

    let kind: Kind
    /// Number of the physical type.
    let physicalType: Int
    /// The names on the way from the root.
    let path: [String]
    /// The level at which a value exists.
    let definition: UInt8
    /// The lists on the way.
    let repetition: UInt8

    /// The path as messages show it.
    var name: String { path.joined(separator: ".") }

    /// Reads an element of the schema.
    ///
    /// Dates and times are the integers they are stored as.
    ///
    /// - Throws: `type` for what is neither a number nor text.
    init(
        _ element: ParquetMetadata.Element, path: [String], definition: UInt8, repetition: UInt8
    ) throws(ParquetFault) {
        self.path = path
        self.definition = definition
        self.repetition = repetition
        physicalType = element.physicalType ?? -1
        do throws(ParquetFault) {
            kind = try Self.kind(element)
        } catch {
            throw error.inColumn(path.joined(separator: "."))
        }
    }

    /// Source: `parquet.thrift`, Type, ConvertedType and LogicalType.
    private static func kind(_ element: ParquetMetadata.Element) throws(ParquetFault) -> Kind {
        if element.convertedType == 5 || element.logicalType?[5] != nil { throw ParquetFault(.type("DECIMAL")) }
        switch element.physicalType {
        case 0: return .boolean
        case 1: return .int32(isSigned: try isSigned(element))
        case 2: return .int64(isSigned: try isSigned(element))
        case 3: throw ParquetFault(.type("INT96"))
        case 4: return .float
        case 5: return .double
        case 6:
            if element.convertedType == 20 || element.logicalType?[13] != nil { throw ParquetFault(.type("BSON")) }
            return .text
        case 7: throw ParquetFault(.type("FIXED_LEN_BYTE_ARRAY"))
        default: throw .damaged("the type is \(element.physicalType ?? -1)")
        }
    }

    private static func isSigned(_ element: ParquetMetadata.Element) throws(ParquetFault) -> Bool {
        if let annotation = try element.logicalType?.structure(10, "a column's logical type"),
            case .boolean(let isSigned) = annotation[2]
        {
            return isSigned
        }
        return !(11...14).contains(element.convertedType ?? -1)
    }
}
