/// Reads the sequences of blocks: some literals, then a copy of what was put out before.
///
/// Source: RFC 8878, section 3.1.1.3.2.
struct ZstandardSequences {
    /// What to put out.
    struct Sequence {
        let literals: Int
        let length: Int
        /// 1...3 name earlier offsets, larger values are offsets plus 3.
        let offset: Int
    }

    private enum Part: Int {
        case literals, offset, length
    }

    // The tables of an earlier block, which a later one may use again.
    private var tables: [FiniteStateTable?] = [nil, nil, nil]

    /// The sequences at the cursor, to the end.
    ///
    /// - Parameter put: takes each in turn.
    mutating func read(
        _ cursor: inout ByteCursor, _ put: (Sequence) throws(ParquetFault) -> Void
    ) throws(ParquetFault) {
        let first = Int(try cursor.byte())
        guard first > 0 else {
            guard cursor.remaining == 0 else { throw .damaged("Zstandard: bytes behind a block") }
            return
        }
        var count = first
        if first == 255 {
            let low = Int(try cursor.byte())
            count = low + (Int(try cursor.byte()) << 8) + 0x7F00
        } else if first >= 128 {
            count = ((first - 128) << 8) + Int(try cursor.byte())
        }
        let modes = Int(try cursor.byte())
        guard modes & 3 == 0 else { throw .damaged("Zstandard: unknown modes") }
        let literals = try table(.literals, mode: modes >> 6, &cursor)
        let offsets = try table(.offset, mode: modes >> 4 & 3, &cursor)
        let lengths = try table(.length, mode: modes >> 2 & 3, &cursor)
        var bits = try ReverseBits(try cursor.take(cursor.remaining))
        var literal = literals.start(&bits)
        var offset = offsets.start(&bits)
        var length = lengths.start(&bits)
        for index in 0..<count {
            let offsetCode = offsets.symbol(offset)
            let literalCode = literals.symbol(literal)
            let lengthCode = lengths.symbol(length)
            guard offsetCode < 32, Self.literalCodes.indices.contains(literalCode),
                Self.lengthCodes.indices.contains(lengthCode)
            else { throw .damaged("Zstandard: an unknown code") }
            let offsetValue = (1 << offsetCode) + bits.read(offsetCode)
            let lengthValue = Self.lengthCodes[lengthCode].base + bits.read(Self.lengthCodes[lengthCode].bits)
            let literalValue = Self.literalCodes[literalCode].base + bits.read(Self.literalCodes[literalCode].bits)
            if index < count - 1 {
                literal = literals.next(literal, &bits)
                length = lengths.next(length, &bits)
                offset = offsets.next(offset, &bits)
            }
            guard bits.left >= 0 else { throw .damaged("Zstandard: sequences without bits") }
            try put(Sequence(literals: literalValue, length: lengthValue, offset: offsetValue))
        }
        guard bits.left == 0 else { throw .damaged("Zstandard: sequences and their bits do not end together") }
    }

    private mutating func table(
        _ part: Part, mode: Int, _ cursor: inout ByteCursor
    ) throws(ParquetFault) -> FiniteStateTable {
        let highestAccuracy = part == .offset ? 8 : 9
        let table: FiniteStateTable
        switch mode {
        case 0:
            table = try FiniteStateTable(Self.predefined[part.rawValue], accuracy: part == .offset ? 5 : 6)
        case 1: table = FiniteStateTable(symbol: try cursor.byte())
        case 2: table = try FiniteStateTable(&cursor, highestAccuracy: highestAccuracy, symbols: 64)
        default:
            guard let earlier = tables[part.rawValue] else {
                throw .damaged("Zstandard: a table of before where there was none")
            }
            table = earlier
        }
        tables[part.rawValue] = table
        return table
    }

    /// The distributions of literals' numbers, offsets and copies' lengths where a block has none of its own.
    private static let predefined = [
        [
            4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1,
            -1,
        ],
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
        [1, 4, 3, 2, 2, 2, 2, 2, 2] + [Int](repeating: 1, count: 37) + [Int](repeating: -1, count: 7),
    ]

    private static let literalCodes = codes(
        from: 0,
        [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
            15, 16,
        ])
    private static let lengthCodes = codes(
        from: 3,
        [Int](repeating: 0, count: 32) + [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])

    /// Where each code begins if the one before ends there, and how many bits say how far into it.
    private static func codes(from start: Int, _ bits: [Int]) -> [(base: Int, bits: Int)] {
        var base = start
        return bits.map { bits in
            defer { base += 1 << bits }
            return (base, bits)
        }
    }
}
