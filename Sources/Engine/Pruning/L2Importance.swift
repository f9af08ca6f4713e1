/// Magnitude importance: the sum of squared weights of a channel, without gradients.
///
/// Source: Ma et al. 2023, "LLM-Pruner", the L2 baseline (no root is taken).
public struct L2Importance: Importance {
    /// "l2"
    public let name = "l2"
    /// Weights alone.
    public let gradientOrder = GradientOrder.none
    /// LLM-Pruner averages magnitudes.
    public let defaultReduction = GroupReduction.mean

    /// The importance.
    public init() {}

    /// Σ w² per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) { Double(matrix.weights[$0]) * Double(matrix.weights[$0]) }
    }
}
