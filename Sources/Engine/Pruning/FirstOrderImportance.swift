/// First-order Taylor importance: the loss that removing each weight would cost, |w · ∂L/∂w|, summed over a channel.
///
/// Source: Ma et al. 2023, "LLM-Pruner", eq. 5 (element-wise, first order); "element¹" in the paper, `param_first` in
/// its code.
public struct FirstOrderImportance: Importance {
    /// "param_first"
    public let name = "param_first"
    /// Needs one backward pass on calibration text.
    public let gradientOrder = GradientOrder.first

    /// The importance.
    public init() {}

    /// Σ |w · g| per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) { abs(Double(matrix.weights[$0] * matrix.gradients[$0])) }
    }
}
