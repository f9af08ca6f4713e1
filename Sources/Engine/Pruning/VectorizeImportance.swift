/// First-order Taylor importance of a channel as a whole: |Σ w · ∂L/∂w|, so that opposite effects cancel.
///
/// Source: Ma et al. 2023, "LLM-Pruner", "vector" in the paper; `vectorize` in its code.
public struct VectorizeImportance: Importance {
    /// "vectorize"
    public let name = "vectorize"
    /// Needs one backward pass on calibration text.
    public let gradientOrder = GradientOrder.first

    /// The importance.
    public init() {}

    /// |Σ w · g| per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) { Double(matrix.weights[$0] * matrix.gradients[$0]) }.map(abs)
    }
}
