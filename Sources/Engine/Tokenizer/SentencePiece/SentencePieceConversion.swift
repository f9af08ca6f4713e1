/// A SentencePiece model said in the words of `tokenizer.json`, so that one tokenizer serves both.
///
/// Tokens merge in the order of the pieces that they make; text is escaped with ▁ and gets one in front; what no piece
/// covers becomes bytes. Source: Transformers' LlamaTokenizer made from `tokenizer.model`.
struct SentencePieceConversion {
    let model: SentencePieceModel
    /// `tokenizer_config.json`, if there is one.
    let configuration: JSONValue?
    /// `added_tokens.json`, if there is one: tokens with their ids.
    let added: JSONValue?

    /// The document.
    var json: JSONValue {
        var vocabulary: [JSONValue.Member] = []
        for (id, piece) in model.pieces.enumerated() {
            vocabulary.append(.init(name: piece.text, value: .number(String(id))))
        }
        let hasBytes = model.pieces.contains { $0.kind == .byte }
        let unknown = model.pieces.first { $0.kind == .unknown }?.text
        var members: [JSONValue.Member] = [
            .init(name: "added_tokens", value: .array(addedTokens)),
            .init(
                name: "model",
                value: [
                    "type": "BPE", "unk_token": unknown.map(JSONValue.string) ?? .null, "fuse_unk": .boolean(true),
                    "byte_fallback": .boolean(hasBytes), "vocab": .object(vocabulary), "merges": .array(merges),
                ]),
            .init(name: "decoder", value: ["type": "Sequence", "decoders": .array(decoders(hasBytes))]),
        ]
        let prefixes = model.addsPrefix && configuration?["add_prefix_space"]?.flag != false
        // Older tokenizers put a space in front of the text behind every special token as well.
        let isLegacy = configuration?["legacy"]?.flag ?? false
        members.append(
            .init(
                name: "pre_tokenizer",
                value: [
                    "type": "Metaspace", "replacement": "▁", "split": .boolean(false),
                    "prepend_scheme": .string(prefixes ? (isLegacy ? "always" : "first") : "never"),
                ]))
        if let template { members.append(.init(name: "post_processor", value: template)) }
        return .object(members)
    }

    /// Pairs of tokens whose concatenation is a token, in the order of the tokens that they make.
    private var merges: [JSONValue] {
        var ids: [[UInt8]: Int] = [:]
        for (id, piece) in model.pieces.enumerated() where piece.kind == .normal || piece.kind == .userDefined {
            ids[Array(piece.text.utf8)] = id
        }
        var merges: [JSONValue] = []
        for piece in model.pieces where piece.kind == .normal {
            let scalars = piece.text.unicodeScalars
            // Shorter left parts first, counted in scalars.
            var split = scalars.startIndex
            while split != scalars.endIndex {
                let left = String(scalars[..<split])
                let right = String(scalars[split...])
                if !left.isEmpty, ids[Array(left.utf8)] != nil, ids[Array(right.utf8)] != nil {
                    merges.append(.array([.string(left), .string(right)]))
                }
                split = scalars.index(after: split)
            }
        }
        return merges
    }

    private func decoders(_ hasBytes: Bool) -> [JSONValue] {
        var decoders: [JSONValue] = [
            ["type": "Replace", "pattern": ["String": "▁"], "content": " "]
        ]
        if hasBytes { decoders.append(["type": "ByteFallback"]) }
        decoders.append(["type": "Fuse"])
        if model.addsPrefix {
            decoders.append(["type": "Strip", "content": " ", "start": .number("1"), "stop": .number("0")])
        }
        return decoders
    }

    /// Control pieces and the unknown one are special; what the folder's files add comes behind.
    private var addedTokens: [JSONValue] {
        var tokens: [(id: Int, json: JSONValue)] = []
        func add(_ id: Int, _ text: String, _ settings: JSONValue?, isSpecial: Bool) {
            func flag(_ name: String) -> JSONValue { .boolean(settings?[name]?.flag ?? false) }
            tokens.removeAll { $0.id == id }
            tokens.append(
                (
                    id,
                    [
                        "id": .number(String(id)), "content": .string(text), "single_word": flag("single_word"),
                        "lstrip": flag("lstrip"), "rstrip": flag("rstrip"), "normalized": flag("normalized"),
                        "special": .boolean(settings?["special"]?.flag ?? isSpecial),
                    ]
                ))
        }
        for (id, piece) in model.pieces.enumerated() {
            switch piece.kind {
            case .control, .unknown: add(id, piece.text, nil, isSpecial: true)
            case .userDefined: add(id, piece.text, nil, isSpecial: false)
            case .normal, .unused, .byte: break
            }
        }
        for member in added?.members ?? [] {
            if let id = member.value.integer { add(id, member.name, nil, isSpecial: false) }
        }
        for member in configuration?["added_tokens_decoder"]?.members ?? [] {
            guard let id = Int(member.name), let text = member.value["content"]?.text else { continue }
            add(id, text, member.value, isSpecial: false)
        }
        return tokens.sorted { $0.id < $1.id }.map(\.json)
    }

    /// The tokens around a text: `<s>` in front unless `add_bos_token` says no, `</s>` behind if `add_eos_token` says so.
    private var template: JSONValue? {
        var single: [JSONValue] = []
        var special: [JSONValue.Member] = []
        func add(_ name: String, default standard: String) {
            let setting = configuration?["\(name)_token"]
            let text = setting?.text ?? setting?["content"]?.text ?? standard
            guard let id = model.pieces.firstIndex(where: { $0.text == text }) else { return }
            single.append(["SpecialToken": ["id": .string(text), "type_id": .number("0")]])
            special.append(
                .init(
                    name: text,
                    value: [
                        "id": .string(text), "ids": .array([.number(String(id))]), "tokens": .array([.string(text)]),
                    ]))
        }
        if configuration?["add_bos_token"]?.flag != false { add("bos", default: "<s>") }
        single.append(["Sequence": ["id": "A", "type_id": .number("0")]])
        if configuration?["add_eos_token"]?.flag == true { add("eos", default: "</s>") }
        guard !special.isEmpty else { return nil }
        return [
            "type": "TemplateProcessing", "single": .array(single), "pair": .array(single),
            "special_tokens": .object(special),
        ]
    }
}
