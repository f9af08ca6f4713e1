internal import Engine

/// The measurements of one model, each checked against the peer before it counts.
struct Workloads {
    let model: LlamaModel
    let windows: [ScoringRequest]
    let choices: [ScoringRequest]
    let training: TrainingWork
    let peer: Peer?
    let rounds: Int

    /// Largest difference in nats per token at which both sides count as computing the same.
    private static let limit = 1e-4

    /// Scoring of text windows and of multiple-choice requests, in tokens that the model reads per second.
    func evaluation() throws -> [Measurement] {
        var results: [Measurement] = []
        let kinds: [(name: String, what: String, requests: [ScoringRequest], bfloat16: Bool)] = [
            ("score text windows", "windows", windows, false),
            ("score choices", "choices", choices, false),
            ("score text windows (PyTorch in bfloat16)", "windows", windows, true),
        ]
        let scorer = LlamaScorer(model: model, parallelism: .serial)
        for kind in kinds where peer != nil || !kind.bfloat16 {
            var ours: [Double] = []
            var theirs: [Double] = []
            let pairs = try Measurement.pairs(
                rounds: rounds,
                qpx: { try seconds { ours = try scorer.score(kind.requests).map(\.logLikelihood) } },
                peer: peer.map { peer in
                    {
                        let answer = try peer.ask(Peer.Score(what: kind.what, bfloat16: kind.bfloat16))
                        theirs = answer.values ?? []
                        return answer.seconds ?? .nan
                    }
                })
            if peer != nil, !kind.bfloat16 {
                try agree(kind.name, ours, theirs, per: Double(kind.requests.scoredTokens) / Double(ours.count))
            }
            results.append(
                Measurement(kind.name, unit: "tokens/s", rateOf: Double(kind.requests.inputTokens), pairs))
        }
        return results
    }

    /// Steps of LoRA recovery, in milliseconds each.
    func recovery() throws -> [Measurement] {
        var results: [Measurement] = []
        var quantized = model
        for (name, base) in [("LoRA step", nil), ("LoRA step on NF4 weights", "nf4")] {
            if let base { quantized = try model.quantized(Allocation(uniform: base, layers: model.blocks.count)) }
            var ours: [Double] = []
            var theirs: [Double] = []
            let pairs = try Measurement.pairs(
                rounds: rounds,
                qpx: {
                    let (time, losses) = try training.run(quantized)
                    ours = losses
                    return time
                },
                peer: peer.map { peer in
                    {
                        let answer = try peer.ask(Peer.Train())
                        theirs = answer.values ?? []
                        return answer.seconds ?? .nan
                    }
                })
            if peer != nil, base == nil { try agree(name, ours, theirs, per: 1) }
            results.append(
                Measurement(name, unit: "ms", times: 1000 / Double(training.batches.count), pairs))
        }
        return results
    }

    private func agree(_ what: String, _ ours: [Double], _ theirs: [Double], per count: Double) throws(BenchError) {
        guard ours.count == theirs.count else { throw .peer("\(theirs.count) values for \(ours.count)") }
        let difference = zip(ours, theirs).reduce(0.0) { max($0, abs($1.0 - $1.1)) } / count
        guard difference <= Self.limit else {
            throw .disagreement(what: what, difference: difference, limit: Self.limit)
        }
    }
}

/// Some steps of LoRA training that start from the same factors on both sides.
struct TrainingWork {
    static let rank = 8
    static let alpha = 16.0
    static let learningRate = 1e-3

    let batches: [TokenBatch]
    let configuration: ModelConfiguration

    /// Steps of `size` windows each.
    init(_ configuration: ModelConfiguration, windows: [ScoringRequest], size: Int, steps: Int) {
        self.configuration = configuration
        batches = (0..<steps).map { step in
            TokenBatch((0..<size).map { windows[(step * size + $0) % windows.count].tokens })
        }
    }

    private var adapters: LoRAAdapters {
        .standard(
            for: configuration, targets: Projection.allCases, rank: Self.rank, alpha: Self.alpha, seed: 1)
    }

    /// Seconds of all steps, and the loss of each.
    func run(_ model: LlamaModel) throws -> (Double, [Double]) {
        var adapted = model
        adapted.adapters = adapters
        let options = TrainingOptions(steps: batches.count, learningRate: Self.learningRate)
        let trainer = Trainer(model: adapted, options: options)
        var losses: [Double] = []
        let time = try seconds { for batch in batches { losses.append(try trainer.update(batch).loss) } }
        return (time, losses)
    }

    /// The factors' first values, in the order of the peer's shapes.
    var factors: [Float] { adapters.parameters.flatMap { $0.parameter.tensor.elements } }

    /// In the peer's terms.
    func forPeer(factors file: String) -> Peer.Work.Training {
        let adapters = adapters
        var shapes: [Peer.Work.Training.Shape] = []
        for layer in configuration.layers.indices {
            for projection in Projection.allCases {
                guard let factors = adapters.factors(projection, layer: layer) else { continue }
                shapes.append(
                    Peer.Work.Training.Shape(
                        name: TensorName.projection(projection, layer: layer), down: factors.down.shape,
                        up: factors.up.shape))
            }
        }
        return Peer.Work.Training(
            batches: batches.map { batch in batch.sequences.map { Array(batch.tokens[$0]) } }, shapes: shapes,
            factors: file, scaling: adapters.scaling, learningRate: Self.learningRate)
    }
}
