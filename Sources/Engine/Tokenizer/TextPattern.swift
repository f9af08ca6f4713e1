/// What a text is searched for.
enum TextPattern: Sendable {
    /// These bytes.
    case literal([UInt8])
    case expression(RegularExpression)
    /// Every single scalar of a set.
    case scalars(ScalarSet)

    /// The matches in UTF-8 text, first to last, none overlapping another.
    func matches(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        switch self {
        case .literal(let bytes): Self.matches(of: bytes, in: text)
        case .expression(let expression): expression.matches(in: text)
        case .scalars(let set): Self.matches(of: set, in: text)
        }
    }

    private static func matches(of bytes: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard let first = bytes.first, bytes.count <= text.count else { return [] }
        var matches: [Range<Int>] = []
        var position = 0
        while position <= text.count - bytes.count {
            if text[position] == first,
                bytes.indices.allSatisfy({ bytes[$0] == text[position + $0] })
            {
                matches.append(position..<position + bytes.count)
                position += bytes.count
            } else {
                position += 1
            }
        }
        return matches
    }

    private static func matches(of set: ScalarSet, in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var matches: [Range<Int>] = []
        var position = 0
        while position < text.count {
            let (scalar, length) = UTF8Scalars.at(position, in: text)
            if set.contains(scalar) { matches.append(position..<position + length) }
            position += length
        }
        return matches
    }

    /// `text` with every match replaced.
    func replacing(in text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
        let matches = text.withUnsafeBufferPointer { self.matches(in: $0) }
        guard !matches.isEmpty else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + matches.count * replacement.count)
        var position = 0
        for match in matches {
            result += text[position..<match.lowerBound]
            result += replacement
            position = match.upperBound
        }
        return result + text[position...]
    }
}
