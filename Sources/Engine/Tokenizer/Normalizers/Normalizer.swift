/// Changes a text before anything else looks at it.
protocol Normalizer: Sendable {
    /// The normalised text; both are UTF-8.
    func normalize(_ text: [UInt8]) -> [UInt8]
}

/// The normalizers by the names that `tokenizer.json` gives them.
enum Normalizers {
    private static let supported =
        "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents"

    static func read(_ part: TokenizerPart) throws(TokenizerError) -> any Normalizer {
        switch try part.type() {
        case "Sequence":
            return NormalizerSequence(
                parts: try part.parts("normalizers") { (part) throws(TokenizerError) in try read(part) })
        case "Prepend": return PrependNormalizer(prefix: Array(try part.text("prepend").utf8))
        case "Replace":
            return ReplaceNormalizer(pattern: try part.pattern(), content: Array(try part.text("content").utf8))
        case "Strip":
            return StripNormalizer(
                stripsLeft: try part.flag("strip_left", default: true),
                stripsRight: try part.flag("strip_right", default: true))
        case "Lowercase": return LowercaseNormalizer()
        case "StripAccents": return StripAccentsNormalizer()
        case let type:
            guard let form = UnicodeNormalizer(rawValue: type) else {
                throw part.unsupported(type.quoted, supported: supported)
            }
            return form
        }
    }
}

/// One normalizer after the other.
struct NormalizerSequence: Normalizer {
    let parts: [any Normalizer]

    func normalize(_ text: [UInt8]) -> [UInt8] { parts.reduce(text) { $1.normalize($0) } }
}
