/// SmolLM 3: every fourth layer does without rotary positions, or those that `no_rope_layers` marks with 0.
///
/// (SmolLM and SmolLM 2 are LLaMA models.) Source: Bakouch et al. 2025, "SmolLM3: smol, multilingual, long-context
/// reasoner"; Yang et al. 2025, "Rope to Nope and Back Again".
struct SmolLM3Architecture: Architecture {
    let name = "smollm3"
    let className = "SmolLM3ForCausalLM"
    let defaults = ArchitectureDefaults(
        keyValueHeads: 4, contextLength: 32_768, ropeTheta: 2_000_000, isTied: true)

    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures {
        var features = BlockFeatures(layers: layers)
        features.biases = try settings.switchedBiases()
        if let marks = settings.json["no_rope_layers"], !marks.isNull {
            let values = (marks.elements ?? []).map(\.integer)
            guard values.count == layers, values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw settings.invalid(
                    "no_rope_layers", marks.summary, "a list of 0 or 1 for each of the \(layers) layers")
            }
            features.isRotary = values.map { $0 == 1 }
        } else {
            let interval = try settings.optional("no_rope_layer_interval", at: 1 << 20) ?? 4
            features.isRotary = (0..<layers).map { ($0 + 1) % interval != 0 }
        }
        // Without a list, the layers without rotary positions have the window.
        let isWindowed = features.isRotary.map { !$0 }
        features.windows = try LayerTypes.windows(settings, layers: layers) { isWindowed[$0] }
        return features
    }

    func write(_ configuration: ModelConfiguration, into json: inout JSONValue) {
        json.set(
            "no_rope_layers", to: .array(configuration.layers.map { .number($0.isRotary ? "1" : "0") }))
        LayerTypes.write(configuration, into: &json)
    }
}
