/// Cuts a text into the pieces that the model encodes each on its own.
protocol PreTokenizer: Sendable {
    func split(_ pieces: inout PieceList)
}

/// The pre-tokenizers by the names that `tokenizer.json` gives them.
enum PreTokenizers {
    private static let supported =
        "Sequence, Split, ByteLevel, Metaspace, Digits, Punctuation, Whitespace, WhitespaceSplit"

    static func read(_ part: TokenizerPart) throws(TokenizerError) -> any PreTokenizer {
        switch try part.type() {
        case "Sequence":
            return PreTokenizerSequence(
                parts: try part.parts("pretokenizers") { (part) throws(TokenizerError) in try read(part) })
        case "Split":
            return SplitPreTokenizer(
                pattern: try part.pattern(), behavior: try behavior(part, default: nil),
                isInverted: try part.flag("invert", default: false))
        case "ByteLevel":
            return try ByteLevelPreTokenizer(
                addsPrefixSpace: part.flag("add_prefix_space", default: true),
                usesPattern: part.flag("use_regex", default: true), part)
        case "Metaspace": return try MetaspacePreTokenizer(part)
        case "Digits":
            let isIndividual = try part.flag("individual_digits", default: false)
            return SplitPreTokenizer(
                pattern: .scalars(.numeric), behavior: isIndividual ? .isolated : .contiguous, isInverted: false)
        case "Punctuation":
            return SplitPreTokenizer(
                pattern: .scalars(.punctuation), behavior: try behavior(part, default: .isolated), isInverted: false)
        case "Whitespace": return WhitespacePreTokenizer()
        case "WhitespaceSplit":
            return SplitPreTokenizer(pattern: .scalars(.whitespace), behavior: .removed, isInverted: false)
        case let type: throw part.unsupported(type.quoted, supported: supported)
        }
    }

    private static func behavior(
        _ part: TokenizerPart, default standard: SplitBehavior?
    ) throws(TokenizerError) -> SplitBehavior {
        if let standard, part.json["behavior"]?.isNull ?? true { return standard }
        let name = try part.text("behavior")
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw part.unsupported(
                "behavior \(name.quoted)",
                supported: "Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous")
        }
        return behavior
    }
}

/// One pre-tokenizer after the other.
struct PreTokenizerSequence: PreTokenizer {
    let parts: [any PreTokenizer]

    func split(_ pieces: inout PieceList) {
        for part in parts { part.split(&pieces) }
    }
}

/// Cuts at the matches of a pattern.
struct SplitPreTokenizer: PreTokenizer {
    let pattern: TextPattern
    let behavior: SplitBehavior
    let isInverted: Bool

    func split(_ pieces: inout PieceList) { pieces.split(pattern, behavior, inverted: isInverted) }
}

/// Cuts out white space, and between runs of word characters and runs of others.
struct WhitespacePreTokenizer: PreTokenizer {
    func split(_ pieces: inout PieceList) {
        pieces.split(.scalars(.whitespace), .removed)
        pieces.split(.scalars(.annexWord), .contiguous)
    }
}
