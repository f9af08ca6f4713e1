/// What quantizing one layer alone costs: the mean next-token loss with that layer at a precision and all others as they
/// are, minus the loss of the unquantized model, nats per token.
///
/// The strongest cheap rival of mutual information: it measures what is wanted, apart from how layers act together.
/// Layers below the quantized one are computed once, so U units and C precisions take about U·C/2 forward passes.
public struct LossIncrease: LayerMeasure {
    /// "loss_increase"
    public let name = "loss_increase"
    /// "nats"
    public let unit = "nats"
    /// For help.
    public let summary = "loss increase when the layer alone is quantized"
    /// It looks at the loss.
    public let usesSignal = false

    /// Tokens that are computed together.
    private static let tokensPerPass = 2048

    /// The measure.
    public init() {}

    /// One pass over the sequences per layer and precision, from that layer on.
    public func measure(_ subject: LayerSubject) throws -> LayerMeasurement {
        let model = subject.model
        let layers = model.blocks.count
        try model.check(TokenBatch(subject.sequences))
        let quantized = try subject.precisions.map { precision in
            try model.quantized(Allocation(uniform: precision.name, layers: layers), parallelism: subject.parallelism)
        }
        let batches = Self.batches(subject.sequences)
        let targets = Double(max(1, subject.sequences.reduce(0) { $0 + max(0, $1.count - 1) }))
        let units = subject.granularity.projections
        var costs = [[Double]](
            repeating: [Double](repeating: 0, count: quantized.count), count: layers * units.count)
        // Batch by batch, so that what lies between the layers never stands in memory for all of them.
        for (index, batch) in batches.enumerated() {
            let pass = ForwardPass(model: model, batch: batch, parallelism: subject.parallelism)
            var inputs = [pass.embed()]
            let last = pass.hidden { _, output in inputs.append(output.copy()) }
            let base = Self.loss(last, pass)
            for layer in 0..<layers {
                for (unit, projections) in units.enumerated() {
                    for (choice, quantized) in quantized.enumerated() {
                        var changed = model
                        for projection in projections {
                            changed.blocks[layer][projection] = quantized.blocks[layer][projection]
                        }
                        let loss = Self.loss(from: layer, inputs[layer], changed, batch, subject.parallelism)
                        costs[layer * units.count + unit][choice] += (loss - base) / targets
                    }
                }
                subject.progress((index * layers + layer + 1) / batches.count)
            }
        }
        return LayerMeasurement(costs: costs, granularity: subject.granularity)
    }

    /// Σ −ln p over the batch, from the input of the given layer on.
    private static func loss(
        from layer: Int, _ input: Activation, _ model: LlamaModel, _ batch: TokenBatch, _ parallelism: Parallelism
    ) -> Double {
        var x = input.copy()
        for index in layer..<model.blocks.count {
            _ = LlamaBlock(model: model, index: index, batch: batch, parallelism: parallelism)
                .forward(&x, saves: false)
        }
        return loss(x, ForwardPass(model: model, batch: batch, parallelism: parallelism))
    }

    private static func loss(_ hidden: Activation, _ pass: ForwardPass) -> Double {
        CrossEntropy(model: pass.model, parallelism: pass.parallelism)
            .losses(pass.normalized(hidden), labels: pass.batch.nextTokenLabels).losses.reduce(0, +)
    }

    private static func batches(_ sequences: [[Int32]]) -> [TokenBatch] {
        var batches: [TokenBatch] = []
        var part: [[Int32]] = []
        var tokens = 0
        for sequence in sequences {
            if tokens > 0, tokens + sequence.count > tokensPerPass {
                batches.append(TokenBatch(part))
                part = []
                tokens = 0
            }
            part.append(sequence)
            tokens += sequence.count
        }
        if !part.isEmpty { batches.append(TokenBatch(part)) }
        return batches
    }
}
