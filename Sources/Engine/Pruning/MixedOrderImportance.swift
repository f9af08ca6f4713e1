/// Both orders of the Taylor expansion of what removing each weight costs: |w · ∂L/∂w − ½ w² · H|, summed over a channel.
///
/// Source: Ma et al. 2023, "LLM-Pruner", eq. 5; `param_mix` in its code. The weight goes to nothing, a step of −w, so the
/// loss changes by −w g + ½ w² H. How much H weighs beside g depends on `FisherScale`.
public struct MixedOrderImportance: Importance {
    /// "param_mix"
    public let name = "param_mix"
    /// Needs the gradient of every sample on its own.
    public let gradientOrder = GradientOrder.second

    /// The importance.
    public init() {}

    /// Σ |w · g − ½ w² · H| per channel.
    public func scores(_ matrix: ImportanceInput, along axis: ChannelAxis) -> [Double] {
        matrix.channelSums(along: axis) {
            let weight = Double(matrix.weights[$0])
            let (first, second) = (Double(matrix.gradients[$0]), Double(matrix.squaredGradients[$0]))
            return abs(weight * first - 0.5 * weight * second * weight)
        }
    }
}
