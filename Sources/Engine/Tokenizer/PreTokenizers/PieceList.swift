/// The pieces of a text that the model encodes each on its own.
struct PieceList {
    /// UTF-8.
    private(set) var bytes: [UInt8]
    /// Where the pieces lie in `bytes`; none is empty.
    private(set) var ranges: [Range<Int>]
    /// Whether the first piece starts where the whole text starts.
    private(set) var startsText: Bool

    /// One piece.
    init(_ bytes: [UInt8], startsText: Bool) {
        self.bytes = bytes
        ranges = bytes.isEmpty ? [] : [0..<bytes.count]
        self.startsText = startsText
    }

    /// Cuts every piece at the matches of `pattern`.
    mutating func split(_ pattern: TextPattern, _ behavior: SplitBehavior, inverted: Bool = false) {
        var pieces: [Range<Int>] = []
        pieces.reserveCapacity(ranges.count)
        bytes.withUnsafeBufferPointer { bytes in
            for range in ranges {
                let piece = UnsafeBufferPointer(rebasing: bytes[range])
                let spans = SplitBehavior.spans(pattern.matches(in: piece), count: piece.count, inverted: inverted)
                for cut in behavior.pieces(spans) where !cut.isEmpty {
                    pieces.append(range.lowerBound + cut.lowerBound..<range.lowerBound + cut.upperBound)
                }
            }
        }
        startsText = startsText && pieces.first?.lowerBound == ranges.first?.lowerBound
        ranges = pieces
    }

    /// Replaces every piece by what `body` appends for it; `isStart` says whether it starts the whole text.
    mutating func map(
        _ body: (_ piece: UnsafeBufferPointer<UInt8>, _ isStart: Bool, _ result: inout [UInt8]) -> Void
    ) {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 2)
        var pieces: [Range<Int>] = []
        pieces.reserveCapacity(ranges.count)
        bytes.withUnsafeBufferPointer { bytes in
            for (index, range) in ranges.enumerated() {
                let start = result.count
                body(UnsafeBufferPointer(rebasing: bytes[range]), startsText && index == 0, &result)
                if result.count > start { pieces.append(start..<result.count) }
            }
        }
        bytes = result
        ranges = pieces
    }
}

/// What becomes of the matches when a text is cut at them.
enum SplitBehavior: String, Sendable {
    case isolated = "Isolated"
    case removed = "Removed"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    typealias Span = (range: Range<Int>, isMatch: Bool)

    /// The matches and what lies between them, which change roles if `inverted`.
    static func spans(_ matches: [Range<Int>], count: Int, inverted: Bool) -> [Span] {
        var spans: [Span] = []
        spans.reserveCapacity(2 * matches.count + 1)
        var position = 0
        for match in matches {
            if match.lowerBound > position { spans.append((position..<match.lowerBound, inverted)) }
            spans.append((match, !inverted))
            position = match.upperBound
        }
        if position < count { spans.append((position..<count, inverted)) }
        return spans
    }

    /// The pieces, first to last; some may be empty.
    func pieces(_ spans: [Span]) -> [Range<Int>] {
        switch self {
        case .isolated: return spans.map(\.range)
        case .removed: return spans.filter { !$0.isMatch }.map(\.range)
        case .contiguous:
            var pieces: [Range<Int>] = []
            for (index, span) in spans.enumerated() {
                if index > 0, spans[index - 1].isMatch == span.isMatch, let last = pieces.popLast() {
                    pieces.append(last.lowerBound..<span.range.upperBound)
                } else {
                    pieces.append(span.range)
                }
            }
            return pieces
        case .mergedWithPrevious:
            var pieces: [Range<Int>] = []
            for (index, span) in spans.enumerated() {
                // Of several matches in a row only the first is merged.
                if span.isMatch, index > 0, !spans[index - 1].isMatch, let last = pieces.popLast() {
                    pieces.append(last.lowerBound..<span.range.upperBound)
                } else {
                    pieces.append(span.range)
                }
            }
            return pieces
        case .mergedWithNext:
            var pieces: [Range<Int>] = []
            for (index, span) in spans.enumerated().reversed() {
                // Of several matches in a row only the last is merged.
                if span.isMatch, index + 1 < spans.count, !spans[index + 1].isMatch, let next = pieces.popLast() {
                    pieces.append(span.range.lowerBound..<next.upperBound)
                } else {
                    pieces.append(span.range)
                }
            }
            return pieces.reversed()
        }
    }
}
