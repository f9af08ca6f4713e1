/// Takes up to so many copies of a character from the ends of each token.
struct StripDecoder: TokenDecoder {
    private let content: [UInt8]
    private let start: Int
    private let stop: Int

    init(content: Unicode.Scalar, start: Int, stop: Int) {
        self.content = Array(String(content).utf8)
        self.start = start
        self.stop = stop
    }

    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
        tokens.map { token in
            var rest = token[...]
            var cuts = 0
            while cuts < start, rest.starts(with: content) {
                rest = rest.dropFirst(content.count)
                cuts += 1
            }
            cuts = 0
            while cuts < stop, rest.count >= content.count, rest.suffix(content.count).elementsEqual(content) {
                rest = rest.dropLast(content.count)
                cuts += 1
            }
            return Array(rest)
        }
    }
}

/// Turns the visible replacement back into spaces, and drops the one that was put before the text.
struct MetaspaceDecoder: TokenDecoder {
    private let replacement: [UInt8]
    private let scheme: PrependScheme

    init(replacement: Unicode.Scalar, scheme: PrependScheme) {
        self.replacement = Array(String(replacement).utf8)
        self.scheme = scheme
    }

    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
        tokens.enumerated().map { index, token in
            let isDropped = index == 0 && scheme != .never
            return TextPattern.literal(replacement).replacing(in: token, with: isDropped ? [] : [UInt8(ascii: " ")])
        }
    }
}
