internal import Engine

/// What recovery trains on, as it was read.
enum RecoveryMaterial: Sendable {
    /// A plain text.
    case text(tokens: [Int32])
    /// Instructions and answers.
    case instructions([InstructionExample])
    /// There is no recovery.
    case nothing

    /// Reads what a specification names.
    /// - Throws: `TextFileError`, `InstructionFileError`.
    init(_ specification: RecoverySpecification, tokenizer: Tokenizer) throws {
        if let path = specification.text {
            self = .text(tokens: tokenizer.encodeDocuments(of: try Engine.TextFile.read(path)))
        } else if let path = specification.data {
            self = .instructions(try InstructionFile.read(path))
        } else {
            self = .nothing
        }
    }

    /// The batches of a training.
    /// - Throws: `Failure` that names the setting if there is nothing to train on.
    func data(
        _ specification: RecoverySpecification, tokenizer: Tokenizer, seed: UInt64
    ) throws(Failure) -> any TrainingData {
        switch self {
        case .text(let tokens):
            do throws(TrainingError) {
                return try TextWindows(tokens: tokens, length: specification.sequenceLength, seed: seed)
            } catch {
                throw .usage("--recovery-text \(specification.text ?? ""): \(error.description)")
            }
        case .instructions(let examples):
            do throws(TrainingError) {
                return try InstructionData(
                    examples, tokenizer: tokenizer, template: specification.template, lossOn: specification.lossOn,
                    cutoff: specification.cutoff, seed: seed, validation: specification.validation)
            } catch {
                throw .usage("--recovery-data \(specification.data ?? ""): \(error.description)")
            }
        case .nothing:
            throw .usage("--recovery-text is missing", hint: "name a text file, or instructions with --recovery-data")
        }
    }

    /// The specification with the steps that its epochs come to.
    func resolved(
        _ specification: RecoverySpecification, tokenizer: Tokenizer, seed: UInt64
    ) throws(Failure) -> RecoverySpecification {
        guard specification.epochs != nil else { return specification }
        return try specification.resolved(
            sequences: data(specification, tokenizer: tokenizer, seed: seed).count)
    }
}
