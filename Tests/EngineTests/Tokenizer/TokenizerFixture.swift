import Foundation

@testable import Engine

/// Small tokenizers written by hand, as `tokenizer.json` holds them.
enum TokenizerFixture {
    static let llama3Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    static let qwen2Pattern = llama3Pattern.replacing("{1,3}", with: "")
    static let possessivePattern =
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#

    /// All bytes, ids 0 to 255, and a few merges after them.
    static func byteLevel(
        preTokenizer: String, normalizer: String = "null", addedTokens: String = "[]", ignoresMerges: Bool = false
    ) -> String {
        let alphabet = ByteAlphabet.scalars.compactMap(Unicode.Scalar.init).map { String($0) }
        let merges = [
            ("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("l", "l"), ("'", "s"), ("'", "S"), ("1", "2"), ("12", "3"),
            ("Ġ", "Ġ"), ("ĠĠ", "ĠĠ"), ("Ċ", "Ċ"), ("Ã", "©"), ("i", "n"), ("in", "g"), ("he", "ll"), ("hell", "o"),
            ("Ġ", "w"), ("'", "ll"), ("č", "Ċ"), ("ð", "Ł"), ("ðŁ", "ĺ"),
        ]
        return document(
            preTokenizer: preTokenizer, normalizer: normalizer, addedTokens: addedTokens, postProcessor: "null",
            decoder: #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"#,
            model: model(
                tokens: alphabet, merges: merges, areMergesPairs: true,
                settings: #""ignore_merges": \#(ignoresMerges)"#))
    }

    /// The decoder of the first Llama models.
    static let legacyDecoder = """
        {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
         {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """
    static let legacyNormalizer = """
        {"type": "Sequence", "normalizers": [
         {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
        """
    static let template = """
        {"type": "TemplateProcessing", "single": [
         {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
         {"SpecialToken": {"id": "</s>", "type_id": 0}}], "pair": [], "special_tokens": {
         "<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}
        """

    /// SentencePiece style: unknown, start and end, the bytes if asked for, characters, merges.
    static func sentencePiece(
        preTokenizer: String = "null", normalizer: String = "null", addedTokens: String = "[]",
        postProcessor: String = "null", decoder: String = "null", hasByteFallback: Bool = true,
        fusesUnknown: Bool = true
    ) -> String {
        let bytes = (0..<256).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }
        var characters: [String] = []
        for character in "▁abcdefghijklmnopqrstuvwxyzTheHIS.,!?'0123é".map({ String($0) })
        where !characters.contains(character) { characters.append(character) }
        let merges = [
            ("▁", "t"), ("h", "e"), ("▁t", "he"), ("▁", "▁"), ("▁▁", "▁▁"), ("l", "l"), ("he", "ll"), ("▁", "a"),
            ("i", "n"), ("in", "g"), ("e", "r"), ("▁", "w"), ("o", "r"), ("▁w", "or"),
        ]
        return document(
            preTokenizer: preTokenizer, normalizer: normalizer, addedTokens: addedTokens, postProcessor: postProcessor,
            decoder: decoder,
            model: model(
                tokens: ["<unk>", "<s>", "</s>"] + (hasByteFallback ? bytes : []) + characters, merges: merges,
                areMergesPairs: false,
                settings: """
                    "unk_token": "<unk>", "fuse_unk": \(fusesUnknown), "byte_fallback": \(hasByteFallback)
                    """))
    }

    /// An entry of "added_tokens".
    static func added(_ content: String, id: Int, _ further: String = #""special": true"#) -> String {
        """
        {"id": \(id), "content": "\(content)", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": false, \(further)}
        """
    }

    private static func model(
        tokens: [String], merges: [(String, String)], areMergesPairs: Bool, settings: String
    ) -> String {
        var entries: [String] = []
        for token in tokens + merges.map({ $0 + $1 }) where !entries.contains(token) { entries.append(token) }
        let vocabulary = entries.enumerated().map { "\(JSONValue.string($1).compactText): \($0)" }
        let pairs = merges.map { areMergesPairs ? "[\"\($0)\", \"\($1)\"]" : "\"\($0) \($1)\"" }
        return """
            {"type": "BPE", "vocab": {\(vocabulary.joined(separator: ", "))},
             "merges": [\(pairs.joined(separator: ", "))], \(settings)}
            """
    }

    static func document(
        preTokenizer: String, normalizer: String, addedTokens: String, postProcessor: String, decoder: String,
        model: String
    ) -> String {
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": \(addedTokens),
         "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer), "post_processor": \(postProcessor),
         "decoder": \(decoder), "model": \(model)}
        """
    }

    static func byteLevelPart(addsPrefixSpace: Bool = false, usesPattern: Bool = false) -> String {
        """
        {"type": "ByteLevel", "add_prefix_space": \(addsPrefixSpace), "trim_offsets": true, "use_regex": \(usesPattern)}
        """
    }

    /// Splits at a pattern, then turns bytes into characters.
    static func splitting(_ pattern: String, behavior: String = "Isolated", isInverted: Bool = false) -> String {
        """
        {"type": "Sequence", "pretokenizers": [{"type": "Split",
         "pattern": {"Regex": \(JSONValue.string(pattern).compactText)}, "behavior": "\(behavior)",
         "invert": \(isInverted)}, \(byteLevelPart())]}
        """
    }

    static func metaspace(_ scheme: String, cuts: Bool = true) -> String {
        #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "\#(scheme)", "split": \#(cuts)}"#
    }

    /// Loads a tokenizer from its text and further files.
    static func load(_ json: String, files: [String: String] = [:]) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        try folder.write("tokenizer.json", json)
        for (name, text) in files { try folder.write(name, text) }
        return try Tokenizer.load(directory: folder.url)
    }
}
