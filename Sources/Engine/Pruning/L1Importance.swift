/// Magnitude importance: the sum of absolute weights of a channel, without gradients.
///
/// Source: Ma et al. 2023, "LLM-Pruner", the L1 baseline.
public struct L1Importance: Importance {
    /// "l1"
    public let name = "l1"
    /// Weights alone.
    public let gradientOrder = GradientOrder.none
    /// LLM-Pruner averages magnitudes.
    public let defaultReduction = GroupReduction.mean

    /// The importance.
    public init() {}

    /// Σ |w| per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) { abs(Double(matrix.weights[$0])) }
    }
}
