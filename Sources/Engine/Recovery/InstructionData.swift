/// Training batches from instructions and answers.
///
/// An example is the template's text as the tokenizer encodes it, cut to `cutoff` tokens, with the end-of-text token
/// behind it if there is room. Where only the answer is learned, the tokens of the prompt, counted by encoding it alone,
/// have no label: the token at the boundary may be another one in the joint text, as in LLM-Pruner, whose rules these are.
/// Every epoch shuffles anew.
public struct InstructionData: TrainingData {
    /// What is learned of an example.
    public enum LossTarget: String, Sendable, CaseIterable, Codable {
        /// Prompt and answer.
        case all
        /// The answer alone.
        case answer
    }

    /// An example as the model sees it.
    struct Sequence: Sendable, Equatable {
        let tokens: [Int32]
        let labels: [Int32]
    }

    let sequences: [Sequence]
    /// Held out of the training.
    let heldOut: [Sequence]
    /// Examples of which nothing would be learned: the cutoff leaves no answer.
    public let skipped: Int
    private let order: EpochOrder

    /// Encodes examples.
    /// - Parameter validation: how many, drawn by the seed, are held out.
    /// - Throws: `TrainingError.noExamples` if nothing would be learned of any, `TrainingError.tooFewExamples` if none is
    ///   left to train on.
    public init(
        _ examples: [InstructionExample], tokenizer: Tokenizer, template: PromptTemplate, lossOn: LossTarget,
        cutoff: Int, seed: UInt64, validation: Int = 0
    ) throws(TrainingError) {
        let encoded = examples.map { example in
            Self.sequence(example, tokenizer: tokenizer, template: template, lossOn: lossOn, cutoff: cutoff)
        }
        let usable = encoded.filter { $0.labels.contains { $0 >= 0 } }
        skipped = encoded.count - usable.count
        guard !usable.isEmpty else { throw .noExamples(examples: examples.count, cutoff: cutoff) }
        guard usable.count > validation else { throw .tooFewExamples(examples: usable.count, validation: validation) }
        var random = RandomSource(seed: seed).derived("validation")
        let drawn = Set(random.permutation(usable.count).prefix(validation))
        sequences = usable.indices.filter { !drawn.contains($0) }.map { usable[$0] }
        heldOut = usable.indices.filter { drawn.contains($0) }.map { usable[$0] }
        order = EpochOrder(count: sequences.count, source: RandomSource(seed: seed).derived("instructions"))
    }

    static func sequence(
        _ example: InstructionExample, tokenizer: Tokenizer, template: PromptTemplate, lossOn: LossTarget, cutoff: Int
    ) -> Sequence {
        let prompt = template.prompt(instruction: example.instruction, input: example.input)
        var tokens = Array(
            tokenizer.encode(template.text(prompt: prompt, answer: example.output)).prefix(cutoff))
        if let end = tokenizer.eosTokenID, tokens.last != end, tokens.count < cutoff { tokens.append(end) }
        let hidden = lossOn == .answer ? min(tokenizer.encode(prompt).count, cutoff) : 0
        let labels = tokens.indices.map { index -> Int32 in
            let next = index + 1
            return next < tokens.count && next >= hidden ? tokens[next] : TokenBatch.ignored
        }
        return Sequence(tokens: tokens, labels: labels)
    }

    /// The examples that are held out, in the order of the data.
    public var validation: TrainingBatch? {
        heldOut.isEmpty ? nil : TrainingBatch(sequences: heldOut.map(\.tokens), labels: heldOut.map(\.labels))
    }

    /// Number of examples in one pass.
    public var count: Int { sequences.count }

    /// The batch of a step.
    public func trainingBatch(step: Int, size: Int) -> TrainingBatch {
        let chosen = order.places(step: step, size: size).map { sequences[$0.place] }
        return TrainingBatch(sequences: chosen.map(\.tokens), labels: chosen.map(\.labels))
    }

    /// SHA-256 of tokens, labels and seed.
    public var digest: String {
        var hash = SHA256()
        hash.update("instructions \(order.source.stateWords)\n")
        for part in [sequences, heldOut] {
            hash.update("\(part.count)\n")
            for sequence in part {
                hash.update(tokens: sequence.tokens)
                hash.update(tokens: sequence.labels)
            }
        }
        return hash.hex()
    }
}
