/// The encodings by their numbers in `parquet.thrift`.
enum ParquetEncoding {
    private static let names = [
        "PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
        "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
    ]

    /// Its name, for messages.
    static func name(_ number: Int) -> String {
        names.indices.contains(number) ? names[number] : "number \(number)"
    }
}

/// The values of a page, in whatever encoding it has.
enum ValueDecoder {
    /// The page's `count` values.
    ///
    /// - Throws: `encoding` if it is unknown or has no meaning for values of that kind.
    static func values(
        _ page: inout ByteCursor, encoding: Int, kind: ParquetLeaf.Kind, count: Int, dictionary: [JSONValue]?,
        budget: inout ParquetBudget
    ) throws(ParquetFault) -> [JSONValue] {
        // Pages of nothing but nulls may have no bytes at all.
        guard count > 0 else { return [] }
        switch (encoding, kind) {
        case (0, _): return try PlainDecoder.values(&page, kind: kind, count: count)
        case (2, _), (8, _): return try references(&page, count: count, dictionary: dictionary)
        case (3, .boolean):
            let size = try page.uint32()
            var cursor = ByteCursor(try page.take(Int(size)))
            return try HybridDecoder.values(&cursor, bitWidth: 1, count: count).map { .boolean($0 == 1) }
        case (5, .int32(let isSigned)):
            return try DeltaDecoder.integers(&page, count: count)
                .map { PlainDecoder.integer(UInt32(truncatingIfNeeded: $0), isSigned: isSigned) }
        case (5, .int64(let isSigned)):
            return try DeltaDecoder.integers(&page, count: count)
                .map { PlainDecoder.integer(UInt64(bitPattern: $0), isSigned: isSigned) }
        case (6, .text): return try DeltaDecoder.texts(&page, count: count)
        case (7, .text): return try DeltaDecoder.prefixedTexts(&page, count: count, budget: &budget)
        default: throw ParquetFault(.encoding(ParquetEncoding.name(encoding)))
        }
    }

    /// Values that are named by their place in the dictionary.
    private static func references(
        _ page: inout ByteCursor, count: Int, dictionary: [JSONValue]?
    ) throws(ParquetFault) -> [JSONValue] {
        guard let dictionary else { throw .damaged("a page refers to a dictionary that is not there") }
        let bitWidth = Int(try page.byte())
        var values: [JSONValue] = []
        values.reserveCapacity(count)
        for index in try HybridDecoder.values(&page, bitWidth: bitWidth, count: count) {
            guard let index = Int(exactly: index), index < dictionary.count else {
                throw .damaged("a page refers to entry \(index) of a dictionary of \(dictionary.count)")
            }
            values.append(dictionary[index])
        }
        return values
    }
}
