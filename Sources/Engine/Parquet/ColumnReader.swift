/// A column of one group of rows: levels, and the values where there are some.
struct ColumnData: Sendable {
    /// For each entry, which list goes on.
    var repetitions: [UInt8] = []
    /// For each entry, how much of the way to a value exists.
    var definitions: [UInt8] = []
    /// The values of the entries that have one.
    var values: [JSONValue] = []
}

/// Reads the pages of a column.
///
/// Source: Apache Parquet format specification, `README.md` (Data Pages) and `Encodings.md`.
struct ColumnReader {
    private let leaf: ParquetLeaf
    private let codec: Int
    private let valueCount: Int
    private var cursor: ByteCursor
    private var dictionary: [JSONValue]?
    private var data = ColumnData()

    private init(_ file: [UInt8], _ chunk: ParquetMetadata.Chunk, _ leaf: ParquetLeaf) {
        self.leaf = leaf
        codec = chunk.codec
        valueCount = chunk.valueCount
        cursor = ByteCursor(file[chunk.bytes])
    }

    /// The column's entries; `chunk.bytes` lie inside the file, and the budget has paid for `chunk.valueCount`.
    static func data(
        of file: [UInt8], _ chunk: ParquetMetadata.Chunk, _ leaf: ParquetLeaf, budget: inout ParquetBudget
    ) throws(ParquetFault) -> ColumnData {
        var reader = ColumnReader(file, chunk, leaf)
        while reader.data.definitions.count < chunk.valueCount { try reader.readPage(&budget) }
        return reader.data
    }

    private mutating func readPage(_ budget: inout ParquetBudget) throws(ParquetFault) {
        guard cursor.remaining > 0 else {
            throw .damaged("its pages hold \(data.definitions.count) of \(valueCount) values")
        }
        let header = try PageHeader(&cursor)
        let stored = try cursor.take(header.compressedBytes)
        if let checksum = header.checksum, checksum != CRC32.checksum(stored) {
            throw .damaged("a page's checksum does not match")
        }
        switch header.kind {
        case .data(let count, let encoding, let definitionEncoding, let repetitionEncoding):
            try budget.takeBytes(header.uncompressedBytes)
            var page = ByteCursor(try PageCodec.decompress(stored, codec: codec, to: header.uncompressedBytes))
            try checkCount(count)
            let repetitions = try levels(&page, leaf.repetition, encoding: repetitionEncoding, count: count)
            let definitions = try levels(&page, leaf.definition, encoding: definitionEncoding, count: count)
            try append(repetitions, definitions, &page, encoding: encoding, &budget)
        case .dataV2(let count, let encoding, let definitionBytes, let repetitionBytes, let isCompressed):
            try budget.takeBytes(header.uncompressedBytes)
            try checkCount(count)
            var whole = ByteCursor(stored)
            var repetitionCursor = ByteCursor(try whole.take(repetitionBytes))
            var definitionCursor = ByteCursor(try whole.take(definitionBytes))
            let size = header.uncompressedBytes - repetitionBytes - definitionBytes
            guard size >= 0 else { throw .damaged("a page is shorter than its levels") }
            let values = try PageCodec.decompress(
                try whole.take(whole.remaining), codec: isCompressed ? codec : 0, to: size)
            let repetitions = try HybridDecoder.levels(&repetitionCursor, highest: leaf.repetition, count: count)
            let definitions = try HybridDecoder.levels(&definitionCursor, highest: leaf.definition, count: count)
            var page = ByteCursor(values)
            try append(repetitions, definitions, &page, encoding: encoding, &budget)
        case .dictionary(let count, let encoding):
            try budget.takeBytes(header.uncompressedBytes)
            var page = ByteCursor(try PageCodec.decompress(stored, codec: codec, to: header.uncompressedBytes))
            guard dictionary == nil else { throw .damaged("it has two dictionaries") }
            guard encoding == 0 || encoding == 2 else { throw ParquetFault(.encoding(ParquetEncoding.name(encoding))) }
            dictionary = try PlainDecoder.values(&page, kind: leaf.kind, count: count)
        case .other: break
        }
    }

    private func checkCount(_ count: Int) throws(ParquetFault) {
        guard count <= valueCount - data.definitions.count else {
            throw .damaged("a page of \(count) values where \(valueCount - data.definitions.count) are left")
        }
    }

    /// Levels in a page of the first version: their size, then runs.
    private func levels(
        _ page: inout ByteCursor, _ highest: UInt8, encoding: Int, count: Int
    ) throws(ParquetFault) -> [UInt8] {
        guard highest > 0 else { return [UInt8](repeating: 0, count: count) }
        guard encoding == 3 else {
            throw ParquetFault(.encoding("\(ParquetEncoding.name(encoding)) of levels"))
        }
        let size = try page.uint32()
        var cursor = ByteCursor(try page.take(Int(size)))
        return try HybridDecoder.levels(&cursor, highest: highest, count: count)
    }

    private mutating func append(
        _ repetitions: [UInt8], _ definitions: [UInt8], _ page: inout ByteCursor, encoding: Int,
        _ budget: inout ParquetBudget
    ) throws(ParquetFault) {
        let highest = leaf.definition
        let present = definitions.reduce(0) { $1 == highest ? $0 + 1 : $0 }
        let values = try ValueDecoder.values(
            &page, encoding: encoding, kind: leaf.kind, count: present, dictionary: dictionary, budget: &budget)
        data.repetitions.append(contentsOf: repetitions)
        data.definitions.append(contentsOf: definitions)
        data.values.append(contentsOf: values)
    }
}
