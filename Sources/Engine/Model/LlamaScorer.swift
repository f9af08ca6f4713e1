/// Scores requests in batches of about the same length, one batch per thread at a time.
///
/// A row's numbers don't depend on its batch, so neither the batching nor the threads show in the results.
public struct LlamaScorer: LanguageModel {
    let model: LlamaModel
    let parallelism: Parallelism
    /// Tokens per batch: enough that decoding a weight matrix costs little beside multiplying with it, few enough that
    /// a batch's activations stay in the processor's cache.
    let batchTokens: Int
    /// Tokens per batch when nothing else is said.
    public static let defaultBatchTokens = 768
    private let observe: (@Sendable ([ScoringRequest]) -> Void)?

    /// A scorer of `model` on up to `parallelism.threads` threads.
    /// - Parameter observe: told, from any thread, which requests have just been scored.
    public init(
        model: LlamaModel, parallelism: Parallelism, batchTokens: Int = LlamaScorer.defaultBatchTokens,
        observe: (@Sendable ([ScoringRequest]) -> Void)? = nil
    ) {
        self.model = model
        self.parallelism = parallelism
        self.batchTokens = batchTokens
        self.observe = observe
    }

    /// Number of token ids.
    public var vocabularySize: Int { model.configuration.vocabulary }
    /// Longest input in tokens.
    public var contextLength: Int { model.configuration.contextLength }

    /// Scores every request; results in their order.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public func score(_ requests: [ScoringRequest]) throws -> [ScoringResult] {
        for request in requests {
            try model.check(TokenBatch([Array(request.tokens.dropLast())]))
            if let token = request.tokens.last, token < 0 || Int(token) >= model.configuration.vocabulary {
                throw ModelError.tokenOutsideVocabulary(token: Int(token), vocabulary: model.configuration.vocabulary)
            }
            precondition(
                request.targetStart >= 1 && request.targetStart <= request.tokens.count, "a target needs a context")
        }
        let batches = batched(SharedContext.families(of: requests, tokenLimit: batchTokens), requests)
        let scored = parallelism.map(batches.count) { index in
            let results = scoreBatch(batches[index], requests)
            observe?(batches[index].flatMap(\.members).map { requests[$0] })
            return results
        }
        var results = [ScoringResult?](repeating: nil, count: requests.count)
        for (index, result) in scored.joined() { results[index] = result }
        return results.compactMap { $0 }
    }

    /// Families in batches of about `batchTokens`, largest first (so the last batches are small and threads finish
    /// together).
    private func batched(_ families: [SharedContext], _ requests: [ScoringRequest]) -> [[SharedContext]] {
        let sizes = families.map { $0.tokenCount(requests) }
        let order = families.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        var batches: [[SharedContext]] = []
        var batch: [SharedContext] = []
        var tokens = 0
        for index in order {
            if tokens + sizes[index] > batchTokens, !batch.isEmpty {
                batches.append(batch)
                batch = []
                tokens = 0
            }
            batch.append(families[index])
            tokens += sizes[index]
        }
        if !batch.isEmpty { batches.append(batch) }
        return batches
    }

    private func scoreBatch(
        _ families: [SharedContext], _ requests: [ScoringRequest]
    ) -> [(index: Int, result: ScoringResult)] {
        let batch = TokenBatch(
            shared: families.map { family in
                (family.context(requests), family.members.map { family.continuation(requests[$0]) })
            })
        let pass = ForwardPass(model: model, batch: batch, parallelism: .serial)
        let hidden = pass.hidden()
        var rows: [Int] = []
        var labels: [Int32] = []
        var sequence = 0
        for family in families {
            let context = batch.sequences[sequence].lowerBound
            for (offset, member) in family.members.enumerated() {
                let own = batch.sequences[sequence + 1 + offset].lowerBound
                let request = requests[member]
                for target in request.targetStart..<request.tokens.count {
                    // The token before the target predicts it; it may be the context's last.
                    let row = target - 1
                    rows.append(row < family.length ? context + row : own + row - family.length)
                    labels.append(request.tokens[target])
                }
            }
            sequence += 1 + family.members.count
        }
        let selected = pass.normalized(CrossEntropy.gather(hidden, rows))
        let outcome = CrossEntropy(model: model, parallelism: .serial).losses(selected, labels: labels)
        var start = 0
        return families.flatMap(\.members).map { member in
            let count = requests[member].tokens.count - requests[member].targetStart
            defer { start += count }
            return (
                member,
                ScoringResult(
                    tokenLogLikelihoods: outcome.losses[start..<start + count].map { -$0 },
                    isGreedy: outcome.isGreedy[start..<start + count].allSatisfy { $0 })
            )
        }
    }
}
