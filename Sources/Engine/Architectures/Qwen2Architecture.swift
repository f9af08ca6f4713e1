/// Qwen 2 and 2.5: queries, keys and values have a bias; upper layers may have a sliding window.
///
/// Source: Yang et al. 2024, "Qwen2 Technical Report", section 2.2.
struct Qwen2Architecture: Architecture {
    let name = "qwen2"
    let className = "Qwen2ForCausalLM"
    let defaults = ArchitectureDefaults(keyValueHeads: 32, contextLength: 32_768)

    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures {
        var features = BlockFeatures(layers: layers)
        features.biases = [.query, .key, .value]
        features.windows = try LayerTypes.windows(settings, layers: layers)
        return features
    }

    func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {
        LayerTypes.write(configuration, into: &json)
    }
}
