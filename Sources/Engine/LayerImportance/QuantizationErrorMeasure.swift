/// The share of a layer's energy that quantizing it loses: ‖W − Q(W)‖² / ‖W‖² over its matrices.
///
/// Needs neither text nor gradients; knows nothing of what the layer does.
public struct QuantizationErrorMeasure: LayerMeasure {
    /// "quantization_error"
    public let name = "quantization_error"
    /// "share"
    public let unit = "share"
    /// For help.
    public let summary = "share of the weights' energy that quantization loses"
    /// It looks at no output.
    public let usesSignal = false

    /// The measure.
    public init() {}

    /// Quantizes every matrix to each precision.
    public func measure(_ subject: LayerSubject) throws -> LayerMeasurement {
        let model = subject.model
        let layers = model.blocks.count
        for precision in subject.precisions {
            // Refuses weights that are not finite.
            _ = try model.quantized(
                Allocation(uniform: precision.name, layers: layers), parallelism: subject.parallelism)
        }
        let costs = model.relativeErrors(
            precisions: subject.precisions, granularity: subject.granularity, parallelism: subject.parallelism)
        subject.progress(layers)
        let perLayer = model.relativeErrors(
            precisions: subject.precisions, granularity: .layer, parallelism: subject.parallelism)
        // Shares of modules do not add up to that of their layer.
        return LayerMeasurement(estimates: perLayer.map { LayerEstimate(value: $0.max() ?? 0) }, costs: costs)
    }
}
