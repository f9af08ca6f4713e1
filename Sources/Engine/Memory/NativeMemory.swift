/// What this program needs at its peak, by formula.
///
/// Activations are float32; packed weights are decoded panel by panel, so no dequantized matrix stands in memory; logits
/// are made for `CrossEntropy`'s chunk of rows at a time.
public enum NativeMemory {
    private static let element = 4

    /// What the program takes before it has a model: code, libraries, the buffers of its threads. Measured on Linux with a
    /// debug build; a release build takes less, and a measurement brings its own.
    public static let fixedOverhead = 26 << 20

    /// Scoring: weights, then for each thread the widest moment of a block, or the logits.
    public static func inference(
        _ configuration: ModelConfiguration, weights: WeightMemory, _ workload: MemoryWorkload, threads: Int,
        overhead: Int = fixedOverhead
    ) -> MemoryEstimate {
        let tokens = max(workload.sequenceLength, min(LlamaScorer.defaultBatchTokens, workload.tokens))
        let batches = (workload.tokens + tokens - 1) / tokens
        let widest = configuration.layers.map { layer in
            let queries = layer.heads * configuration.headDimension
            let keys = layer.keyValueHeads * configuration.headDimension
            return 2 * configuration.hidden + max(2 * queries + 2 * keys, 2 * layer.intermediate)
        }
        let block = tokens * (widest.max() ?? 0)
        let rows = min(tokens, CrossEntropy.chunkRows)
        let scored = 3 * tokens * configuration.hidden + rows * (configuration.vocabulary + configuration.hidden)
        let used = min(threads, max(1, batches))
        return MemoryEstimate([
            .init("weights", weights.total),
            .init("activations and logits", used * element * max(block, scored)),
            .init("program", overhead),
        ])
    }

    /// Recovery with LoRA: weights; adapters with gradients and moments (16 bytes each); what the backward pass needs; and
    /// the widest moment on top of that: the chunk of logits, or the gradients inside one block.
    public static func recovery(
        _ configuration: ModelConfiguration, weights: WeightMemory, _ workload: MemoryWorkload,
        overhead: Int = fixedOverhead
    ) -> MemoryEstimate {
        let tokens = workload.tokens
        let hidden = configuration.hidden
        let rows = min(tokens, CrossEntropy.chunkRows)
        // The last residual, its norm and the norm's gradient; then logits with their rows in and out.
        let loss = 3 * tokens * hidden + rows * (configuration.vocabulary + 2 * hidden)
        let widest = configuration.layers.map { layer in
            let queries = layer.heads * configuration.headDimension
            let keys = layer.keyValueHeads * configuration.headDimension
            return max(3 * layer.intermediate, layer.intermediate * 2 + hidden, hidden + 2 * queries + 2 * keys)
        }
        let block = tokens * (3 * hidden + (widest.max() ?? 0))
        return MemoryEstimate([
            .init("weights", weights.total),
            .init("adapters and optimizer", 16 * workload.adapterParameters(configuration)),
            .init("activations", element * workload.savedElements(configuration)),
            .init("logits or gradients of a block", element * max(loss, block)),
            .init("program", overhead),
        ])
    }
}
