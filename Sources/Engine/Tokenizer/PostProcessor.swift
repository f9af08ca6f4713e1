/// The ids that are put around every text.
struct PostProcessor: Sendable {
    var prefix: [Int32] = []
    var suffix: [Int32] = []

    private static let supported = "Sequence, TemplateProcessing, ByteLevel"

    /// Of templates only the one for a single text is used.
    static func read(_ part: TokenizerPart) throws(TokenizerError) -> PostProcessor {
        switch try part.type() {
        case "ByteLevel":
            // Changes offsets only, which nobody asks for here.
            return PostProcessor()
        case "TemplateProcessing": return try template(part)
        case "Sequence":
            var all = PostProcessor()
            for inner in try part.parts("processors", { (part) throws(TokenizerError) in try read(part) }) {
                all.prefix = inner.prefix + all.prefix
                all.suffix += inner.suffix
            }
            return all
        case let type: throw part.unsupported(type.quoted, supported: supported)
        }
    }

    private static func template(_ part: TokenizerPart) throws(TokenizerError) -> PostProcessor {
        var result = PostProcessor()
        var sequences = 0
        for item in try part.parts("single", { (part) throws(TokenizerError) in part }) {
            if item.json["Sequence"] != nil {
                sequences += 1
            } else {
                guard let name = item.json["SpecialToken"]?["id"]?.text else {
                    throw item.invalid("neither a Sequence nor a SpecialToken")
                }
                // Names are looked up by their bytes, as in vocabularies.
                let entry = part.json["special_tokens"]?.members?.last { $0.name.utf8.elementsEqual(name.utf8) }
                let ids = entry?.value["ids"]?.elements?.compactMap(\.integer).compactMap(Int32.init(exactly:))
                guard let ids, !ids.isEmpty, ids.allSatisfy({ $0 >= 0 }) else {
                    throw .missingToken(token: name, neededBy: part.name, file: part.file)
                }
                if sequences == 0 { result.prefix += ids } else { result.suffix += ids }
            }
        }
        guard sequences == 1 else { throw part.invalid("'single' needs exactly one Sequence") }
        return result
    }
}
