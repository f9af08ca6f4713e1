import Testing

@testable import Engine

@Suite("Parquet encodings") struct ParquetEncodingTests {
    @Test(
        "hold small numbers as runs and packed bits",
        arguments: [
            // The example of the specification: 0...7 in three bits.
            ([0x03, 0x88, 0xC6, 0xFA], 3, [0, 1, 2, 3, 4, 5, 6, 7]), ([0x0A, 0x01], 1, [1, 1, 1, 1, 1]),
            ([0x04, 0x2C, 0x01, 0x03, 0xFF, 0x00], 9, [300, 300, 255]), ([0x00, 0x05, 0x02, 0x06], 3, [6]),
            ([], 0, [0, 0]),
            // A run of 2³⁰ − 1 of which three are asked for.
            ([0xFE, 0xFF, 0xFF, 0xFF, 0x07, 0x01], 1, [1, 1, 1]),
        ] as [([UInt8], Int, [UInt32])])
    func hybrid(bytes: [UInt8], bitWidth: Int, expected: [UInt32]) throws {
        var cursor = ByteCursor(bytes[...])
        #expect(try HybridDecoder.values(&cursor, bitWidth: bitWidth, count: expected.count) == expected)
    }

    @Test(
        "hold small numbers that are cut off only in files that are refused",
        arguments: [([], 1), ([0x03], 3), ([0x03, 0x88, 0xC6], 3), ([0x02], 1), ([0x04, 0x01], 40), ([0x80], 1)]
            as [([UInt8], Int)])
    func brokenHybrid(bytes: [UInt8], bitWidth: Int) {
        var cursor = ByteCursor(bytes[...])
        #expect(throws: ParquetFault.self) { try HybridDecoder.values(&cursor, bitWidth: bitWidth, count: 8) }
    }

    @Test("have levels that are not too high") func levels() throws {
        var cursor = ByteCursor([0x03, 0b1110_0100, 0][...])
        #expect(throws: ParquetFault.self) { try HybridDecoder.levels(&cursor, highest: 2, count: 8) }
    }

    @Test(
        "hold integers as differences",
        arguments: [
            // The examples of the specification in blocks of the smallest allowed size.
            ([0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0], [1, 2, 3, 4, 5]),
            (
                [0x80, 0x01, 0x04, 0x08, 0x0E, 0x03, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0],
                [7, 5, 3, 1, 2, 3, 4, 5]
            ), ([0x80, 0x01, 0x04, 0x01, 0x53], [-42]), ([0x80, 0x01, 0x04, 0x00, 0x00], []),
            // The largest number and, wrapping around, the smallest.
            (
                [0x80, 0x01, 0x04, 0x02, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 2, 0, 0, 0, 0],
                [Int64.max, Int64.min]
            ),
        ] as [([UInt8], [Int64])])
    func deltas(bytes: [UInt8], expected: [Int64]) throws {
        var cursor = ByteCursor(bytes[...])
        #expect(try DeltaDecoder.integers(&cursor, count: expected.count) == expected)
        #expect(cursor.remaining == 0)
    }

    @Test(
        "hold differences in blocks that make sense",
        arguments: [
            [0x00, 0x04, 0x02, 0x02, 0x02, 0, 0, 0, 0], [0x80, 0x01, 0x00, 0x02, 0x02, 0x02, 0, 0, 0, 0],
            [0x80, 0x01, 0x08, 0x02, 0x02, 0x02, 0, 0, 0, 0, 0, 0, 0, 0],
            [0x80, 0x01, 0x04, 0x03, 0x02, 0x02, 0, 0, 0, 0],
            [0x80, 0x01, 0x04, 0x02, 0x02, 0x02, 65, 0, 0, 0], [0x80, 0x01, 0x04, 0x02, 0x02, 0x02, 9, 0, 0, 0],
            [0x80, 0x01, 0x04, 0x02, 0x02, 0x02, 0],
        ] as [[UInt8]])
    func brokenDeltas(bytes: [UInt8]) {
        var cursor = ByteCursor(bytes[...])
        #expect(throws: ParquetFault.self) { try DeltaDecoder.integers(&cursor, count: 2) }
    }

    @Test("take from the budget what texts share") func sharedPrefixes() throws {
        // Four texts, each the whole one before: 0, 5, 5, 5 bytes of it; 5, 0, 0, 0 bytes of its own.
        let prefixes: [UInt8] = [0x80, 0x01, 0x04, 0x04, 0x00, 0x00, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let suffixes: [UInt8] = [0x80, 0x01, 0x04, 0x04, 0x0A, 0x09, 3, 0, 0, 0, 0x68, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let bytes = prefixes + suffixes + Array("lamps".utf8)
        var budget = ParquetBudget(bytes: 20)
        var cursor = ByteCursor(bytes[...])
        #expect(
            try DeltaDecoder.prefixedTexts(&cursor, count: 4, budget: &budget)
                == [JSONValue](repeating: .string("lamps"), count: 4))
        budget = ParquetBudget(bytes: 19)
        cursor = ByteCursor(bytes[...])
        #expect(throws: ParquetFault(.tooLarge("19 bytes"))) {
            try DeltaDecoder.prefixedTexts(&cursor, count: 4, budget: &budget)
        }
    }

    @Test(
        "have numbers of at most 64 bits",
        arguments: [
            ([0x00], 0), ([0x96, 0x01], 150),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], UInt64.max),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], nil), ([0x80, 0x80], nil),
            ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], nil),
        ] as [([UInt8], UInt64?)])
    func varints(bytes: [UInt8], expected: UInt64?) {
        var cursor = ByteCursor(bytes[...])
        #expect((try? cursor.varint()) == expected)
    }

    @Test("are nested structures that end", arguments: [0x1C, 0x19, 0x1B] as [UInt8])
    func nesting(type: UInt8) {
        // Structures in structures, lists of lists, maps of maps: deeper than anyone writes.
        let step: [UInt8] = type == 0x1C ? [0x1C] : type == 0x19 ? [0x19] : [0x1B, 0x01, 0xBB]
        let bytes = [UInt8]([[UInt8]](repeating: step, count: 10_000).joined())
        var cursor = ByteCursor(bytes[...])
        #expect(throws: ParquetFault.self) { try ThriftCompactReader.structure(&cursor) }
    }
}
