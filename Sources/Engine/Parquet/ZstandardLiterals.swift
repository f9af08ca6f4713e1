/// The prefix code of a block's literals.
///
/// Source: RFC 8878, section 4.2.
struct ZstandardLiteralCode {
    private static let longestCode = 11

    private let longest: Int
    /// Symbol and length of its code, by the next `longest` bits.
    private var entries: [(symbol: UInt8, length: UInt8)] = []

    /// The code whose description comes next.
    init(_ cursor: inout ByteCursor) throws(ParquetFault) {
        var weights = try Self.weights(&cursor)
        var sum = 0
        for weight in weights {
            guard weight <= Self.longestCode else { throw .damaged("Zstandard: a weight of \(weight)") }
            if weight > 0 { sum += 1 << (weight - 1) }
        }
        // The last weight is not written: it makes the sum a power of two.
        guard sum > 0, weights.count < 256 else { throw .damaged("Zstandard: a code without symbols") }
        longest = Int.bitWidth - sum.leadingZeroBitCount
        let missing = (1 << longest) - sum
        guard longest <= Self.longestCode, missing.nonzeroBitCount == 1 else {
            throw .damaged("Zstandard: a code that is not complete")
        }
        weights.append(missing.trailingZeroBitCount + 1)
        entries.reserveCapacity(1 << longest)
        for weight in 1...longest {
            for (symbol, other) in weights.enumerated() where other == weight {
                let entry = (symbol: UInt8(symbol), length: UInt8(longest + 1 - weight))
                entries.append(contentsOf: repeatElement(entry, count: 1 << (weight - 1)))
            }
        }
        guard entries.count == 1 << longest else { throw .damaged("Zstandard: a code that is not complete") }
    }

    private static func weights(_ cursor: inout ByteCursor) throws(ParquetFault) -> [Int] {
        let header = Int(try cursor.byte())
        guard header < 128 else {
            let count = header - 127
            let bytes = try cursor.take((count + 1) / 2)
            return Array(bytes.flatMap { [Int($0 >> 4), Int($0 & 15)] }.prefix(count))
        }
        var part = ByteCursor(try cursor.take(header))
        let table = try FiniteStateTable(&part, highestAccuracy: 6, symbols: 256)
        var bits = try ReverseBits(part.rest)
        // Two states take turns until the bits are used up; then the other still has a symbol.
        var state = table.start(&bits)
        var other = table.start(&bits)
        guard bits.left >= 0 else { throw .damaged("Zstandard: weights without bits") }
        var weights: [Int] = []
        while weights.count < 255 {
            weights.append(table.symbol(state))
            state = table.next(state, &bits)
            if bits.left < 0 {
                weights.append(table.symbol(other))
                return weights
            }
            swap(&state, &other)
        }
        throw .damaged("Zstandard: too many weights")
    }

    /// Appends `count` symbols, which take all bits.
    func decode(_ bytes: ArraySlice<UInt8>, count: Int, into output: inout [UInt8]) throws(ParquetFault) {
        var bits = try ReverseBits(bytes)
        for _ in 0..<count {
            let (symbol, length) = entries[bits.peek(longest)]
            bits.skip(Int(length))
            guard bits.left >= 0 else { break }
            output.append(symbol)
        }
        guard bits.left == 0 else { throw .damaged("Zstandard: literals and their bits do not end together") }
    }
}

/// Reads the literals of blocks.
///
/// Source: RFC 8878, section 3.1.1.3.1.
struct ZstandardLiterals {
    /// The code of an earlier block, which a later one may use again.
    private var code: ZstandardLiteralCode?

    /// The literals at the cursor, at most 128 KiB of them.
    mutating func read(_ cursor: inout ByteCursor) throws(ParquetFault) -> [UInt8] {
        let header = cursor.rest
        let kind = ReverseBits.bits(header, at: 0, count: 2)
        let format = ReverseBits.bits(header, at: 2, count: 2)
        if kind < 2 {
            let (bytes, start, width) = [(1, 3, 5), (2, 4, 12), (1, 3, 5), (3, 4, 20)][format]
            _ = try cursor.take(bytes)
            let size = try Self.checked(ReverseBits.bits(header, at: start, count: width))
            return kind == 0 ? Array(try cursor.take(size)) : [UInt8](repeating: try cursor.byte(), count: size)
        }
        let (bytes, width) = [(3, 10), (3, 10), (4, 14), (5, 18)][format]
        _ = try cursor.take(bytes)
        let size = try Self.checked(ReverseBits.bits(header, at: 4, count: width))
        var part = ByteCursor(try cursor.take(ReverseBits.bits(header, at: 4 + width, count: width)))
        if kind == 2 { code = try ZstandardLiteralCode(&part) }
        guard let code else { throw .damaged("Zstandard: a code of before where there was none") }
        var literals: [UInt8] = []
        literals.reserveCapacity(size)
        if format == 0 {
            try code.decode(part.rest, count: size, into: &literals)
            return literals
        }
        // Four streams; the sizes of the first three.
        var sizes = ByteCursor(try part.take(6))
        let quarter = (size + 3) / 4
        guard quarter * 3 <= size else { throw .damaged("Zstandard: \(size) literals in four streams") }
        for _ in 0..<3 {
            let low = Int(try sizes.byte())
            let stream = try part.take(Int(try sizes.byte()) << 8 | low)
            try code.decode(stream, count: quarter, into: &literals)
        }
        try code.decode(part.rest, count: size - quarter * 3, into: &literals)
        return literals
    }

    private static func checked(_ size: Int) throws(ParquetFault) -> Int {
        guard size <= Zstandard.largestBlock else { throw .damaged("Zstandard: \(size) literals in a block") }
        return size
    }
}
