/// A token that is recognised in the text before the model sees it, such as `<s>`.
struct AddedToken: Sendable {
    let id: Int32
    let content: [UInt8]
    /// Whether it is left out when special tokens are skipped.
    let isSpecial: Bool
    /// Whether it counts only where no word character touches it.
    let isSingleWord: Bool
    /// Whether it takes the white space before it.
    let stripsLeft: Bool
    /// Whether it takes the white space after it.
    let stripsRight: Bool
    /// Whether it is looked for in the normalised text, itself normalised.
    let isNormalized: Bool

    static func read(_ part: TokenizerPart) throws(TokenizerError) -> AddedToken {
        guard let id = part.json["id"]?.integer, (0...BytePairEncodingReader.largestID).contains(id) else {
            throw part.invalid("'id' is not a token id")
        }
        let isSpecial = try part.flag("special", default: false)
        return AddedToken(
            id: Int32(id), content: Array(try part.text("content").utf8), isSpecial: isSpecial,
            isSingleWord: try part.flag("single_word", default: false),
            stripsLeft: try part.flag("lstrip", default: false), stripsRight: try part.flag("rstrip", default: false),
            isNormalized: try part.flag("normalized", default: !isSpecial))
    }
}

/// Finds added tokens in a text: leftmost first, and the longest of those that start at the same place.
struct AddedTokenFinder: Sendable {
    enum Segment: Equatable {
        case token(Int32)
        case text(Range<Int>)
    }

    /// Tokens and what they are looked for as, by their first byte, longest first.
    private var candidates = [[(content: [UInt8], token: AddedToken)]](repeating: [], count: 256)
    private var isEmpty = true

    /// Finds tokens as `content` spells them.
    init(_ tokens: [AddedToken], content: (AddedToken) -> [UInt8]) {
        for token in tokens {
            let content = content(token)
            guard let first = content.first else { continue }
            isEmpty = false
            candidates[Int(first)].append((content, token))
        }
        for index in candidates.indices {
            // Of two tokens with the same content the first in the file counts, so the order must be stable.
            candidates[index] = candidates[index].enumerated()
                .sorted { (-$0.element.content.count, $0.offset) < (-$1.element.content.count, $1.offset) }
                .map(\.element)
        }
    }

    /// The text cut into tokens and what lies between them; no text is empty.
    func segments(of text: [UInt8]) -> [Segment] {
        guard !text.isEmpty else { return [] }
        guard !isEmpty else { return [.text(0..<text.count)] }
        return text.withUnsafeBufferPointer { segments(of: $0) }
    }

    private func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
        var segments: [Segment] = []
        var textStart = 0
        var position = 0
        while position < text.count {
            let found = candidates[Int(text[position])].first { Self.stands($0.content, at: position, in: text) }
            guard let (content, token) = found else {
                position += 1
                continue
            }
            var range = position..<position + content.count
            position = range.upperBound
            if token.isSingleWord, Self.touchesWord(range, in: text) { continue }
            if token.stripsLeft {
                range = max(Self.spaceStart(before: range.lowerBound, in: text), textStart)..<range.upperBound
            }
            if token.stripsRight { range = range.lowerBound..<Self.spaceEnd(after: range.upperBound, in: text) }
            if textStart < range.lowerBound { segments.append(.text(textStart..<range.lowerBound)) }
            segments.append(.token(token.id))
            textStart = range.upperBound
            position = max(position, textStart)
        }
        if textStart < text.count { segments.append(.text(textStart..<text.count)) }
        return segments
    }

    private static func stands(_ content: [UInt8], at position: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        content.count <= text.count - position && content.indices.allSatisfy { content[$0] == text[position + $0] }
    }

    private static func touchesWord(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        if range.lowerBound > 0 {
            let before = UTF8Scalars.before(range.lowerBound, in: text)
            if ScalarSet.annexWord.contains(UTF8Scalars.at(before, in: text).scalar) { return true }
        }
        return range.upperBound < text.count
            && ScalarSet.annexWord.contains(UTF8Scalars.at(range.upperBound, in: text).scalar)
    }

    private static func spaceStart(before end: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var start = end
        while start > 0 {
            let before = UTF8Scalars.before(start, in: text)
            guard ScalarSet.whitespace.contains(UTF8Scalars.at(before, in: text).scalar) else { break }
            start = before
        }
        return start
    }

    private static func spaceEnd(after start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var end = start
        while end < text.count {
            let (scalar, length) = UTF8Scalars.at(end, in: text)
            guard ScalarSet.whitespace.contains(scalar) else { break }
            end += length
        }
        return end
    }
}
