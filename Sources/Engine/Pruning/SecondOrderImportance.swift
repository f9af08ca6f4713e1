/// Second-order Taylor importance: w² · H summed over a channel, H the mean square of the samples' gradients in place of
/// the Hessian's diagonal.
///
/// Source: Ma et al. 2023, "LLM-Pruner", eq. 5 (element-wise, second order); "element²" in the paper, `param_second` in
/// its code. The factor on H (`FisherScale`) changes no ranking as long as all samples have the same length.
public struct SecondOrderImportance: Importance {
    /// "param_second"
    public let name = "param_second"
    /// Needs the gradient of every sample on its own.
    public let gradientOrder = GradientOrder.second

    /// The importance.
    public init() {}

    /// Σ w² · H per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) {
            Double(matrix.weights[$0]) * Double(matrix.squaredGradients[$0]) * Double(matrix.weights[$0])
        }
    }
}
