/// Reads the part "model" of `tokenizer.json`.
enum BytePairEncodingReader {
    /// Largest id accepted: far above every known vocabulary.
    static let largestID = 1 << 22

    static func read(_ part: TokenizerPart) throws(TokenizerError) -> BytePairEncoding {
        // The oldest files do not name the type of a model with merges.
        let hasMerges = part.json["merges"] != nil
        let type = part.json["type"] == nil && hasMerges ? "BPE" : try part.type()
        guard type == "BPE" else { throw part.unsupported(type.quoted, supported: "BPE") }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let text = try part.optionalText(key), !text.isEmpty {
                throw part.unsupported("\(key) \(text.quoted)", supported: "null")
            }
        }
        if let dropout = part.json["dropout"], !dropout.isNull, dropout.double != 0 {
            throw part.unsupported("dropout \(dropout.summary)", supported: "null")
        }
        let vocabulary = try vocabulary(part)
        var options = BytePairEncoding.Options()
        options.fusesUnknown = try part.flag("fuse_unk", default: false)
        options.hasByteFallback = try part.flag("byte_fallback", default: false)
        options.ignoresMerges = try part.flag("ignore_merges", default: false)
        if let token = try part.optionalText("unk_token") {
            guard let id = vocabulary[ByteKey(token)] else {
                throw .missingToken(token: token, neededBy: "\(part.name).unk_token", file: part.file)
            }
            options.unknownID = id
        }
        return BytePairEncoding(
            vocabulary: vocabulary, merges: try merges(part, vocabulary: vocabulary), options: options)
    }

    private static func vocabulary(_ part: TokenizerPart) throws(TokenizerError) -> [ByteKey: Int32] {
        guard let members = part.json["vocab"]?.members else { throw part.invalid("'vocab' is missing") }
        var vocabulary: [ByteKey: Int32] = [:]
        vocabulary.reserveCapacity(members.count)
        for member in members {
            guard let id = member.value.integer, (0...largestID).contains(id) else {
                throw part.invalid("token \(member.name.quoted) has id \(member.value.summary)")
            }
            vocabulary[ByteKey(member.name)] = Int32(id)
        }
        return vocabulary
    }

    private static func merges(
        _ part: TokenizerPart, vocabulary: [ByteKey: Int32]
    ) throws(TokenizerError) -> MergeTable {
        guard let elements = part.json["merges"]?.elements else { throw part.invalid("'merges' is missing") }
        var table = MergeTable(capacity: elements.count)
        for (index, element) in elements.enumerated() {
            guard let (left, right) = pair(element), let rank = UInt32(exactly: index) else {
                throw part.invalid("merge \(index) is not a pair of tokens")
            }
            func id(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) -> Int32 {
                guard let id = vocabulary[ByteKey(bytes)] else {
                    throw .missingToken(
                        token: String(decoding: bytes, as: UTF8.self), neededBy: "merge \(index)", file: part.file)
                }
                return id
            }
            table.insert(try id(left), try id(right), rank: rank, merged: try id(left + right))
        }
        return table
    }

    /// The two tokens of `["a", "b"]` or `"a b"`.
    private static func pair(_ element: JSONValue) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        if let tokens = element.elements {
            guard tokens.count == 2, let left = tokens[0].text, let right = tokens[1].text else { return nil }
            return (Array(left.utf8)[...], Array(right.utf8)[...])
        }
        guard let bytes = element.text.map({ Array($0.utf8) }),
            let space = bytes.firstIndex(of: UInt8(ascii: " ")),
            !bytes[(space + 1)...].contains(UInt8(ascii: " "))
        else { return nil }
        return (bytes[..<space], bytes[(space + 1)...])
    }
}
