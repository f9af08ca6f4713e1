/// LLaMA 1, 2 and 3, and what shares their blocks: Vicuna, TinyLlama, SmolLM, SmolLM 2, and others.
///
/// `attention_bias` gives all four projections of the attention a bias, `mlp_bias` all three of the MLP.
/// Source: Touvron et al. 2023, "LLaMA: Open and Efficient Foundation Language Models"; Dubey et al. 2024 for LLaMA 3.
struct LlamaArchitecture: Architecture {
    let name = "llama"
    let className = "LlamaForCausalLM"
    let defaults = ArchitectureDefaults()

    func features(_ settings: ConfigurationSettings, layers: Int) throws(CheckpointError) -> BlockFeatures {
        var features = BlockFeatures(layers: layers)
        features.biases = try settings.switchedBiases()
        return features
    }
}

extension ConfigurationSettings {
    /// The biases that `attention_bias` and `mlp_bias` switch on.
    func switchedBiases() throws(CheckpointError) -> [Projection] {
        var biases: [Projection] = []
        if try flag("attention_bias") { biases += [.query, .key, .value, .output] }
        if try flag("mlp_bias") { biases += [.gate, .up, .down] }
        return biases
    }
}
