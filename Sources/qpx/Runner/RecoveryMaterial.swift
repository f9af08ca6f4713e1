internal import Engine

/// What recovery trains on, as it was read.
enum RecoveryMaterial: Sendable {
    /// A plain text.
    case text(tokens: [Int32])
    /// Instructions and answers.
    case instructions([InstructionExample])

    /// Reads what a specification names.
    /// - Throws: `TextFileError`, `InstructionFileError`, `Failure` if nothing is named.
    init(_ specification: RecoverySpecification, tokenizer: Tokenizer) throws {
        if let path = specification.text {
            self = .text(tokens: tokenizer.encodeDocuments(of: try Engine.TextFile.read(path)))
        } else if let path = specification.data {
            self = .instructions(try InstructionFile.read(path))
        } else {
            throw Failure.usage(
                "--recovery-text is missing", hint: "name a text file, or instructions with --recovery-data")
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
        }
    }
}
