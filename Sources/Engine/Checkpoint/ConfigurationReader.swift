#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Reads `config.json` of the architectures in `Architectures`.
///
/// Anything that would change the computation and is not implemented is refused by its name. `num_attention_heads`,
/// `num_key_value_heads` and `intermediate_size` may be lists with one entry per layer, as pruned models have them.
public struct ConfigurationReader {
    private typealias Limit = ConfigurationSettings.Limit
    private let settings: ConfigurationSettings

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
        return try ConfigurationReader(settings: ConfigurationSettings(json: json, path: path)).configuration()
    }

    private func configuration() throws(CheckpointError) -> ModelConfiguration {
        let architecture = try Architectures.read(settings)
        let defaults = architecture.defaults
        try refuseUnsupportedSettings()
        let layerCount = try settings.required("num_hidden_layers", at: Limit.layers)
        let heads = try settings.perLayer("num_attention_heads", layers: layerCount, at: Limit.heads)
        let features = try architecture.features(settings, layers: layerCount)
        let layers = try layers(heads, defaults, features)
        let hidden = try settings.required("hidden_size", at: Limit.hidden)
        let vocabulary = try settings.required("vocab_size", at: Limit.vocabulary)
        let contextLength =
            try settings.optional("max_position_embeddings", at: Limit.context) ?? defaults.contextLength
        let rotary = try settings.rotary(defaults, contextLength: contextLength)
        return ModelConfiguration(
            architecture: architecture.name, hidden: hidden,
            headDimension: try headDimension(hidden: hidden, heads: heads, defaults), vocabulary: vocabulary,
            contextLength: contextLength, ropeTheta: rotary.theta, ropeScaling: rotary.scaling,
            normEpsilon: try settings.positive(settings.json["rms_norm_eps"], "rms_norm_eps") ?? 1e-6,
            isTied: try settings.flag("tie_word_embeddings", default: defaults.isTied),
            biases: features.biases, hasHeadNorms: features.hasHeadNorms, layers: layers,
            bosTokenID: try settings.tokenID("bos_token_id", vocabulary: vocabulary),
            eosTokenID: try settings.tokenID("eos_token_id", vocabulary: vocabulary),
            padTokenID: try? settings.tokenID("pad_token_id", vocabulary: vocabulary))
    }

    private func layers(
        _ heads: [Int], _ defaults: ArchitectureDefaults, _ features: BlockFeatures
    ) throws(CheckpointError) -> [ModelConfiguration.Layer] {
        let keyValueHeads: [Int]
        switch (settings.json["num_key_value_heads"], defaults.keyValueHeads) {
        // Left out, it is the class's own number; null, as many as there are heads.
        case (nil, let count?): keyValueHeads = [Int](repeating: count, count: heads.count)
        case (nil, nil), (.null?, _): keyValueHeads = heads
        default: keyValueHeads = try settings.perLayer("num_key_value_heads", layers: heads.count, at: Limit.heads)
        }
        let intermediate = try settings.perLayer("intermediate_size", layers: heads.count, at: Limit.intermediate)
        var layers: [ModelConfiguration.Layer] = []
        for layer in heads.indices {
            guard heads[layer] % keyValueHeads[layer] == 0 else {
                throw settings.invalid(
                    "num_key_value_heads", "\(keyValueHeads[layer]) in layer \(layer)",
                    "a divisor of its \(heads[layer]) attention heads")
            }
            layers.append(
                ModelConfiguration.Layer(
                    heads: heads[layer], keyValueHeads: keyValueHeads[layer], intermediate: intermediate[layer],
                    window: features.windows[layer], isRotary: features.isRotary[layer]))
        }
        return layers
    }

    private func headDimension(
        hidden: Int, heads: [Int], _ defaults: ArchitectureDefaults
    ) throws(CheckpointError) -> Int {
        if let dimension = try settings.optional("head_dim", at: Limit.headDimension) {
            guard dimension % 2 == 0 else { throw settings.invalid("head_dim", "\(dimension)", "an even number") }
            return dimension
        }
        if settings.json["head_dim"] == nil, let dimension = defaults.headDimension { return dimension }
        guard let first = heads.first, heads.allSatisfy({ $0 == first }) else {
            throw .missingSetting(key: "head_dim", file: settings.path)
        }
        guard hidden % first == 0, hidden / first % 2 == 0, hidden / first <= Limit.headDimension else {
            throw settings.invalid("hidden_size", "\(hidden)", "an even multiple of the \(first) attention heads")
        }
        return hidden / first
    }

    private func refuseUnsupportedSettings() throws(CheckpointError) {
        if let activation = settings.json["hidden_act"], activation != .string("silu"), activation != .string("swish") {
            throw settings.unsupported("hidden_act", activation.summary, "silu")
        }
        if let quantization = settings.json["quantization_config"], !quantization.isNull {
            let method = quantization["quant_method"]?.summary ?? quantization.summary
            throw settings.unsupported("quantization_config", method, "checkpoints with plain weights")
        }
    }
}
