/// Splits ASCII text as GPT-2 does, before byte pairs are merged within each piece.
///
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
///
/// Source: Radford et al. 2019, the released encoder; in `tokenizer.json` it is `ByteLevel` with `use_regex`. Only ASCII
/// is accepted, where letters, digits and white space need no Unicode tables.
enum WordSplit {
    private enum Kind { case letter, digit, space, other }

    /// The pieces in order; together they are the text.
    static func pieces(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        precondition(bytes.allSatisfy { $0 < 0x80 }, "the world's text is ASCII")
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = end(of: start, in: bytes)
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }

    private static func end(of start: Int, in bytes: [UInt8]) -> Int {
        if let end = contraction(start, bytes) { return end }
        // One blank belongs to the word that follows it.
        let isLed = bytes[start] == UInt8(ascii: " ") && start + 1 < bytes.count && kind(bytes[start + 1]) != .space
        let first = isLed ? start + 1 : start
        let run = run(from: first, in: bytes)
        guard kind(bytes[first]) == .space, run < bytes.count, run - start > 1 else { return run }
        // White space before a word leaves its last character to the next piece.
        return run - 1
    }

    private static func run(from start: Int, in bytes: [UInt8]) -> Int {
        let kind = kind(bytes[start])
        return bytes[start...].firstIndex { self.kind($0) != kind } ?? bytes.count
    }

    private static func contraction(_ start: Int, _ bytes: [UInt8]) -> Int? {
        guard bytes[start] == UInt8(ascii: "'") else { return nil }
        let rest = bytes[(start + 1)...]
        return ["s", "t", "re", "ve", "m", "ll", "d"].first { rest.starts(with: $0.utf8) }
            .map { start + 1 + $0.utf8.count }
    }

    private static func kind(_ byte: UInt8) -> Kind {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case 0x09...0x0d, 0x20: .space
        default: .other
        }
    }
}
