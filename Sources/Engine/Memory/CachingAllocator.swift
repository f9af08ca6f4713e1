/// How PyTorch's caching allocator for CUDA counts what it hands out.
///
/// Requests are rounded up to 512 bytes. One of 10 MiB or more gets a segment of its own, rounded up to 2 MiB, whose
/// remainder is split off only if it is larger than 1 MiB, and counts as allocated otherwise.
/// Source: PyTorch's documentation of CUDA memory management; the rule reproduces LLM-Pruner's published memory.
public enum CachingAllocator {
    private static let mebibyte = 1 << 20

    /// Bytes that count as allocated for a request.
    public static func allocated(_ bytes: Int) -> Int {
        let rounded = (bytes + 511) / 512 * 512
        guard rounded >= 10 * mebibyte else { return rounded }
        let segment = (rounded + 2 * mebibyte - 1) / (2 * mebibyte) * (2 * mebibyte)
        return segment - rounded > mebibyte ? rounded : segment
    }

    /// What `torch.cuda.memory_allocated` says after loading a LLaMA in 16 bits with Transformers as LLM-Pruner used it:
    /// every weight, and per layer the rotary frequencies and the cosines and sines of all positions.
    ///
    /// Reproduces LLM-Pruner's memory column: 12884.5, 10375.5 and 6533.9 MiB for LLaMA-7B whole, at 20 % and at 50 %.
    public static func loaded(_ configuration: ModelConfiguration) -> Int {
        let hidden = configuration.hidden
        let vocabulary = allocated(2 * configuration.vocabulary * hidden)
        let norm = allocated(2 * hidden)
        let rotary =
            2 * allocated(2 * configuration.contextLength * configuration.headDimension)
            + allocated(2 * configuration.headDimension)
        return configuration.layers.indices.reduce(vocabulary * (configuration.isTied ? 1 : 2) + norm) { sum, layer in
            Projection.allCases.reduce(sum + 2 * norm + rotary) {
                $0 + allocated(2 * configuration.shape(of: $1, layer: layer).count)
            }
        }
    }
}
