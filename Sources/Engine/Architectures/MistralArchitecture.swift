/// Mistral: every layer sees at most `sliding_window` tokens back, unless that is null.
///
/// Source: Jiang et al. 2023, "Mistral 7B", section 2.
struct MistralArchitecture: Architecture {
    let name = "mistral"
    let className = "MistralForCausalLM"
    let defaults = ArchitectureDefaults(keyValueHeads: 8, contextLength: 131_072)

    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures {
        var features = BlockFeatures(layers: layers)
        // A file that does not speak of the window means the class's own; null means none.
        let window =
            settings.json["sliding_window"] == nil
            ? 4096 : try settings.optional("sliding_window", at: ConfigurationSettings.Limit.context)
        features.windows = [Int?](repeating: window, count: layers)
        return features
    }

    func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {
        // Left out, it would be 4096.
        if configuration.layers.allSatisfy({ $0.window == nil }) { json.set("sliding_window", to: .null) }
    }
}
