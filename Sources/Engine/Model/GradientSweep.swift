/// Gradients of a model's weights, block by block, in the memory of the weights, one block's gradients and the blocks'
/// inputs.
///
/// The forward pass keeps nothing but the input of each block; the backward pass goes from the last block to the first,
/// computes each block again, collects the gradients of its weights, shows them to a visitor and frees them. Source: Chen
/// et al. 2016, "Training Deep Nets with Sublinear Memory Cost". Weights stay as they are stored. When the inputs of all
/// blocks would exceed a limit, only every k-th is kept and those between are computed once more, with k up to √L.
///
/// The digits depend neither on the number of threads nor on that limit. Parameters in training are left alone.
public struct GradientSweep: Sendable {
    private let model: LlamaModel
    private let parallelism: Parallelism
    private let fisherScale: FisherScale
    private let checkpointBytes: Int

    /// Tokens whose activations within a block are held at the same time; a longer sample stands alone.
    private static let tokensPerGroup = 1024

    /// A sweep over `model`.
    /// - Parameters:
    ///   - fisherScale: what the squares of the second order are multiplied with.
    ///   - checkpointBytes: the most that the blocks' inputs should take, in bytes.
    public init(
        model: LlamaModel, parallelism: Parallelism = .serial, fisherScale: FisherScale = .one,
        checkpointBytes: Int = 1 << 30
    ) {
        self.model = model
        self.parallelism = parallelism
        self.fisherScale = fisherScale
        self.checkpointBytes = checkpointBytes
    }

    /// Visits the gradients of blocks, last to first. The sequences of `batch` are the samples.
    ///
    /// - Parameters:
    ///   - secondOrder: whether the squares of each sample's gradient are collected too.
    ///   - layers: the blocks that are visited; all of them unless given.
    ///   - visit: sees the gradients of each block; they are freed when it returns.
    ///   - edges: if given, sees those of the final norm, the head (unless tied) and the embedding, after the blocks.
    /// - Returns: the mean loss over all target tokens, in nats.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long; what a visitor throws.
    @discardableResult
    public func run(
        _ batch: TokenBatch, secondOrder: Bool = false, layers: Range<Int>? = nil,
        visit: (BlockGradients) throws -> Void, edges: ((EdgeGradients) throws -> Void)? = nil
    ) throws -> Double {
        try model.check(batch)
        let layers = layers ?? model.blocks.indices
        precondition(layers.clamped(to: model.blocks.indices) == layers, "blocks outside the model")
        let groups = groups(of: batch)
        let targets = max(1, groups.reduce(0) { $0 + $1.targets })
        let lowest = edges == nil ? layers.lowerBound : 0
        let blocks = model.blocks.count - lowest
        let kept = BlockInputs(
            first: lowest, count: blocks, tokens: batch.tokens.count, hidden: model.configuration.hidden,
            stride: checkpointStride(blocks: blocks, tokens: batch.tokens.count))
        var sum = 0.0
        let finalNorm = GradientSum(rows: 1, columns: model.configuration.hidden, isSecondOrder: secondOrder)
        for group in groups {
            sum += forward(group, keeping: kept, targets: targets, finalNorm: edges == nil ? nil : finalNorm)
        }
        for layer in (lowest..<model.blocks.count).reversed() {
            let buffers =
                layers.contains(layer)
                ? GradientBuffers(model.configuration, layer: layer, isSecondOrder: secondOrder) : nil
            if let start = kept.missing(before: layer) {
                for group in groups { computeAgain(group, from: start, upTo: layer, keeping: kept) }
            }
            for group in groups { backward(group, layer: layer, input: kept, buffers: buffers) }
            if let buffers { try visit(BlockGradients(layer: layer, buffers: buffers)) }
        }
        if let edges {
            try edges(EdgeGradients(.finalNorm, finalNorm))
            try visitMatrices(groups, targets: targets, isSecondOrder: secondOrder, edges)
        }
        return sum / Double(targets)
    }

    /// Runs the blocks, keeps some of their inputs, and turns the loss into the gradient of the last block's output.
    /// - Returns: the sum of the group's losses in nats.
    private func forward(
        _ group: Group, keeping kept: BlockInputs, targets: Int, finalNorm: GradientSum?
    ) -> Double {
        let pass = ForwardPass(model: model, batch: group.batch, parallelism: parallelism)
        var x = pass.embed()
        for layer in model.blocks.indices {
            if kept.isCheckpoint(layer) { kept.set(layer, row: group.start, x) }
            _ = block(layer, group).forward(&x, saves: false)
        }
        let inverse = Activation(rows: x.rows, columns: 1)
        let normalized = pass.normalized(x, inverse: inverse)
        let dNormalized = Activation(rows: x.rows, columns: x.columns)
        let losses = CrossEntropy(model: model, parallelism: parallelism, trains: false).losses(
            normalized, labels: group.batch.nextTokenLabels, gradient: (dNormalized, 1 / Float(targets))
        ).losses
        finalNorm?.add(group.samples, parallelism: .serial) { rows, gradient in
            RMSNorm.weightGradient(dNormalized, x: x, inverse: inverse, rows: rows, into: gradient)
        }
        RMSNorm.backward(
            dNormalized, x: x, weight: model.finalNorm, inverse: inverse, dx: group.dx, trains: false,
            parallelism: parallelism)
        if finalNorm != nil { group.normalized = normalized }
        return losses.reduce(0, +)
    }

    /// Computes the inputs of the blocks after `start` up to `last` again.
    private func computeAgain(_ group: Group, from start: Int, upTo last: Int, keeping kept: BlockInputs) {
        var x = kept.get(start, row: group.start, count: group.batch.tokens.count)
        for layer in start..<last {
            _ = block(layer, group).forward(&x, saves: false)
            kept.set(layer + 1, row: group.start, x)
        }
    }

    /// Computes a block again and takes the group's gradient through it.
    private func backward(_ group: Group, layer: Int, input kept: BlockInputs, buffers: GradientBuffers?) {
        var x = kept.get(layer, row: group.start, count: group.batch.tokens.count)
        let block = block(layer, group)
        guard let saved = block.forward(&x, saves: true) else { return }
        block.backward(group.dx, saved, weights: buffers.map { .collected($0, group.samples) } ?? .ignored)
    }

    /// Head and embedding, one after the other, so that only one such matrix of gradients is held at a time; a tied
    /// embedding has both parts in one.
    private func visitMatrices(
        _ groups: [Group], targets: Int, isSecondOrder: Bool, _ edges: (EdgeGradients) throws -> Void
    ) rethrows {
        let configuration = model.configuration
        func sum() -> GradientSum {
            GradientSum(
                rows: configuration.vocabulary, columns: configuration.hidden, isSecondOrder: isSecondOrder)
        }
        let loss = CrossEntropy(model: model, parallelism: parallelism, trains: false)
        func addHead(_ group: Group, _ rows: Range<Int>, to gradient: Activation) {
            guard let normalized = group.normalized else { return }
            var labels = [Int32](repeating: TokenBatch.ignored, count: normalized.rows)
            labels.replaceSubrange(rows, with: group.batch.nextTokenLabels[rows])
            let unused = Activation(rows: normalized.rows, columns: normalized.columns)
            _ = loss.losses(
                normalized, labels: labels, gradient: (unused, 1 / Float(targets)), headGradient: gradient)
        }
        func addEmbedding(_ group: Group, _ rows: Range<Int>, to gradient: Activation) {
            // A token may occur many times: one thread, in the order of the tokens.
            for row in rows {
                Kernels.addScaled(
                    group.dx.row(row), 1, gradient.columns, to: gradient.row(Int(group.batch.tokens[row])))
            }
        }
        if !configuration.isTied {
            let head = sum()
            for group in groups {
                head.add(group.samples, parallelism: parallelism) { addHead(group, $0, to: $1) }
            }
            try edges(EdgeGradients(.head, head))
        }
        let embedding = sum()
        for group in groups {
            embedding.add(group.samples, parallelism: parallelism) { rows, gradient in
                if configuration.isTied { addHead(group, rows, to: gradient) }
                addEmbedding(group, rows, to: gradient)
            }
        }
        try edges(EdgeGradients(.embedding, embedding))
    }

    private func block(_ layer: Int, _ group: Group) -> LlamaBlock {
        LlamaBlock(model: model, index: layer, batch: group.batch, parallelism: parallelism)
    }
}

extension GradientSweep {
    /// Samples that are computed together.
    private final class Group {
        let batch: TokenBatch
        let samples: [SampleRows]
        let targets: Int
        /// Where the group's tokens begin in the whole batch.
        let start: Int
        /// The gradient as far as it has come.
        let dx: Activation
        /// The head's input, where its gradient is wanted.
        var normalized: Activation?

        init(_ batch: TokenBatch, start: Int, factors: ArraySlice<Float>, hidden: Int) {
            self.batch = batch
            self.start = start
            dx = Activation(zeros: batch.tokens.count, hidden)
            samples = zip(batch.sequences, factors).map { SampleRows(rows: $0, factor: $1) }
            targets = batch.sequences.reduce(0) { $0 + max(0, $1.count - 1) }
        }
    }

    /// The batch in groups of about `tokensPerGroup`, in order.
    private func groups(of batch: TokenBatch) -> [Group] {
        let sequences = batch.sequences.map { Array(batch.tokens[$0]) }
        let targets = sequences.map { max(0, $0.count - 1) }
        let total = Double(targets.reduce(0, +))
        // The batch's gradient holds T_n / T of each sample's own.
        let factors = targets.map { count -> Float in
            guard count > 0 else { return 0 }
            let scale = fisherScale.factor(targets: count) / Double(sequences.count)
            return Float(total / Double(count) * scale.squareRoot())
        }
        var groups: [Group] = []
        var start = 0
        var firstToken = 0
        var tokens = 0
        for index in sequences.indices {
            tokens += sequences[index].count
            let next = index + 1
            if next < sequences.count, tokens + sequences[next].count <= Self.tokensPerGroup { continue }
            groups.append(
                Group(
                    TokenBatch(Array(sequences[start..<next])), start: firstToken, factors: factors[start..<next],
                    hidden: model.configuration.hidden))
            start = next
            firstToken += tokens
            tokens = 0
        }
        return groups
    }

    /// The fewest blocks between two kept inputs with which the inputs stay within the limit; √L of them if none does.
    private func checkpointStride(blocks: Int, tokens: Int) -> Int {
        guard blocks > 1 else { return 1 }
        let most = Int(Double(blocks).squareRoot().rounded(.up))
        let bytes = 4 * Double(tokens) * Double(model.configuration.hidden)
        for stride in 1..<max(2, most) {
            let held = (blocks + stride - 1) / stride + (stride > 1 ? stride - 1 : 0)
            if Double(held) * bytes <= Double(checkpointBytes) { return stride }
        }
        return most
    }
}
