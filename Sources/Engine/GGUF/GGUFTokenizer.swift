#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The metadata that says what a tokenizer is: for a runtime's own tokenizers the tokens with their kinds, scores or
/// merges, and `tokenizer.json` as a whole.
struct GGUFTokenizer {
    /// Where `tokenizer.json` stands in a file.
    static let documentKey = "tokenizer.huggingface.json"

    private let document: JSONValue
    private let tokenizer: Tokenizer
    private let vocabulary: Int

    /// The tokenizer of a folder, for a model with that many rows in its embedding.
    /// - Throws: `TokenizerError`; `GGUFError.notExpressible` if it has tokens that the model has no row for.
    init(folder: URL, vocabulary: Int) throws {
        document = try TokenizerParts.document(in: folder).json
        tokenizer = try Tokenizer.load(directory: folder)
        self.vocabulary = vocabulary
        guard tokenizer.largestID < vocabulary else {
            throw GGUFError.notExpressible(
                what: "token \(tokenizer.largestID) of a model whose embedding has \(vocabulary) rows",
                hint: "the tokenizer in \(folder.path) does not belong to the model")
        }
    }

    /// Numbers of the kinds of tokens.
    private enum Kind: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// Whether a pre-tokenizer was found that runtimes know; otherwise their own tokenization may differ.
    var isKnown: Bool { isSentencePiece || preTokenizer != nil }

    private var isSentencePiece: Bool { document["model"]?["byte_fallback"]?.flag == true }

    /// Keys with their values.
    var entries: [(key: String, value: GGUFValue)] {
        var entries: [(key: String, value: GGUFValue)] = []
        func add(_ key: String, _ value: GGUFValue) { entries.append(("tokenizer.ggml.\(key)", value)) }
        let texts = tokenizer.tokens(for: (0..<vocabulary).map(Int32.init))
        let merges = merges
        add("model", .string(isSentencePiece ? "llama" : "gpt2"))
        if !isSentencePiece { add("pre", .string(preTokenizer ?? "default")) }
        add("tokens", .strings(texts.enumerated().map { $1 ?? "[PAD\($0)]" }))
        if isSentencePiece { add("scores", .float32s(scores(texts, merges))) }
        add("token_type", .int32s(kinds(texts)))
        if !isSentencePiece { add("merges", .strings(merges.map { "\($0) \($1)" })) }
        if let id = tokenizer.bosTokenID { add("bos_token_id", .uint32(UInt32(id))) }
        if let id = tokenizer.eosTokenID { add("eos_token_id", .uint32(UInt32(id))) }
        if let unknown = document["model"]?["unk_token"]?.text, let id = texts.firstIndex(of: unknown) {
            add("unknown_token_id", .uint32(UInt32(id)))
        }
        let empty = tokenizer.encode("", addSpecialTokens: true)
        add("add_bos_token", .bool(tokenizer.bosTokenID.map { empty.first == $0 } ?? false))
        add("add_eos_token", .bool(tokenizer.eosTokenID.map { empty.count > 1 && empty.last == $0 } ?? false))
        if isSentencePiece {
            let plain = tokenizer.encode("a", addSpecialTokens: false)
            let first = tokenizer.tokens(for: Array(plain.prefix(1))).first ?? nil
            add("add_space_prefix", .bool(first?.hasPrefix("▁") ?? false))
        }
        entries.append((Self.documentKey, .string(document.compactText)))
        return entries
    }

    private var merges: [(String, String)] {
        (document["model"]?["merges"]?.elements ?? []).compactMap { merge in
            if let pair = merge.elements {
                guard pair.count == 2, let left = pair[0].text, let right = pair[1].text else { return nil }
                return (left, right)
            }
            guard let text = merge.text, let space = text.firstIndex(of: " ") else { return nil }
            return (String(text[..<space]), String(text[text.index(after: space)...]))
        }
    }

    /// Runtimes merge the pair whose token has the highest score: minus the rank of the first merge that makes it.
    private func scores(_ texts: [String?], _ merges: [(String, String)]) -> [Float] {
        var rank: [String: Int] = [:]
        for (index, merge) in merges.enumerated() where rank[merge.0 + merge.1] == nil {
            rank[merge.0 + merge.1] = index
        }
        return texts.map { text in text.flatMap { rank[$0] }.map { -Float($0) } ?? 0 }
    }

    private func kinds(_ texts: [String?]) -> [Int] {
        var added: [Int: Kind] = [:]
        for token in document["added_tokens"]?.elements ?? [] {
            if let id = token["id"]?.integer {
                added[id] = token["special"]?.flag == true ? .control : .userDefined
            }
        }
        let unknown = document["model"]?["unk_token"]?.text
        return texts.enumerated().map { id, text -> Int in
            guard let text else { return Kind.unused.rawValue }
            if let unknown, text == unknown { return Kind.unknown.rawValue }
            if let kind = added[id] { return kind.rawValue }
            let isByte = isSentencePiece && text.utf8.count == 6 && text.hasPrefix("<0x") && text.hasSuffix(">")
            return (isByte ? Kind.byte : .normal).rawValue
        }
    }

    /// The name under which runtimes know how a text is cut before its pieces are encoded.
    private var preTokenizer: String? {
        let parts = document["pre_tokenizer"].map { $0["pretokenizers"]?.elements ?? [$0] } ?? []
        let types = parts.map { $0["type"]?.text ?? "" }
        if types == ["ByteLevel"] { return parts[0]["use_regex"]?.flag != false ? "gpt-2" : nil }
        if types == ["Digits", "ByteLevel"], parts[0]["individual_digits"]?.flag == true { return "smollm" }
        guard types == ["Split", "ByteLevel"], let pattern = parts[0]["pattern"]?["Regex"]?.text else { return nil }
        let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        let rest = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
        switch pattern {
        // Both cut alike; the first takes a piece that is a token as a whole without merging.
        case contractions + "\\p{N}{1,3}" + rest:
            return document["model"]?["ignore_merges"]?.flag == true ? "llama-bpe" : "dbrx"
        case contractions + "\\p{N}" + rest: return "qwen2"
        default: return nil
        }
    }
}
