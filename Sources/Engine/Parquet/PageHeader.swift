/// What stands before a page.
///
/// Source: Apache Parquet format specification, `parquet.thrift`, PageHeader.
struct PageHeader {
    /// What a page holds.
    enum Kind {
        /// Levels and values, compressed together.
        case data(valueCount: Int, encoding: Int, definitionEncoding: Int, repetitionEncoding: Int)
        /// Levels, then values; only the values are compressed.
        case dataV2(valueCount: Int, encoding: Int, definitionBytes: Int, repetitionBytes: Int, isCompressed: Bool)
        /// The distinct values that pages refer to.
        case dictionary(valueCount: Int, encoding: Int)
        /// Nothing that is needed here.
        case other
    }

    let kind: Kind
    let compressedBytes: Int
    let uncompressedBytes: Int
    /// CRC-32 of the bytes as they are stored, if the writer gave it.
    let checksum: UInt32?

    /// Reads the header at the cursor, which then stands at the page.
    init(_ cursor: inout ByteCursor) throws(ParquetFault) {
        let header = try ThriftCompactReader.structure(&cursor)
        uncompressedBytes = try header.count(2, "a page's size")
        compressedBytes = try header.count(3, "a page's compressed size")
        checksum = try header.integer(4, "a page's checksum").map { UInt32(truncatingIfNeeded: $0) }
        switch try header.count(1, "a page's type") {
        case 0:
            let page = try Self.part(header, 5)
            kind = .data(
                valueCount: try page.count(1, "a page's number of values"),
                encoding: try page.count(2, "a page's encoding"),
                definitionEncoding: try page.count(3, "a page's encoding of levels"),
                repetitionEncoding: try page.count(4, "a page's encoding of levels"))
        case 2:
            let page = try Self.part(header, 7)
            kind = .dictionary(
                valueCount: try page.count(1, "a dictionary's number of values"),
                encoding: try page.count(2, "a dictionary's encoding"))
        case 3:
            let page = try Self.part(header, 8)
            var isCompressed = true
            if case .boolean(let flag) = page[7] { isCompressed = flag }
            kind = .dataV2(
                valueCount: try page.count(1, "a page's number of values"),
                encoding: try page.count(4, "a page's encoding"),
                definitionBytes: try page.count(5, "a page's bytes of levels"),
                repetitionBytes: try page.count(6, "a page's bytes of levels"),
                isCompressed: isCompressed)
        default:
            kind = .other
        }
    }

    private static func part(_ header: ThriftStructure, _ id: Int) throws(ParquetFault) -> ThriftStructure {
        guard let part = try header.structure(id, "a page's header") else {
            throw .damaged("a page's header is missing")
        }
        return part
    }
}
