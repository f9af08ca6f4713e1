/// When a replacement for a space is put before a text that starts without one.
enum PrependScheme: String, Sendable {
    /// Before every piece.
    case always
    /// Before the piece that starts the whole text.
    case first
    case never
}

/// Replaces spaces by a visible character and cuts before each, as SentencePiece does.
///
/// Source: Kudo and Richardson 2018, "SentencePiece", section 3.
struct MetaspacePreTokenizer: PreTokenizer {
    private let replacement: [UInt8]
    private let scheme: PrependScheme
    private let cuts: Bool

    init(_ part: TokenizerPart) throws(TokenizerError) {
        replacement = Array(String(try part.scalar("replacement")).utf8)
        scheme = try Self.scheme(part)
        cuts = try part.flag("split", default: true)
    }

    /// "prepend_scheme", or what the older "add_prefix_space" means.
    static func scheme(_ part: TokenizerPart) throws(TokenizerError) -> PrependScheme {
        guard let name = try part.optionalText("prepend_scheme") else {
            return try part.flag("add_prefix_space", default: true) ? .always : .never
        }
        guard let scheme = PrependScheme(rawValue: name) else {
            throw part.unsupported("prepend_scheme \(name.quoted)", supported: "always, first, never")
        }
        return scheme
    }

    func split(_ pieces: inout PieceList) {
        pieces.map { piece, isStart, result in
            let isPrefixed = piece.first == UInt8(ascii: " ") || piece.starts(with: replacement)
            if !isPrefixed, scheme == .always || scheme == .first && isStart { result += replacement }
            for byte in piece {
                if byte == UInt8(ascii: " ") { result += replacement } else { result.append(byte) }
            }
        }
        if cuts { pieces.split(.literal(replacement), .mergedWithNext) }
    }
}
