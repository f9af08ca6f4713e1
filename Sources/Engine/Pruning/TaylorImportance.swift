/// First-order Taylor importance: the loss that removing each weight would cost, |w · ∂L/∂w|, summed over a channel.
///
/// Source: Ma et al. 2023, "LLM-Pruner", eq. 5 (element-wise, first order); `param_first` in their code.
public struct TaylorImportance: Importance {
    /// "taylor"
    public let name = "taylor"
    /// Needs one backward pass on calibration text.
    public let needsGradients = true

    /// The importance.
    public init() {}

    /// Σ |w · g| per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) { abs(Double(matrix.weights[$0] * matrix.gradients[$0])) }
    }
}
