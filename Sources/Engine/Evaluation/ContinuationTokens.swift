/// Turns contexts and continuations into token sequences, exactly as lm-evaluation-harness does.
///
/// 1. Blanks at the end of the context move to the front of the continuation.
/// 2. Context and continuation are encoded together, and the context alone, both with special tokens; what follows the
///    first `context tokens` of the whole is the continuation, even where a token spans the border.
/// 3. An empty context is the tokenizer's prefix token; the continuation is encoded without special tokens, and if it
///    brings the prefix token itself, that one serves.
/// 4. Only the last `contextLength + 1` tokens are kept; the continuation must fit.
///
/// Source: lm-evaluation-harness 0.4.13, `api/model.py` and `models/huggingface.py`.
struct ContinuationTokens {
    let encoder: any TextEncoder
    /// Longest input of the model in tokens.
    let contextLength: Int
    let vocabularySize: Int

    /// The sequence to score for choice `choice` of example `id` of the task `source`; these name the place in errors.
    func scoringRequest(
        _ request: ContinuationRequest, source: String, id: String, choice: Int
    ) throws(EvaluationError) -> ScoringRequest {
        let (context, continuation) = try split(request, source: source)
        guard !continuation.isEmpty else { throw .noTokens(source: source, id: id, choice: choice) }
        guard continuation.count <= contextLength else {
            throw .continuationTooLong(
                source: source, id: id, choice: choice, tokens: continuation.count, contextLength: contextLength)
        }
        let tokens = Array((context + continuation).suffix(contextLength + 1))
        try check(tokens, source: source)
        return ScoringRequest(tokens: tokens, targetStart: tokens.count - continuation.count)
    }

    /// The token that stands in place of an empty context.
    func prefixToken(source: String) throws(EvaluationError) -> Int32 {
        guard let prefix = encoder.prefixTokenID else { throw .noPrefixToken(source: source) }
        return prefix
    }

    /// Every token must be one of the model's.
    func check(_ tokens: [Int32], source: String) throws(EvaluationError) {
        if let stray = tokens.first(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw .tokenOutsideVocabulary(source: source, token: stray, vocabularySize: vocabularySize)
        }
    }

    private func split(
        _ request: ContinuationRequest, source: String
    ) throws(EvaluationError) -> (context: [Int32], continuation: [Int32]) {
        if request.context.isEmpty {
            let prefix = try prefixToken(source: source)
            let tokens = encoder.encode(request.continuation, addSpecialTokens: false)
            return ([prefix], tokens.first == prefix ? Array(tokens.dropFirst()) : tokens)
        }
        let scalars = request.context.unicodeScalars
        let end = scalars.lastIndex { !$0.isBlank }.map { scalars.index(after: $0) } ?? scalars.startIndex
        let context = String(scalars[..<end])
        let whole = encoder.encodeWhole(request.context + request.continuation)
        let contextTokens = encoder.encodeWhole(context)
        // A tokenizer that adds nothing leaves a blank context without tokens: something must stand before the first.
        if contextTokens.isEmpty { return ([try prefixToken(source: source)], whole) }
        return (contextTokens, Array(whole.dropFirst(contextTokens.count)))
    }
}
