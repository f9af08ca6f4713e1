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

    /// Quantizes the whole model to each precision in turn.
    public func measure(_ subject: LayerSubject) throws -> LayerMeasurement {
        let layers = subject.model.blocks.count
        var costs = [[Double]](repeating: [], count: layers)
        for (done, precision) in subject.precisions.enumerated() {
            let quantized = try subject.model.quantized(
                Allocation(uniform: precision.name, layers: layers), parallelism: subject.parallelism)
            let errors = subject.model.relativeErrors(of: quantized, parallelism: subject.parallelism)
            for layer in 0..<layers { costs[layer].append(errors[layer]) }
            subject.progress(layers * (done + 1) / subject.precisions.count)
        }
        return LayerMeasurement(costs: costs)
    }
}
