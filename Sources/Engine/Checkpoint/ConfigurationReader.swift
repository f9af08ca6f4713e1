#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Reads `config.json` of a LlamaForCausalLM.
///
/// Anything that would change the computation and is not implemented is refused by its name. `num_attention_heads`,
/// `num_key_value_heads` and `intermediate_size` may be lists with one entry per layer, as pruned models have them.
public struct ConfigurationReader {
    private let json: JSONValue
    private let path: String

    /// The configuration in a file.
    ///
    /// - Throws: `missingFile`, `unreadable`, `emptyFile`, `invalidJSON`, `missingSetting`, `invalidSetting`,
    ///   `unsupportedSetting`.
    public static func read(_ url: URL) throws(CheckpointError) -> ModelConfiguration {
        try read(json(of: url), path: url.path)
    }

    /// The JSON document in a file.
    static func json(of url: URL) throws(CheckpointError) -> JSONValue {
        let file = try MappedFile(url)
        do {
            return try file.withUnsafeBytes { (bytes) throws(JSONError) in try JSONParser.parse(bytes) }
        } catch {
            throw .invalidJSON(file: url.path, byte: error.byte, reason: error.reason)
        }
    }

    static func read(_ json: JSONValue, path: String) throws(CheckpointError) -> ModelConfiguration {
        guard json.members != nil else {
            throw .invalidJSON(file: path, byte: 0, reason: "expected an object, found \(json.summary)")
        }
        return try ConfigurationReader(json: json, path: path).configuration()
    }

    private func configuration() throws(CheckpointError) -> ModelConfiguration {
        try refuseOtherArchitectures()
        try refuseUnsupportedSettings()
        let layerCount = try required("num_hidden_layers", at: Limit.layers)
        let heads = try perLayer("num_attention_heads", layers: layerCount, at: Limit.heads)
        let keyValueHeads =
            isAbsent("num_key_value_heads")
            ? heads : try perLayer("num_key_value_heads", layers: layerCount, at: Limit.heads)
        let intermediate = try perLayer("intermediate_size", layers: layerCount, at: Limit.intermediate)
        var layers: [ModelConfiguration.Layer] = []
        for layer in 0..<layerCount {
            guard heads[layer] % keyValueHeads[layer] == 0 else {
                throw invalid(
                    "num_key_value_heads", "\(keyValueHeads[layer]) in layer \(layer)",
                    "a divisor of its \(heads[layer]) attention heads")
            }
            layers.append(
                ModelConfiguration.Layer(
                    heads: heads[layer], keyValueHeads: keyValueHeads[layer], intermediate: intermediate[layer]))
        }
        let hidden = try required("hidden_size", at: Limit.hidden)
        let vocabulary = try required("vocab_size", at: Limit.vocabulary)
        return ModelConfiguration(
            hidden: hidden, headDimension: try headDimension(hidden: hidden, heads: heads), vocabulary: vocabulary,
            contextLength: try optional("max_position_embeddings", at: Limit.context) ?? 2048,
            ropeTheta: try ropeTheta(), normEpsilon: try positive(json["rms_norm_eps"], "rms_norm_eps") ?? 1e-6,
            isTied: try flag("tie_word_embeddings"), layers: layers,
            bosTokenID: try tokenID("bos_token_id", vocabulary: vocabulary),
            eosTokenID: try tokenID("eos_token_id", vocabulary: vocabulary),
            padTokenID: try? tokenID("pad_token_id", vocabulary: vocabulary))
    }

    /// Largest values accepted: far above every known model, and low enough that no product of them overflows.
    private enum Limit {
        static let layers = 1 << 12
        static let heads = 1 << 14
        static let headDimension = 1 << 12
        static let hidden = 1 << 18
        static let intermediate = 1 << 22
        static let vocabulary = 1 << 24
        static let context = 1 << 31
    }
}

// MARK: - What is refused

extension ConfigurationReader {
    private func refuseOtherArchitectures() throws(CheckpointError) {
        if let architectures = json["architectures"]?.elements, !architectures.isEmpty,
            !architectures.contains(.string("LlamaForCausalLM"))
        {
            throw unsupported("architecture", architectures[0].summary, "LlamaForCausalLM")
        }
        if let type = json["model_type"], type != .string("llama") {
            throw unsupported("model_type", type.summary, "llama")
        }
        if isAbsent("architectures") && isAbsent("model_type") {
            throw .missingSetting(key: "architectures", file: path)
        }
    }

    private func refuseUnsupportedSettings() throws(CheckpointError) {
        if let activation = json["hidden_act"], activation != .string("silu"), activation != .string("swish") {
            throw unsupported("hidden_act", activation.summary, "silu")
        }
        for key in ["attention_bias", "mlp_bias"] where try flag(key) {
            throw unsupported(key, "true", "false")
        }
        for key in ["rope_scaling", "rope_parameters"] {
            guard let rope = json[key], !rope.isNull else { continue }
            guard rope.members != nil else { throw invalid(key, rope.summary, "an object or null") }
            guard let type = rope["rope_type"] ?? rope["type"] else {
                guard key == "rope_parameters" else { throw unsupported(key, rope.summary, "null or type default") }
                continue
            }
            guard type == .string("default") else { throw unsupported("\(key) type", type.summary, "default") }
        }
        let partial = json["partial_rotary_factor"] ?? json["rope_parameters"]?["partial_rotary_factor"]
        if let partial, !partial.isNull, partial.double != 1 {
            throw unsupported("partial_rotary_factor", partial.summary, "1")
        }
        if let quantization = json["quantization_config"], !quantization.isNull {
            let method = quantization["quant_method"]?.summary ?? quantization.summary
            throw unsupported("quantization_config", method, "checkpoints with plain weights")
        }
    }
}

// MARK: - Single values

extension ConfigurationReader {
    private func unsupported(_ key: String, _ found: String, _ supported: String) -> CheckpointError {
        .unsupportedSetting(key: key, found: found, supported: supported, file: path)
    }

    private func invalid(_ key: String, _ found: String, _ expected: String) -> CheckpointError {
        .invalidSetting(key: key, found: found, expected: expected, file: path)
    }

    private func isAbsent(_ key: String) -> Bool { json[key]?.isNull ?? true }

    private func number(_ value: JSONValue, _ key: String, at limit: Int) throws(CheckpointError) -> Int {
        guard let number = value.integer, number > 0, number <= limit else {
            throw invalid(key, value.summary, "a whole number from 1 to \(limit)")
        }
        return number
    }

    private func optional(_ key: String, at limit: Int) throws(CheckpointError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        return try number(value, key, at: limit)
    }

    private func required(_ key: String, at limit: Int) throws(CheckpointError) -> Int {
        guard let number = try optional(key, at: limit) else { throw .missingSetting(key: key, file: path) }
        return number
    }

    private func perLayer(_ key: String, layers: Int, at limit: Int) throws(CheckpointError) -> [Int] {
        guard let elements = json[key]?.elements else {
            return [Int](repeating: try required(key, at: limit), count: layers)
        }
        guard elements.count == layers else {
            throw invalid(key, "a list of \(elements.count)", "one entry for each of the \(layers) layers")
        }
        var numbers: [Int] = []
        for element in elements { numbers.append(try number(element, key, at: limit)) }
        return numbers
    }

    private func headDimension(hidden: Int, heads: [Int]) throws(CheckpointError) -> Int {
        if let dimension = try optional("head_dim", at: Limit.headDimension) {
            guard dimension % 2 == 0 else { throw invalid("head_dim", "\(dimension)", "an even number") }
            return dimension
        }
        guard let first = heads.first, heads.allSatisfy({ $0 == first }) else {
            throw .missingSetting(key: "head_dim", file: path)
        }
        guard hidden % first == 0, hidden / first % 2 == 0, hidden / first <= Limit.headDimension else {
            throw invalid("hidden_size", "\(hidden)", "an even multiple of the \(first) attention heads")
        }
        return hidden / first
    }

    private func positive(_ value: JSONValue?, _ key: String) throws(CheckpointError) -> Double? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.double, number > 0 else { throw invalid(key, value.summary, "a positive number") }
        return number
    }

    private func ropeTheta() throws(CheckpointError) -> Double {
        let value = json["rope_parameters"]?["rope_theta"] ?? json["rope_scaling"]?["rope_theta"] ?? json["rope_theta"]
        return try positive(value, "rope_theta") ?? 10_000
    }

    private func flag(_ key: String) throws(CheckpointError) -> Bool {
        guard let value = json[key], !value.isNull else { return false }
        guard let flag = value.flag else { throw invalid(key, value.summary, "true or false") }
        return flag
    }

    /// A token id; the first of a list. Negative ids mean "none", as in the first LLaMA checkpoints.
    private func tokenID(_ key: String, vocabulary: Int) throws(CheckpointError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        let single = value.elements.map { $0.first ?? .null } ?? value
        guard let id = single.integer, id < vocabulary else {
            throw invalid(key, single.summary, "a token id below \(vocabulary)")
        }
        return id < 0 ? nil : id
    }
}
