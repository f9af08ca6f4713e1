import Testing

@testable import Engine

@Suite("Rows from Parquet columns") struct RowAssemblyTests {
    typealias Element = ParquetMetadata.Element

    /// A group: optional unless said otherwise; `annotation` is a converted type.
    private static func group(
        _ name: String, _ children: Int, repetition: Int = 1, annotation: Int? = nil
    ) -> Element {
        Element(
            name: name, physicalType: nil, repetition: repetition, childCount: children, convertedType: annotation,
            logicalType: nil)
    }

    private static func leaf(_ name: String, type: Int = 6, repetition: Int = 1) -> Element {
        Element(
            name: name, physicalType: type, repetition: repetition, childCount: 0, convertedType: nil, logicalType: nil)
    }

    private static func column(_ entries: [(UInt8, UInt8, String?)]) -> ColumnData {
        ColumnData(
            repetitions: entries.map(\.0), definitions: entries.map(\.1),
            values: entries.compactMap { $0.2.map { .string($0) } })
    }

    private static func rows(_ elements: [Element], _ columns: [ColumnData], count: Int) throws -> [String] {
        var rows: [JSONValue] = []
        var assembly = RowAssembly(try ParquetSchema(elements), columns: columns)
        try assembly.appendRows(count, to: &rows)
        return rows.map(\.compactText)
    }

    /// The schema of the two documents in figure 2 of the paper on Dremel.
    private static let document = [
        group("Document", 3, repetition: 0), leaf("DocId", repetition: 0), group("Links", 2),
        leaf("Backward", repetition: 2), leaf("Forward", repetition: 2), group("Name", 2, repetition: 2),
        group("Language", 2, repetition: 2), leaf("Code", repetition: 0), leaf("Country"), leaf("Url"),
    ]

    /// Its columns, as in figure 3.
    private static let documentColumns = [
        column([(0, 0, "10"), (0, 0, "20")]), column([(0, 1, nil), (0, 2, "10"), (1, 2, "30")]),
        column([(0, 2, "20"), (1, 2, "40"), (1, 2, "60"), (0, 2, "80")]),
        column([(0, 2, "en-us"), (2, 2, "en"), (1, 1, nil), (1, 2, "en-gb"), (0, 1, nil)]),
        column([(0, 3, "us"), (2, 2, nil), (1, 1, nil), (1, 3, "gb"), (0, 1, nil)]),
        column([(0, 2, "http://A"), (1, 2, "http://B"), (1, 1, nil), (0, 2, "http://C")]),
    ]

    @Test("are the documents of the paper on Dremel") func dremel() throws {
        #expect(
            try Self.rows(Self.document, Self.documentColumns, count: 2) == [
                #"{"DocId":"10","Links":{"Backward":[],"Forward":["20","40","60"]},"Name":["#
                    + #"{"Language":[{"Code":"en-us","Country":"us"},{"Code":"en","Country":null}],"Url":"http://A"},"#
                    + #"{"Language":[],"Url":"http://B"},"#
                    + #"{"Language":[{"Code":"en-gb","Country":"gb"}],"Url":null}]}"#,
                #"{"DocId":"20","Links":{"Backward":["10","30"],"Forward":["80"]},"#
                    + #""Name":[{"Language":[],"Url":"http://C"}]}"#,
            ])
    }

    @Test("are refused where levels contradict each other", arguments: 0..<6, [0, 1, 2])
    func contradictions(column: Int, change: Int) {
        var columns = Self.documentColumns
        switch change {
        case 0: columns[column].repetitions[1] = 3
        case 1:
            columns[column].repetitions.removeSubrange(1...)
            columns[column].definitions.removeSubrange(1...)
        default:
            columns[column].repetitions.append(0)
            columns[column].definitions.append(0)
        }
        #expect(throws: ParquetFault.self) { try Self.rows(Self.document, columns, count: 2) }
    }

    @Test(
        "know the lists of older files",
        arguments: [
            // What is repeated is a value.
            ([leaf("element", repetition: 2)], #"{"list":["a","b"]}"#),
            // A structure of two.
            (
                [group("element", 2, repetition: 2), leaf("x", repetition: 0), leaf("y", repetition: 0)],
                #"{"list":[{"x":"a","y":"a"},{"x":"b","y":"b"}]}"#
            ),
            // A structure of one, by its name.
            ([group("array", 1, repetition: 2), leaf("x", repetition: 0)], #"{"list":[{"x":"a"},{"x":"b"}]}"#),
            ([group("list_tuple", 1, repetition: 2), leaf("x", repetition: 0)], #"{"list":[{"x":"a"},{"x":"b"}]}"#),
            // A layer around the element, by whatever name.
            ([group("bag", 1, repetition: 2), leaf("x", repetition: 0)], #"{"list":["a","b"]}"#),
        ])
    func olderLists(below: [Element], expected: String) throws {
        let elements = [Self.group("schema", 1, repetition: 0), Self.group("list", 1, annotation: 3)] + below
        let leaves = try ParquetSchema(elements).leaves.count
        let columns = [ColumnData](repeating: Self.column([(0, 2, "a"), (1, 2, "b")]), count: leaves)
        #expect(try Self.rows(elements, columns, count: 1) == [expected])
    }

    @Test("know lists of lists in two levels") func listOfLists() throws {
        let elements = [
            Self.group("schema", 1, repetition: 0), Self.group("list", 1, annotation: 3),
            Self.group("array", 1, repetition: 2, annotation: 3), Self.leaf("array", repetition: 2),
        ]
        let column = Self.column([(0, 3, "a"), (2, 3, "b"), (1, 2, nil), (1, 3, "c"), (0, 1, nil), (0, 0, nil)])
        #expect(
            try Self.rows(elements, [column], count: 3) == [
                #"{"list":[["a","b"],[],["c"]]}"#, #"{"list":[]}"#, #"{"list":null}"#,
            ])
    }

    @Test(
        "need a schema that is a tree",
        arguments: [
            [], [group("schema", 2, repetition: 0), leaf("x")],
            [group("schema", 1, repetition: 0), leaf("x"), leaf("y")],
            [group("schema", 1, repetition: 0), group("empty", 0)], [leaf("x")],
            [group("schema", -1, repetition: 0)], [group("schema", 1, repetition: 0), leaf("x", type: 8)],
            [group("schema", 1, repetition: 0)] + (0..<100).map { group("g\($0)", 1) } + [leaf("x")],
        ])
    func brokenSchemas(elements: [ParquetMetadata.Element]) {
        #expect(throws: ParquetFault.self) { try ParquetSchema(elements) }
    }
}
