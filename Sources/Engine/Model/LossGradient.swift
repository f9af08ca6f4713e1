/// One forward and backward pass: the mean next-token loss of a batch, and gradients of everything that is trained.
public struct LossGradient: Sendable {
    let model: LlamaModel
    let parallelism: Parallelism
    /// What is dropped of the adapters' inputs; `nil` outside training.
    var dropout: AdapterDropout?

    /// A pass through `model`, whose `Parameter`s (weights or adapters) receive the gradients.
    public init(model: LlamaModel, parallelism: Parallelism = .serial) {
        self.model = model
        self.parallelism = parallelism
    }

    /// Mean loss in nats over the rows that have a label, without gradients.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public func loss(_ batch: TokenBatch, labels: [Int32]? = nil) throws(ModelError) -> Double {
        try model.check(batch)
        let pass = ForwardPass(model: model, batch: batch, parallelism: parallelism, dropout: dropout)
        let losses = CrossEntropy(model: model, parallelism: parallelism)
            .losses(pass.normalized(pass.hidden()), labels: labels ?? batch.nextTokenLabels).losses
        return losses.reduce(0, +) / Double(max(1, losses.count))
    }

    /// Mean loss in nats over the rows that have a label; adds d loss / d parameter to every parameter's gradient.
    ///
    /// - Parameter labels: one per token of the batch, negative where there is nothing to predict; by default each
    ///   token's successor.
    /// - Parameter weight: multiplies the gradients (not the returned loss).
    /// - Parameter targets: what sums are divided by; by default the number of rows with a label. For accumulation over
    ///   the parts of a batch, the number in the whole batch: losses and gradients of the parts then add up.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    @discardableResult
    public func accumulate(
        _ batch: TokenBatch, labels: [Int32]? = nil, weight: Double = 1, targets: Int? = nil
    ) throws(ModelError) -> Double {
        try model.check(batch)
        let labels = labels ?? batch.nextTokenLabels
        let labelled = labels.lazy.filter { $0 >= 0 }.count
        guard labelled > 0 else { return 0 }
        let targets = targets ?? labelled
        let pass = ForwardPass(model: model, batch: batch, parallelism: parallelism, dropout: dropout)
        var x = pass.embed()
        let blocks = model.blocks.indices.map {
            LlamaBlock(model: model, index: $0, batch: batch, parallelism: parallelism, dropout: dropout)
        }
        let saved = blocks.compactMap { $0.forward(&x, saves: true) }
        let inverse = Activation(rows: x.rows, columns: 1)
        let normalized = pass.normalized(x, inverse: inverse)
        let dNormalized = Activation(rows: x.rows, columns: x.columns)
        let losses = CrossEntropy(model: model, parallelism: parallelism).losses(
            normalized, labels: labels, gradient: (dNormalized, Float(weight / Double(targets)))
        ).losses

        let dx = Activation(zeros: x.rows, x.columns)
        RMSNorm.backward(
            dNormalized, x: x, weight: model.finalNorm, inverse: inverse, dx: dx, parallelism: parallelism)
        for (block, saved) in zip(blocks, saved).reversed() { block.backward(dx, saved) }
        if case .parameter(let parameter) = model.embedding.storage, let gradient = parameter.gradient {
            // Rows of the embedding may repeat in a batch: one thread, in the order of the tokens.
            for (row, token) in batch.tokens.enumerated() {
                Kernels.addScaled(dx.row(row), 1, dx.columns, to: gradient + Int(token) * dx.columns)
            }
        }
        return losses.reduce(0, +) / Double(targets)
    }
}
