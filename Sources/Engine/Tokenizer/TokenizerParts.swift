#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The parts of a tokenizer, read from the files of a model directory.
struct TokenizerParts {
    let normalizer: (any Normalizer)?
    let preTokenizer: (any PreTokenizer)?
    let model: BytePairEncoding
    let postProcessor: PostProcessor
    let decoder: (any TokenDecoder)?
    let addedTokens: [AddedToken]
    /// Contents of the tokens by id; nil where an id is not used.
    let contents: [[UInt8]?]
    let bosTokenID: Int32?
    let eosTokenID: Int32?

    static func read(directory: URL) throws(TokenizerError) -> TokenizerParts {
        let document = try document(in: directory)
        return try read(document.json, path: document.url.path) { (contents) throws(TokenizerError) in
            try SpecialTokens(directory: directory, contents: contents)
        }
    }

    /// `tokenizer.json`, or what it would say where there is only a SentencePiece model.
    static func document(in directory: URL) throws(TokenizerError) -> (json: JSONValue, url: URL) {
        let url = directory.appending(path: "tokenizer.json")
        let pieces = directory.appending(path: "tokenizer.model")
        let manager = FileManager.default
        guard !manager.fileExists(atPath: url.path), manager.fileExists(atPath: pieces.path) else {
            return (try json(of: url), url)
        }
        func optional(_ name: String) throws(TokenizerError) -> JSONValue? {
            let url = directory.appending(path: name)
            return manager.fileExists(atPath: url.path) ? try json(of: url) : nil
        }
        let conversion = SentencePieceConversion(
            model: try SentencePieceModel.read(pieces), configuration: try optional("tokenizer_config.json"),
            added: try optional("added_tokens.json"))
        return (conversion.json, pieces)
    }

    /// The parts that a document describes; `special` finds the tokens that start and end a text.
    static func read(
        _ json: JSONValue, path: String,
        special find: ([[UInt8]?]) throws(TokenizerError) -> SpecialTokens
    ) throws(TokenizerError) -> TokenizerParts {
        guard json.members != nil else {
            throw .invalid(part: "the document", reason: "it is not an object", file: path)
        }
        let whole = TokenizerPart(json: json, name: "the document", file: path)
        func optional<Part>(
            _ name: String, _ read: (TokenizerPart) throws(TokenizerError) -> Part
        ) throws(TokenizerError) -> Part? {
            guard let json = json[name], !json.isNull else { return nil }
            return try read(TokenizerPart(json: json, name: name, file: path))
        }
        guard let model = try optional("model", BytePairEncodingReader.read) else {
            throw whole.invalid("'model' is missing")
        }
        var added: [AddedToken] = []
        if json["added_tokens"] != nil, json["added_tokens"] != .null {
            added = try whole.parts("added_tokens", AddedToken.read)
        }
        let normalizer = try optional("normalizer", Normalizers.read)
        let contents = contents(model.vocabulary, added, normalizer: normalizer)
        let special = try find(contents)
        return TokenizerParts(
            normalizer: normalizer,
            preTokenizer: try optional("pre_tokenizer", PreTokenizers.read), model: model,
            postProcessor: try optional("post_processor", PostProcessor.read) ?? PostProcessor(),
            decoder: try optional("decoder", TokenDecoders.read), addedTokens: added, contents: contents,
            bosTokenID: special.bos, eosTokenID: special.eos)
    }

    /// A token that is looked for in normalised text is also given back as that text spells it.
    private static func contents(
        _ vocabulary: [ByteKey: Int32], _ added: [AddedToken], normalizer: (any Normalizer)?
    ) -> [[UInt8]?] {
        let largest = max(vocabulary.values.max() ?? -1, added.map(\.id).max() ?? -1)
        var contents = [[UInt8]?](repeating: nil, count: Int(largest) + 1)
        for (token, id) in vocabulary {
            // Two tokens with one id: the choice must not depend on the order of a dictionary.
            if let known = contents[Int(id)], known.lexicographicallyPrecedes(token.bytes) { continue }
            contents[Int(id)] = Array(token.bytes)
        }
        for token in added {
            let isNormalized = token.isNormalized && !token.isSpecial
            contents[Int(token.id)] =
                isNormalized ? normalizer?.normalize(token.content) ?? token.content : token.content
        }
        return contents
    }

    fileprivate static func json(of url: URL) throws(TokenizerError) -> JSONValue {
        do {
            return try ConfigurationReader.json(of: url)
        } catch {
            throw .file(error)
        }
    }
}

/// The tokens that start and end a text.
struct SpecialTokens {
    let bos: Int32?
    let eos: Int32?

    init(bos: Int32?, eos: Int32?) {
        self.bos = bos
        self.eos = eos
    }

    init(directory: URL, contents: [[UInt8]?]) throws(TokenizerError) {
        var files: [(json: JSONValue, path: String)] = []
        for name in ["tokenizer_config.json", "special_tokens_map.json", "config.json"] {
            let url = directory.appending(path: name)
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            files.append((try TokenizerParts.json(of: url), url.path))
        }
        bos = try Self.id("bos", in: files, contents)
        eos = try Self.id("eos", in: files, contents)
    }

    /// The first file that speaks of the token decides, also when it says that there is none.
    private static func id(
        _ name: String, in files: [(json: JSONValue, path: String)], _ contents: [[UInt8]?]
    ) throws(TokenizerError) -> Int32? {
        for (json, path) in files {
            if let value = json["\(name)_token"] {
                if value.isNull { return nil }
                guard let text = value.text ?? value["content"]?.text else {
                    throw .invalid(part: "\(name)_token", reason: "it is \(value.summary), not a token", file: path)
                }
                guard let id = contents.firstIndex(where: { $0?.elementsEqual(text.utf8) ?? false }) else {
                    throw .missingToken(token: text, neededBy: "\(name)_token", file: path)
                }
                return Int32(id)
            }
            if let value = json["\(name)_token_id"], !value.isNull {
                let id = (value.elements?.first ?? value).integer
                guard let id, contents.indices.contains(id), contents[id] != nil else { return nil }
                return Int32(id)
            }
        }
        return nil
    }
}
