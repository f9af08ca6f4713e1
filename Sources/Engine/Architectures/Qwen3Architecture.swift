/// Qwen 3 (dense): queries and keys are normalised head by head; `attention_bias` and windows as in other models.
///
/// Source: Yang et al. 2025, "Qwen3 Technical Report", section 2.
struct Qwen3Architecture: Architecture {
    let name = "qwen3"
    let className = "Qwen3ForCausalLM"
    let defaults = ArchitectureDefaults(keyValueHeads: 32, headDimension: 128, contextLength: 32_768)

    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures {
        var features = BlockFeatures(layers: layers)
        features.hasHeadNorms = true
        if try settings.flag("attention_bias") { features.biases = [.query, .key, .value, .output] }
        features.windows = try LayerTypes.windows(settings, layers: layers)
        return features
    }

    func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {
        LayerTypes.write(configuration, into: &json)
    }
}
