/// Turns tokens back into text; each step takes and gives UTF-8 texts, which are joined at the end.
protocol TokenDecoder: Sendable {
    func decode(_ tokens: [[UInt8]]) -> [[UInt8]]
}

/// The decoders by the names that `tokenizer.json` gives them.
enum TokenDecoders {
    private static let supported = "Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace"

    static func read(_ part: TokenizerPart) throws(TokenizerError) -> any TokenDecoder {
        switch try part.type() {
        case "Sequence":
            return DecoderSequence(
                parts: try part.parts("decoders") { (part) throws(TokenizerError) in try read(part) })
        case "ByteLevel": return ByteLevelDecoder()
        case "Replace":
            return ReplaceDecoder(pattern: try part.pattern(), content: Array(try part.text("content").utf8))
        case "ByteFallback": return ByteFallbackDecoder()
        case "Fuse": return FuseDecoder()
        case "Strip":
            return StripDecoder(
                content: try part.scalar("content"), start: try part.count("start"), stop: try part.count("stop"))
        case "Metaspace":
            return MetaspaceDecoder(
                replacement: try part.scalar("replacement"), scheme: try MetaspacePreTokenizer.scheme(part))
        case let type: throw part.unsupported(type.quoted, supported: supported)
        }
    }
}

/// One decoder after the other.
struct DecoderSequence: TokenDecoder {
    let parts: [any TokenDecoder]

    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { parts.reduce(tokens) { $1.decode($0) } }
}

/// Joins all tokens into one.
struct FuseDecoder: TokenDecoder {
    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { [Array(tokens.joined())] }
}

/// Replaces every match of a pattern in each token.
struct ReplaceDecoder: TokenDecoder {
    let pattern: TextPattern
    let content: [UInt8]

    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { tokens.map { pattern.replacing(in: $0, with: content) } }
}
