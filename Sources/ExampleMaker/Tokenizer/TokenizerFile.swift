/// The tokens that are not text.
enum SpecialToken: String, CaseIterable, Sendable {
    case begin = "<|begin_of_text|>"
    case end = "<|end_of_text|>"
    case padding = "<|pad|>"
}

/// Writes an encoding as Hugging Face's `tokenizer.json` and `tokenizer_config.json`.
///
/// Pre-tokenizer and decoder are `ByteLevel` with GPT-2's pattern; the post-processor puts the beginning-of-text token
/// before each text. Special tokens have the last three ids.
struct TokenizerFile: Sendable {
    let encoding: BytePairEncoding
    /// Longest input of the model, in tokens.
    let contextLength: Int

    /// Id of a special token.
    func id(of special: SpecialToken) -> Int {
        encoding.tokens.count + (SpecialToken.allCases.firstIndex(of: special) ?? 0)
    }

    /// The text of `tokenizer.json`.
    var tokenizer: String {
        JSONText.object([
            ("version", .string("1.0")),
            ("truncation", .null),
            ("padding", .null),
            ("added_tokens", .array(SpecialToken.allCases.map(added))),
            ("normalizer", .null),
            ("pre_tokenizer", byteLevel),
            ("post_processor", template),
            ("decoder", byteLevel),
            ("model", model),
        ]).page
    }

    /// The text of `tokenizer_config.json`.
    var configuration: String {
        JSONText.object([
            ("tokenizer_class", .string("PreTrainedTokenizerFast")),
            ("model_max_length", .integer(contextLength)),
            ("clean_up_tokenization_spaces", .bool(false)),
            ("bos_token", .string(SpecialToken.begin.rawValue)),
            ("eos_token", .string(SpecialToken.end.rawValue)),
            ("pad_token", .string(SpecialToken.padding.rawValue)),
        ]).page
    }

    private func added(_ special: SpecialToken) -> JSONText {
        .object([
            ("id", .integer(id(of: special))),
            ("content", .string(special.rawValue)),
            ("single_word", .bool(false)),
            ("lstrip", .bool(false)),
            ("rstrip", .bool(false)),
            ("normalized", .bool(false)),
            ("special", .bool(true)),
        ])
    }

    private var byteLevel: JSONText {
        .object([
            ("type", .string("ByteLevel")),
            ("add_prefix_space", .bool(false)),
            ("trim_offsets", .bool(true)),
            ("use_regex", .bool(true)),
        ])
    }

    private var template: JSONText {
        let begin = SpecialToken.begin.rawValue
        func special(_ type: Int) -> JSONText {
            .object([("SpecialToken", .object([("id", .string(begin)), ("type_id", .integer(type))]))])
        }
        func sequence(_ name: String, _ type: Int) -> JSONText {
            .object([("Sequence", .object([("id", .string(name)), ("type_id", .integer(type))]))])
        }
        let entry = JSONText.object([
            ("id", .string(begin)),
            ("ids", .array([.integer(id(of: .begin))])),
            ("tokens", .array([.string(begin)])),
        ])
        return .object([
            ("type", .string("TemplateProcessing")),
            ("single", .array([special(0), sequence("A", 0)])),
            ("pair", .array([special(0), sequence("A", 0), special(1), sequence("B", 1)])),
            ("special_tokens", .object([(begin, entry)])),
        ])
    }

    private var model: JSONText {
        let tokens = encoding.tokens
        let merges = encoding.merges.map { merge -> JSONText in
            .string("\(ByteAlphabet.text(tokens[merge.left])) \(ByteAlphabet.text(tokens[merge.right]))")
        }
        let vocabulary =
            tokens.enumerated().map { (ByteAlphabet.text($1), JSONText.integer($0)) }
            + SpecialToken.allCases.map { ($0.rawValue, JSONText.integer(id(of: $0))) }
        return .object([
            ("type", .string("BPE")),
            ("dropout", .null),
            ("unk_token", .null),
            ("continuing_subword_prefix", .null),
            ("end_of_word_suffix", .null),
            ("fuse_unk", .bool(false)),
            ("byte_fallback", .bool(false)),
            ("ignore_merges", .bool(false)),
            ("vocab", .object(vocabulary)),
            ("merges", .array(merges)),
        ])
    }
}
