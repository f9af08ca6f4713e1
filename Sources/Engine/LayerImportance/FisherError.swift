/// What quantizing a layer costs by the empirical Fisher information: ½ Σ F (W − Q(W))², nats per token.
///
/// F stands in for the Hessian of the mean loss: the squared gradients of the samples, each times its number of target
/// tokens (`FisherScale.tokens`), which is the Fisher information of the mean loss if tokens are independent.
/// Source: LeCun et al. 1989, "Optimal brain damage", eq. 5; Kim et al. 2023, "SqueezeLLM", eq. 4.
public struct FisherError: LayerMeasure {
    /// "fisher_error"
    public let name = "fisher_error"
    /// "nats"
    public let unit = "nats"
    /// For help.
    public let summary = "quantization error weighted by squared gradients (Fisher information)"
    /// It looks at the loss.
    public let usesSignal = false

    /// The measure.
    public init() {}

    /// One backward sweep with squared gradients per sample; each layer is quantized while its gradients are there.
    public func measure(_ subject: LayerSubject) throws -> LayerMeasurement {
        let model = subject.model
        let layers = model.blocks.count
        let units = subject.granularity.projections
        var costs = [[Double]](repeating: [], count: layers * units.count)
        try GradientSweep(model: model, parallelism: subject.parallelism, fisherScale: .tokens).run(
            TokenBatch(subject.sequences), secondOrder: true
        ) { gradients in
            let layer = gradients.layer
            let squares = Projection.allCases.map { gradients.second($0) }
            let choices = subject.precisions.count
            let results = subject.parallelism.map(units.count * choices) { index in
                Result<Double, any Error> {
                    try units[index / choices].reduce(0.0) { sum, projection in
                        try sum
                            + Self.error(
                                model.blocks[layer][projection], subject.precisions[index % choices],
                                squares: squares[projection.index],
                                tensor: TensorName.projection(projection, layer: layer))
                    }
                }
            }
            for unit in units.indices {
                costs[layer * units.count + unit] = try (0..<choices).map { try results[unit * choices + $0].get() }
            }
            subject.progress(layers - layer)
        }
        return LayerMeasurement(costs: costs, granularity: subject.granularity)
    }

    /// ½ Σ F (W − Q(W))² over a matrix, in float64, in the order of the weights.
    private static func error(
        _ weight: WeightMatrix, _ precision: any Precision, squares: [Float], tensor: String
    ) throws -> Double {
        let weights = weight.floats()
        let restored = try weights.withUnsafeBufferPointer {
            try precision.quantize($0, rows: weight.rows, columns: weight.columns, tensor: tensor)
        }.dequantized()
        var sum = 0.0
        for i in weights.indices {
            let difference = Double(weights[i]) - Double(restored[i])
            sum += Double(squares[i]) * difference * difference
        }
        return 0.5 * sum
    }
}
