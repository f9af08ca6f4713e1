internal import Engine

/// Measurements of importance: of structures before pruning, of layers before allocation.
struct ImportanceWork {
    let model: LlamaModel
    let windows: [ScoringRequest]
    let peer: Peer?
    let rounds: Int

    /// Windows that importance is measured on.
    private static let samples = 32
    /// Largest relative difference of scores at which both sides count as computing the same.
    private static let limit = 1e-3

    private var sequences: [[Int32]] { windows.prefix(Self.samples).map(\.tokens) }

    /// Taylor importance of all heads and MLP channels, of first order (one gradient) and of second (one per sample).
    func structures() throws -> [Measurement] {
        let batch = TokenBatch(sequences)
        var results: [Measurement] = []
        for (name, importance) in [("first", "param_first"), ("second", "param_second")] {
            var ours: [Double] = []
            var theirs: [Double] = []
            var options = PruningOptions(ratio: 0.25, layers: model.blocks.indices, importance: importance)
            options.fisherScale = .one
            let pruner = try Pruner(options)
            let pairs = try Measurement.pairs(
                rounds: rounds,
                qpx: {
                    try seconds {
                        let scores = try pruner.structureScores(model, calibration: batch)
                        ours = model.blocks.indices.flatMap { scores[$0]?.channels ?? [] }
                    }
                },
                peer: peer.map { peer in
                    {
                        let answer = try peer.ask(Peer.Importance(sequences: sequences, order: name))
                        theirs = answer.values ?? []
                        return answer.seconds ?? .nan
                    }
                })
            if peer != nil { try agree(importance, ours, theirs) }
            results.append(
                Measurement(
                    "\(importance) importance, \(Self.samples) samples", unit: "tokens/s",
                    rateOf: Double(batch.tokens.count), pairs))
        }
        return results
    }

    /// Layer importance by the default measure and by its strongest rivals, whole, in milliseconds.
    func layers() throws -> [Measurement] {
        try ["nearest_neighbours", "cca", "fisher_error", "loss_increase"].compactMap { name in
            guard let measure = LayerMeasures.named(name) else { return nil }
            let subject = LayerSubject(
                model: model, sequences: sequences, precisions: [try Precisions.forBits(4)], seed: 1)
            let pairs = try Measurement.pairs(
                rounds: rounds, qpx: { try seconds { _ = try measure.measure(subject) } }, peer: nil)
            return Measurement("layer importance, \(name)", unit: "ms", times: 1000, pairs)
        }
    }

    private func agree(_ what: String, _ ours: [Double], _ theirs: [Double]) throws(BenchError) {
        guard ours.count == theirs.count, let largest = theirs.max() else {
            throw .peer("\(theirs.count) values for \(ours.count)")
        }
        let difference = zip(ours, theirs).reduce(0.0) { max($0, abs($1.0 - $1.1)) } / largest
        guard difference <= Self.limit else {
            throw .disagreement(what: what, difference: difference, limit: Self.limit)
        }
    }
}
