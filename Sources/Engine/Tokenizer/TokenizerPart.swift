/// One part of `tokenizer.json` while it is read: its JSON, and where it stands for messages.
struct TokenizerPart {
    let json: JSONValue
    /// Where the part stands, such as "pre_tokenizer" or "decoder.decoders[2]".
    let name: String
    let file: String

    /// The value of "type".
    func type() throws(TokenizerError) -> String { try text("type") }

    func unsupported(_ found: String, supported: String) -> TokenizerError {
        .unsupported(part: name, found: found, supported: supported, file: file)
    }

    func invalid(_ reason: String) -> TokenizerError { .invalid(part: name, reason: reason, file: file) }

    /// The text of a member that must be there.
    func text(_ key: String) throws(TokenizerError) -> String {
        guard let text = json[key]?.text else { throw invalid("\(key.quoted) is missing or not a text") }
        return text
    }

    /// The text of a member, or nil where it is absent or null.
    func optionalText(_ key: String) throws(TokenizerError) -> String? {
        guard let value = json[key], !value.isNull else { return nil }
        return try text(key)
    }

    /// The truth value of a member, or `standard` where it is absent or null.
    func flag(_ key: String, default standard: Bool) throws(TokenizerError) -> Bool {
        guard let value = json[key], !value.isNull else { return standard }
        guard let flag = value.flag else { throw invalid("\(key.quoted) is \(value.summary), not true or false") }
        return flag
    }

    /// The number of a member that must be there and not be negative.
    func count(_ key: String) throws(TokenizerError) -> Int {
        guard let count = json[key]?.integer, count >= 0 else { throw invalid("\(key.quoted) is not a count") }
        return count
    }

    /// The only scalar of a text that must be there.
    func scalar(_ key: String) throws(TokenizerError) -> Unicode.Scalar {
        let scalars = try text(key).unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first else {
            throw invalid("\(key.quoted) is not a single character")
        }
        return scalar
    }

    /// The elements of a list of parts, each to be read by `read`.
    func parts<Part>(
        _ key: String, _ read: (TokenizerPart) throws(TokenizerError) -> Part
    ) throws(TokenizerError) -> [Part] {
        guard let elements = json[key]?.elements else { throw invalid("\(key.quoted) is missing or not a list") }
        var parts: [Part] = []
        for (index, element) in elements.enumerated() {
            parts.append(try read(TokenizerPart(json: element, name: "\(name).\(key)[\(index)]", file: file)))
        }
        return parts
    }

    /// The member "pattern": `{"String": …}` or `{"Regex": …}`.
    func pattern() throws(TokenizerError) -> TextPattern {
        if let literal = json["pattern"]?["String"]?.text { return .literal(Array(literal.utf8)) }
        guard let pattern = json["pattern"]?["Regex"]?.text else {
            throw invalid("'pattern' is neither a String nor a Regex")
        }
        return try expression(pattern)
    }

    /// A regular expression, whose errors name it and the file.
    func expression(_ pattern: String) throws(TokenizerError) -> TextPattern {
        do {
            return .expression(try RegularExpression(pattern))
        } catch {
            throw .invalidPattern(pattern: pattern, offset: error.offset, reason: error.reason, file: file)
        }
    }
}
