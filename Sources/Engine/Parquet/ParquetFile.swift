#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Reads Apache Parquet files, in which data sets are published.
///
/// What pyarrow and `datasets` write by default is read, and what they write on request as long as pages are
/// compressed by Snappy, gzip, Zstandard or not at all.
///
/// Source: Apache Parquet format specification (apache/parquet-format).
public enum ParquetFile {
    private static let magic = Array("PAR1".utf8)

    /// The rows of a file, each an object whose members are the columns in the schema's order.
    ///
    /// Texts are strings, and so are bytes without annotation that are UTF-8. Numbers have the fewest digits that give
    /// them back (NaN, Infinity and -Infinity where they are not finite). Dates and times are the integers they are
    /// stored as. Structures are objects, lists are arrays, maps are arrays of objects with `key` and `value`.
    ///
    /// - Throws: `missingFile`, `unreadable`, `notParquet`, `encrypted`, `damaged`, `unsupportedCodec`,
    ///   `unsupportedEncoding`, `unsupportedType` (INT96, decimals, bytes of fixed length), `notText`, `tooLarge`.
    public static func rows(of url: URL) throws(ParquetError) -> [JSONValue] {
        let bytes: [UInt8]
        do throws(CheckpointError) {
            bytes = try MappedFile(url).withUnsafeBytes { Array($0) }
        } catch {
            switch error {
            case .missingFile(let file): throw .missingFile(file: file)
            case .unreadable(let file, let reason): throw .unreadable(file: file, reason: reason)
            default: throw .notParquet(file: url.path, reason: "it is empty")
            }
        }
        return try rows(in: bytes, file: url.path)
    }

    /// The rows of a file that has been read.
    ///
    /// - Parameter file: its path, for messages.
    static func rows(
        in bytes: [UInt8], file: String, budget: ParquetBudget = ParquetBudget()
    ) throws(ParquetError) -> [JSONValue] {
        guard bytes.count >= 12 else { throw .notParquet(file: file, reason: "it has \(bytes.count) bytes") }
        if bytes.suffix(4).elementsEqual("PARE".utf8) { throw .encrypted(file: file) }
        guard bytes.starts(with: magic), bytes.suffix(4).elementsEqual(magic) else {
            throw .notParquet(file: file, reason: "it does not begin and end with PAR1")
        }
        do throws(ParquetFault) {
            var budget = budget
            return try rows(in: bytes, budget: &budget)
        } catch {
            throw error.error(file: file)
        }
    }

    private static func rows(
        in bytes: [UInt8], budget: inout ParquetBudget
    ) throws(ParquetFault) -> [JSONValue] {
        // At the end: the footer, its length in four bytes, PAR1.
        var tail = ByteCursor(bytes[(bytes.count - 8)...])
        let length = Int(try tail.uint32())
        let footerEnd = bytes.count - 8
        guard length <= footerEnd - 4 else { throw .damaged("it claims \(length) bytes of \(bytes.count)") }
        let footerStart = footerEnd - length
        let metadata = try ParquetMetadata(bytes[footerStart..<footerEnd], dataEnd: footerStart)
        let schema = try ParquetSchema(metadata.elements)
        try budget.takeValues(metadata.rowCount)
        var rows: [JSONValue] = []
        for group in metadata.rowGroups {
            try check(group, schema)
            var columns: [ColumnData] = []
            for (chunk, leaf) in zip(group.chunks, schema.leaves) {
                // Every value may bring the lists and structures around it with it.
                try budget.takeValues(chunk.valueCount, times: leaf.path.count)
                do throws(ParquetFault) {
                    columns.append(try ColumnReader.data(of: bytes, chunk, leaf, budget: &budget))
                } catch {
                    throw error.inColumn(leaf.name)
                }
            }
            var assembly = RowAssembly(schema, columns: columns)
            try assembly.appendRows(group.rowCount, to: &rows)
        }
        return rows
    }

    /// Whether a group's columns are those of the schema, with as many values as there are rows.
    private static func check(_ group: ParquetMetadata.RowGroup, _ schema: ParquetSchema) throws(ParquetFault) {
        guard group.chunks.count == schema.leaves.count else {
            throw .damaged("a group has \(group.chunks.count) columns, the schema \(schema.leaves.count)")
        }
        for (chunk, leaf) in zip(group.chunks, schema.leaves) {
            guard chunk.path == leaf.path, chunk.physicalType == leaf.physicalType else {
                throw ParquetFault(.damaged("a group has another column in its place"), column: leaf.name)
            }
            guard leaf.repetition > 0 ? chunk.valueCount >= group.rowCount : chunk.valueCount == group.rowCount else {
                throw ParquetFault(
                    .damaged("\(chunk.valueCount) values in \(group.rowCount) rows"), column: leaf.name)
            }
        }
    }
}
