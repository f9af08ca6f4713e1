/// What a model needs on a GPU with PyTorch, PEFT and 16-bit activations, by formula.
///
/// Without what the GPU's driver and libraries take for themselves.
public enum AcceleratorMemory {
    /// Bytes of an activation.
    private static let element = 2

    /// Inference: weights, key/value cache, one dequantized matrix, the logits of one position.
    ///
    /// M = M_w + 2 T e Σ H_kv d + e max n + 4 V.
    public static func inference(
        _ configuration: ModelConfiguration, weights: WeightMemory, isQuantized: Bool, _ workload: MemoryWorkload
    ) -> MemoryEstimate {
        let cached = configuration.layers.reduce(0) { $0 + $1.keyValueHeads * configuration.headDimension }
        return MemoryEstimate([
            .init("weights", weights.total),
            .init("key/value cache", 2 * workload.cachedTokens * element * cached),
            .init("dequantized matrix", isQuantized ? element * weights.largestProjection : 0),
            .init("logits", 4 * configuration.vocabulary),
        ])
    }

    /// Recovery with LoRA: weights; adapters with gradients and Adam's moments in float32 (16 bytes each); what the
    /// backward pass needs; logits in 16 bits and their float32 softmax; one dequantized matrix.
    ///
    /// M = M_w + 16 P_A + M_act + tokens V (e + 4) + e max n.
    public static func recovery(
        _ configuration: ModelConfiguration, weights: WeightMemory, isQuantized: Bool, _ workload: MemoryWorkload
    ) -> MemoryEstimate {
        var masks = 0
        if workload.dropsOut {
            for layer in configuration.layers.indices {
                for target in workload.targets {
                    masks += workload.tokens * configuration.shape(of: target, layer: layer).columns
                }
            }
        }
        return MemoryEstimate([
            .init("weights", weights.total),
            .init("adapters and optimizer", 16 * workload.adapterParameters(configuration)),
            .init("activations", element * workload.savedElements(configuration)),
            .init("dropout masks", masks),
            .init("logits", workload.tokens * configuration.vocabulary * (element + 4)),
            .init("dequantized matrix", isQuantized ? element * weights.largestProjection : 0),
        ])
    }
}
