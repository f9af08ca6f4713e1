/// A regular expression over UTF-8 text with the semantics of Oniguruma, for the notation that `PatternParser` lists.
struct RegularExpression: Sendable {
    private let program: PatternProgram

    init(_ pattern: String) throws(PatternError) {
        program = try PatternProgram(PatternParser.parse(pattern))
    }

    /// The matches, first to last, none overlapping another; an empty one never touches the match before it.
    func matches(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var matcher = PatternMatcher(program, text)
        var matches: [Range<Int>] = []
        var position = 0
        var lastEnd = -1
        while position <= text.count {
            if let end = matcher.match(at: position), end > position || end != lastEnd {
                matches.append(position..<end)
                lastEnd = end
                if end > position {
                    position = end
                    continue
                }
            }
            guard position < text.count else { break }
            position += UTF8Scalars.at(position, in: text).length
        }
        return matches
    }
}
