/// Scores requests in batches of about the same length, one batch per thread at a time.
///
/// A row's numbers don't depend on its batch, so neither the batching nor the threads show in the results.
public struct LlamaScorer: LanguageModel {
    let model: LlamaModel
    let parallelism: Parallelism
    /// Tokens per batch: enough that decoding a weight matrix costs little beside multiplying with it, few enough that
    /// a batch's activations stay in the processor's cache.
    let batchTokens: Int

    /// A scorer of `model` on up to `parallelism.threads` threads.
    public init(model: LlamaModel, parallelism: Parallelism, batchTokens: Int = 768) {
        self.model = model
        self.parallelism = parallelism
        self.batchTokens = batchTokens
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
        let groups = grouped(requests)
        let scored = parallelism.map(groups.count) { index in scoreBatch(groups[index].map { requests[$0] }) }
        var results = [ScoringResult?](repeating: nil, count: requests.count)
        for (group, values) in zip(groups, scored) {
            for (index, value) in zip(group, values) { results[index] = value }
        }
        return results.compactMap { $0 }
    }

    /// Indices of requests, longest first (so the last batches are small and threads finish together).
    private func grouped(_ requests: [ScoringRequest]) -> [[Int]] {
        let order = requests.indices.sorted {
            (requests[$1].tokens.count, $0) < (requests[$0].tokens.count, $1)
        }
        var groups: [[Int]] = []
        var group: [Int] = []
        var tokens = 0
        for index in order {
            let count = requests[index].tokens.count - 1
            if tokens + count > batchTokens, !group.isEmpty {
                groups.append(group)
                group = []
                tokens = 0
            }
            group.append(index)
            tokens += count
        }
        if !group.isEmpty { groups.append(group) }
        return groups
    }

    private func scoreBatch(_ requests: [ScoringRequest]) -> [ScoringResult] {
        let batch = TokenBatch(requests.map { Array($0.tokens.dropLast()) })
        let pass = ForwardPass(model: model, batch: batch, parallelism: .serial)
        let hidden = pass.hidden()
        var rows: [Int] = []
        var labels: [Int32] = []
        for (request, range) in zip(requests, batch.sequences) {
            for position in request.targetStart..<request.tokens.count {
                rows.append(range.lowerBound + position - 1)
                labels.append(request.tokens[position])
            }
        }
        let selected = pass.normalized(CrossEntropy.gather(hidden, rows))
        let outcome = CrossEntropy(model: model, parallelism: .serial).losses(selected, labels: labels)
        var start = 0
        return requests.map { request in
            let count = request.tokens.count - request.targetStart
            defer { start += count }
            return ScoringResult(
                tokenLogLikelihoods: outcome.losses[start..<start + count].map { -$0 },
                isGreedy: outcome.isGreedy[start..<start + count].allSatisfy { $0 })
        }
    }
}
