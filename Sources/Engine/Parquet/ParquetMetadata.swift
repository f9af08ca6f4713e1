/// The footer of a file: its schema, and where the columns of each group of rows lie.
///
/// Source: Apache Parquet format specification, `parquet.thrift`, FileMetaData.
struct ParquetMetadata: Sendable {
    /// An element of the schema, which is a tree written from its root, parents before children.
    struct Element: Sendable {
        let name: String
        /// Number of the physical type; nil for groups.
        let physicalType: Int?
        /// 0 required, 1 optional, 2 repeated.
        let repetition: Int
        let childCount: Int
        /// Number of the older annotation.
        let convertedType: Int?
        /// The newer annotation, a union: its one field says which.
        let logicalType: ThriftStructure?
    }

    /// The pages of one column in one group of rows.
    struct Chunk: Sendable {
        let physicalType: Int
        let codec: Int
        /// Values and nulls, counted as levels are.
        let valueCount: Int
        /// Where its first page begins, and where its last ends.
        let bytes: Range<Int>
        /// The names on the way to the column.
        let path: [String]
    }

    /// Some of the rows.
    struct RowGroup: Sendable {
        let rowCount: Int
        let chunks: [Chunk]
    }

    let rowCount: Int
    let elements: [Element]
    let rowGroups: [RowGroup]

    /// Reads a footer.
    ///
    /// - Parameter dataEnd: where the footer begins: the pages lie before.
    init(_ footer: ArraySlice<UInt8>, dataEnd: Int) throws(ParquetFault) {
        var cursor = ByteCursor(footer)
        let file = try ThriftCompactReader.structure(&cursor)
        guard file[8] == nil else { throw ParquetFault(.encrypted) }
        rowCount = try file.count(3, "the number of rows")
        var elements: [Element] = []
        for structure in try file.structures(2, "the schema") { elements.append(try Element(structure)) }
        self.elements = elements
        var rowGroups: [RowGroup] = []
        var remaining = rowCount
        for structure in try file.structures(4, "the list of row groups") {
            let group = try RowGroup(structure, dataEnd: dataEnd)
            guard group.rowCount <= remaining else { throw .damaged("its groups have more than \(rowCount) rows") }
            remaining -= group.rowCount
            rowGroups.append(group)
        }
        guard remaining == 0 else { throw .damaged("its groups have \(rowCount - remaining) of \(rowCount) rows") }
        self.rowGroups = rowGroups
    }
}

extension ParquetMetadata.Element {
    fileprivate init(_ structure: ThriftStructure) throws(ParquetFault) {
        guard let name = try structure.text(4, "a column's name") else { throw .damaged("a column has no name") }
        self.name = name
        physicalType = try structure.integer(1, "a column's type")
        repetition = try structure.integer(3, "a column's repetition") ?? 0
        guard (0...2).contains(repetition) else {
            throw ParquetFault(.damaged("the repetition is \(repetition)"), column: name)
        }
        childCount = try structure.integer(5, "a group's number of children") ?? 0
        convertedType = try structure.integer(6, "a column's converted type")
        logicalType = try structure.structure(10, "a column's logical type")
    }
}

extension ParquetMetadata.RowGroup {
    fileprivate init(_ structure: ThriftStructure, dataEnd: Int) throws(ParquetFault) {
        rowCount = try structure.count(3, "a group's number of rows")
        var chunks: [ParquetMetadata.Chunk] = []
        for column in try structure.structures(1, "a group's list of columns") {
            guard column[8] == nil, column[9] == nil else { throw ParquetFault(.encrypted) }
            guard column[1] == nil else { throw .damaged("a column lies in another file") }
            guard let metadata = try column.structure(3, "a column's metadata") else {
                throw .damaged("a column has no metadata")
            }
            chunks.append(try ParquetMetadata.Chunk(metadata, dataEnd: dataEnd))
        }
        self.chunks = chunks
    }
}

extension ParquetMetadata.Chunk {
    fileprivate init(_ structure: ThriftStructure, dataEnd: Int) throws(ParquetFault) {
        physicalType = try structure.count(1, "a column's type")
        codec = try structure.count(4, "a column's codec")
        valueCount = try structure.count(5, "a column's number of values")
        var path: [String] = []
        guard case .list(let names) = structure[3] else { throw .damaged("a column's path is missing") }
        for case .binary(let bytes) in names {
            guard let name = String(validating: bytes, as: UTF8.self) else { throw .damaged("a column's path") }
            path.append(name)
        }
        self.path = path
        guard valueCount > 0 else {
            // Columns without values need no pages, and some writers say nothing sensible of where they are.
            bytes = 0..<0
            return
        }
        let size = try structure.count(7, "a column's number of bytes")
        var start = try structure.count(9, "a column's place")
        // Some writers put 0 where there is no dictionary.
        if let dictionary = try structure.integer(11, "a dictionary's place"), dictionary > 0, dictionary < start {
            start = dictionary
        }
        guard start >= 4, start <= dataEnd, size <= dataEnd - start else {
            throw ParquetFault(
                .damaged("\(size) bytes from \(start) do not lie in the \(dataEnd) of the data"),
                column: path.joined(separator: "."))
        }
        bytes = start..<start + size
    }
}
