#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Writes `config.json`.
///
/// Widths are written as one number if all layers have the same, else as a list with one entry per layer. What a source
/// file says beyond the configuration (`torch_dtype`, `initializer_range`, …) is kept, in its order and digit by digit.
public enum ConfigurationWriter {
    /// The text of `config.json`, starting from the file `source` if there is one.
    ///
    /// - Parameter elementType: the number format that `torch_dtype` should name; `nil` leaves what the source says.
    /// - Throws: what reading `source` throws.
    public static func text(
        _ configuration: ModelConfiguration, source: URL? = nil, elementType: ElementType? = nil
    ) throws(CheckpointError) -> String {
        var document: JSONValue?
        var original: ModelConfiguration?
        if let source {
            let json = try ConfigurationReader.json(of: source)
            document = json
            original = try ConfigurationReader.read(json, path: source.path)
        }
        var json = json(configuration, source: document, original: original)
        if let elementType {
            // Newer versions of Transformers write "dtype".
            json.set(json["dtype"] == nil ? "torch_dtype" : "dtype", to: .string(elementType.torchName))
        }
        return json.prettyText
    }

    static func json(
        _ configuration: ModelConfiguration, source: JSONValue?, original: ModelConfiguration?
    ) -> JSONValue {
        var json =
            source
            ?? .object([
                .init(
                    name: "architectures",
                    value: .array([.string(Architectures.named(configuration.architecture)?.className ?? "")])),
                .init(name: "model_type", value: .string(configuration.architecture)),
                .init(name: "hidden_act", value: .string("silu")),
                .init(name: "attention_bias", value: .boolean(configuration.biases.contains(.output))),
                .init(name: "mlp_bias", value: .boolean(configuration.biases.contains(.down))),
            ])
        /// Leaves alone what is there and says the same in its own way, such as a list of token ids.
        func set<Value: Equatable>(
            _ key: String, _ field: KeyPath<ModelConfiguration, Value>, _ write: (Value) -> JSONValue
        ) {
            let value = configuration[keyPath: field]
            if json[key] == nil || original.map({ $0[keyPath: field] }) != value { json.set(key, to: write(value)) }
        }
        set("vocab_size", \.vocabulary, number)
        set("hidden_size", \.hidden, number)
        json.set("num_hidden_layers", to: number(configuration.layers.count))
        json.set("intermediate_size", to: widths(configuration.layers.map(\.intermediate)))
        json.set("num_attention_heads", to: widths(configuration.layers.map(\.heads)))
        json.set("num_key_value_heads", to: widths(configuration.layers.map(\.keyValueHeads)))
        set("head_dim", \.headDimension, number)
        set("max_position_embeddings", \.contextLength, number)
        set("rms_norm_eps", \.normEpsilon) { .number("\($0)") }
        setRotaryBase(configuration, original: original, in: &json)
        set("tie_word_embeddings", \.isTied) { .boolean($0) }
        for (key, field) in [
            ("bos_token_id", \ModelConfiguration.bosTokenID), ("eos_token_id", \.eosTokenID),
            ("pad_token_id", \.padTokenID),
        ] where original?[keyPath: field] != configuration[keyPath: field] {
            json.set(key, to: configuration[keyPath: field].map(number) ?? .null)
        }
        if let original, original.architecture != configuration.architecture {
            let className = Architectures.named(configuration.architecture)?.className ?? configuration.architecture
            json.set("architectures", to: .array([.string(className)]))
            json.set("model_type", to: .string(configuration.architecture))
        }
        Architectures.named(configuration.architecture)?.write(configuration, into: &json)
        return json
    }

    /// The base may stand in three places; a new one must not leave an old one behind.
    private static func setRotaryBase(
        _ configuration: ModelConfiguration, original: ModelConfiguration?, in json: inout JSONValue
    ) {
        let base = JSONValue.number("\(configuration.ropeTheta)")
        let hasChanged = original?.ropeTheta != configuration.ropeTheta
        for key in ["rope_parameters", "rope_scaling"] {
            guard hasChanged, var rope = json[key], rope["rope_theta"] != nil else { continue }
            rope.set("rope_theta", to: base)
            json.set(key, to: rope)
        }
        if hasChanged || json["rope_theta"] == nil { json.set("rope_theta", to: base) }
    }

    private static func number(_ value: Int) -> JSONValue { .number(String(value)) }

    private static func widths(_ widths: [Int]) -> JSONValue {
        guard let first = widths.first, widths.allSatisfy({ $0 == first }) else { return .array(widths.map(number)) }
        return number(first)
    }
}

extension ElementType {
    /// What PyTorch calls this format.
    fileprivate var torchName: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        }
    }
}
