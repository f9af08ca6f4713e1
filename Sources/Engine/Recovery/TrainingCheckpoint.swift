#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Keeps the state of a training in a file, from which it goes on to the same bits as if it had never stopped.
///
/// One safetensors file, replaced as a whole: values and both moments of every parameter, and in its metadata the steps
/// taken and the digest of everything else that the training depends on.
public struct TrainingCheckpoint: Sendable {
    /// Where the state is.
    public let file: URL
    /// Steps between two states.
    public let every: Int
    /// SHA-256 of what the training depends on: options, data, weights.
    public let digest: String

    /// A state in `file`, whose folder must exist, written after every `every` steps.
    public init(file: URL, every: Int, digest: String) {
        precondition(every > 0, "a state is written after some steps")
        self.file = file
        self.every = every
        self.digest = digest
    }

    private static let format = "qpx-training-state-1"
    private static let bestSuffix = ".best"

    /// Whether there is a state to go on from.
    public var exists: Bool { FileManager.default.fileExists(atPath: file.path) }

    /// Removes the state.
    public func remove() { try? FileManager.default.removeItem(at: file) }

    /// Writes the trainer's state if it is time.
    /// - Throws: `CheckpointError.unwritable`.
    func save(_ trainer: Trainer, _ progress: TrainingProgress) throws {
        guard progress.steps.count % every == 0 else { return }
        let best = zip(trainer.shapes, progress.best ?? []).map { (name: $0.name + Self.bestSuffix, tensor: $1) }
        try SafetensorsWriter.write(
            (trainer.state().tensors + best).map { entry in
                TensorSource(name: entry.name, elementType: .float32, shape: entry.tensor.shape) {
                    entry.tensor.elements
                }
            },
            metadata: [
                "format": Self.format, "digest": digest,
                "steps": String(decoding: try JSONEncoder().encode(progress.steps), as: UTF8.self),
            ], to: file)
    }

    /// Puts the trainer where the state is.
    /// - Returns: how far it is; `nil` without a state.
    /// - Throws: `TrainingStateError`, `CheckpointError` if the file is damaged.
    func restore(_ trainer: Trainer) throws -> TrainingProgress? {
        guard exists else { return nil }
        let state = try SafetensorsFile.open(file)
        func metadata(_ key: String) -> String? { state.metadata.first { $0.key == key }?.value }
        guard metadata("format") == Self.format, let text = metadata("steps"),
            let steps = try? JSONDecoder().decode([TrainingStep].self, from: Data(text.utf8)),
            steps.indices.allSatisfy({ steps[$0].step == $0 })
        else { throw TrainingStateError.notAState(file: file.path) }
        guard metadata("digest") == digest else { throw TrainingStateError.otherTraining(file: file.path) }
        func tensors(_ shapes: [(name: String, shape: [Int])]) throws -> [Tensor] {
            try shapes.map { name, shape in
                let tensor = try state.tensor(named: name)
                guard tensor.shape == shape, tensor.elementType == .float32 else {
                    throw TrainingStateError.notAState(file: file.path)
                }
                return Tensor(tensor.floats(), shape: shape)
            }
        }
        let best =
            steps.contains { $0.validationLoss != nil }
            ? try tensors(trainer.shapes.map { ($0.name + Self.bestSuffix, $0.shape) }) : nil
        trainer.restore(steps: steps.count, tensors: try tensors(trainer.stateShapes))
        return TrainingProgress(steps: steps, best: best)
    }
}

/// Why a training cannot go on from a file.
public enum TrainingStateError: EngineError {
    /// The file is not the state of a training.
    case notAState(file: String)
    /// The state belongs to a training with other options, data or weights.
    case otherTraining(file: String)

    /// One line: what, where, what to do.
    public var description: String {
        switch self {
        case .notAState(let file):
            "\(file): is not the state of a training; remove it to begin anew"
        case .otherTraining(let file):
            "\(file): belongs to a training with other options, data or weights; "
                + "repeat the options it was begun with, or remove it to begin anew"
        }
    }
}
