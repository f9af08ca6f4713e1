internal import CKernels

/// Runs a batch through a model's embedding and blocks.
struct ForwardPass {
    let model: LlamaModel
    let batch: TokenBatch
    let parallelism: Parallelism
    /// What is dropped of the adapters' inputs; `nil` outside training.
    var dropout: AdapterDropout?
    /// What came before the batch's only sequence.
    var cache: KeyValueCache?

    /// `[tokens, hidden]` embeddings. Ids must be inside the vocabulary.
    func embed() -> Activation {
        let hidden = model.configuration.hidden
        let x = Activation(rows: batch.tokens.count, columns: hidden)
        let (embedding, tokens) = (model.embedding, batch.tokens)
        parallelism.overRows(x.rows) { rows in
            for row in rows {
                embedding.decode(start: Int(tokens[row]) * hidden, count: hidden, into: x.row(row))
            }
        }
        return x
    }

    /// `[tokens, hidden]` after the last block, before the final norm; `observe` sees each block's output.
    func hidden(observe: ((_ layer: Int, _ output: Activation) -> Void)? = nil) -> Activation {
        var x = embed()
        for index in model.blocks.indices {
            _ = LlamaBlock(
                model: model, index: index, batch: batch, parallelism: parallelism, dropout: dropout, cache: cache
            ).forward(&x, saves: false)
            observe?(index, x)
        }
        return x
    }

    /// `[rows, hidden]` after the final norm.
    func normalized(_ x: Activation, inverse: Activation? = nil) -> Activation {
        let y = Activation(rows: x.rows, columns: x.columns)
        RMSNorm.forward(
            x, weight: model.finalNorm, epsilon: model.configuration.normEpsilon, into: y, inverse: inverse,
            parallelism: parallelism)
        return y
    }

    /// `[rows, vocabulary]` logits of normalised rows.
    func logits(_ normalized: Activation) -> Activation {
        let y = Activation(rows: normalized.rows, columns: model.head.rows)
        MatrixProduct.forward(normalized, model.head, into: y, parallelism: parallelism)
        return y
    }
}

extension LlamaModel {
    /// Logits of every position, `[tokens, vocabulary]`, sequence after sequence.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public func logits(_ batch: TokenBatch, parallelism: Parallelism = .serial) throws(ModelError) -> Tensor {
        try check(batch)
        let pass = ForwardPass(model: self, batch: batch, parallelism: parallelism)
        return pass.logits(pass.normalized(pass.hidden())).tensor
    }

    /// The residual stream after the embedding and after every block, `[tokens, hidden]` each.
    /// - Throws: `ModelError` if a token is outside the vocabulary or a sequence is too long.
    public func hiddenStates(_ batch: TokenBatch, parallelism: Parallelism = .serial) throws(ModelError) -> [Tensor] {
        try check(batch)
        let pass = ForwardPass(model: self, batch: batch, parallelism: parallelism)
        var states = [pass.embed().tensor]
        _ = pass.hidden { _, output in states.append(output.tensor) }
        return states
    }

    /// Refuses what would read outside the weights.
    func check(_ batch: TokenBatch) throws(ModelError) {
        if let token = batch.tokens.first(where: { $0 < 0 || Int($0) >= configuration.vocabulary }) {
            throw .tokenOutsideVocabulary(token: Int(token), vocabulary: configuration.vocabulary)
        }
        if batch.longestSequence > configuration.contextLength {
            throw .sequenceTooLong(tokens: batch.longestSequence, contextLength: configuration.contextLength)
        }
    }
}

/// Why a model cannot compute something.
public enum ModelError: EngineError {
    /// A token id that the embedding has no row for.
    case tokenOutsideVocabulary(token: Int, vocabulary: Int)
    /// A sequence beyond the positions that the model knows.
    case sequenceTooLong(tokens: Int, contextLength: Int)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .tokenOutsideVocabulary(let token, let vocabulary):
            "token id \(token) is outside the model's vocabulary of \(vocabulary): "
                + "the tokenizer does not belong to this model"
        case .sequenceTooLong(let tokens, let contextLength):
            "a sequence of \(tokens) tokens is longer than the model's context of \(contextLength): shorten the "
                + "windows or the sequence length"
        }
    }
}
