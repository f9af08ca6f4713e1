/// Samples of what each layer puts out, with what the model predicts there: the material of layer importance.
public struct LayerOutputs: Sendable {
    /// The residual stream after each layer, `[samples, hidden]`.
    public let outputs: [Tensor]
    /// The most probable next token at each sample.
    public let predictions: [Int32]

    /// Runs `sequences` through `model` and keeps up to `positionsPerSequence` random positions of each: neighbouring
    /// positions depend on each other, so few from many sequences say more than many from few.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public init(
        of model: LlamaModel, sequences: [[Int32]], positionsPerSequence: Int = 16, seed: UInt64,
        parallelism: Parallelism = .serial
    ) throws(ModelError) {
        try model.check(TokenBatch(sequences))
        let random = RandomSource(seed: seed)
        let parts = parallelism.map(sequences.count) { index -> Part in
            let batch = TokenBatch([sequences[index]])
            var random = random.derived(index)
            let positions = random.permutation(batch.tokens.count).prefix(positionsPerSequence).sorted()
            let pass = ForwardPass(model: model, batch: batch, parallelism: .serial)
            var layers: [[Float]] = []
            let last = pass.hidden { _, output in
                layers.append(CrossEntropy.gather(output, positions).tensor.elements)
            }
            let logits = pass.logits(pass.normalized(CrossEntropy.gather(last, positions)))
            let predicted = RowStatistics(logits, parallelism: .serial).argmax
            return Part(layers: layers, predictions: predicted)
        }
        let hidden = model.configuration.hidden
        predictions = parts.flatMap(\.predictions)
        outputs = model.blocks.indices.map { layer in
            let elements = parts.flatMap { $0.layers[layer] }
            return Tensor(elements, shape: [elements.count / hidden, hidden])
        }
    }

    private struct Part: Sendable {
        let layers: [[Float]]
        let predictions: [Int32]
    }
}
