/// What of a layer's output is compared with the prediction.
///
/// The residual stream tends to tell more and more about the prediction with depth, whatever a layer contributes, because
/// the last one determines it. The update and the increment look at the layer's own part.
public enum LayerSignal: String, Sendable, CaseIterable, Codable {
    /// h_l, the residual stream after the layer.
    case residual
    /// h_l − h_{l−1}, what the layer adds to it.
    case update
    /// I(h_l; Y) − I(h_{l−1}; Y), how much more the stream tells after the layer than before.
    case increment
}
