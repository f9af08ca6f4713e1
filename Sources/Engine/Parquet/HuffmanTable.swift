/// A prefix code of Deflate as a table: the next bits, as many as the longest code has, name symbol and length.
///
/// Source: RFC 1951, section 3.2.2.
struct HuffmanTable {
    /// Bits of the longest code.
    let longest: Int
    /// Symbol · 16 + length of its code; 0 where no code begins so.
    private let entries: [UInt16]

    /// The code whose lengths are these, by symbol (at most 288); 0 is a symbol that does not occur.
    init(lengths: ArraySlice<UInt8>) throws(ParquetFault) {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths {
            guard length < 16 else { throw .damaged("gzip: a code of \(length) bits") }
            counts[Int(length)] += 1
        }
        counts[0] = 0
        longest = counts.lastIndex { $0 > 0 } ?? 0
        var next = [Int](repeating: 0, count: 16)
        var code = 0
        for length in 1..<16 {
            code = (code + counts[length - 1]) << 1
            next[length] = code
            guard code + counts[length] <= 1 << length else { throw .damaged("gzip: a code with too many symbols") }
        }
        var entries = [UInt16](repeating: 0, count: 1 << longest)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let length = Int(length)
            // Codes are written from their highest bit on, everything else from its lowest.
            var reversed = 0
            for bit in 0..<length where next[length] >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
            next[length] += 1
            for index in stride(from: reversed, to: entries.count, by: 1 << length) {
                entries[index] = UInt16(symbol << 4 | length)
            }
        }
        self.entries = entries
    }

    /// Symbol and length of the code that `bits` begin with; nil if none does.
    func symbol(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        let entry = entries[Int(bits & UInt64(entries.count - 1))]
        return entry == 0 ? nil : (Int(entry >> 4), Int(entry & 15))
    }
}
