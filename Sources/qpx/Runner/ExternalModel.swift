internal import Engine

/// What an external evaluator is told of the model, and what trials on it weigh.
enum ExternalModel: Sendable {
    /// Units of a file; there is no model.
    case space(AllocationSpace)
    /// A checkpoint.
    case checkpoint(Checkpoint)

    /// A checkpoint and what pruning left of it.
    struct Checkpoint: Sendable {
        /// Folder of the checkpoint.
        let path: String
        /// Folder of the pruned one; nil where nothing is pruned.
        let prunedPath: String?
        let configuration: ModelConfiguration
        /// Of what pruning left, or of the checkpoint itself.
        let pruned: ModelConfiguration
        /// Bytes of all weights of the two without an allocation.
        let weightBytes: (intact: Int, pruned: Int)
        /// Bytes of embedding, head and norms under an allocation.
        let fixedBytes: Int
    }

    /// Folder of the checkpoint.
    var path: String? {
        if case .checkpoint(let checkpoint) = self { checkpoint.path } else { nil }
    }

    /// Folder of the pruned checkpoint.
    var prunedPath: String? {
        if case .checkpoint(let checkpoint) = self { checkpoint.prunedPath } else { nil }
    }

    /// What a plan's weights take.
    /// - Throws: `AllocationError`, `ModelQuantizationError`, `PrecisionError` for an allocation of another model.
    func size(of plan: TrialPlan, budgetBytes: Int) throws -> TrialSize {
        switch self {
        case .space(let space):
            guard let allocation = plan.allocation else { return TrialSize(weightBytes: space.maximumBytes) }
            let bytes = try space.bytes(of: allocation)
            return TrialSize(
                weightBytes: bytes, bitsPerWeight: space.bitsPerWeight(totalBytes: bytes),
                isWithinBudget: bytes <= budgetBytes)
        case .checkpoint(let checkpoint):
            guard let allocation = plan.allocation else {
                let bytes = checkpoint.weightBytes
                return TrialSize(weightBytes: plan.base == .intact ? bytes.intact : bytes.pruned)
            }
            let configuration = plan.base == .intact ? checkpoint.configuration : checkpoint.pruned
            let projections = try configuration.projectionBytes(of: allocation)
            let bytes = projections + checkpoint.fixedBytes
            return TrialSize(
                weightBytes: bytes,
                bitsPerWeight: 8 * Double(projections) / Double(max(1, configuration.projectionWeights)),
                isWithinBudget: bytes <= budgetBytes)
        }
    }
}
