internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A model after pruning, and what pruning did to it.
struct PrunedModel: Sendable {
    /// The model that is left; the given one itself when the specification prunes nothing.
    let model: LlamaModel
    /// What stayed of each pruned layer, by layer; empty when nothing is pruned.
    let kept: [Int: KeptStructures]
    /// The layers that were pruned; empty when nothing is pruned.
    let layers: Range<Int>
    /// Pruning ratio: the fraction of coupled structures that goes in each pruned layer, as given or as found from the
    /// fraction of parameters.
    let ratio: Double
    /// Fraction of all parameters that is gone.
    let parametersRemoved: Double
}

/// From a pruning specification to a pruned model.
enum PruningStep {
    /// Prunes as the specification says: finds layers and ratio, measures importance on the calibration text, cuts.
    ///
    /// Importance is measured on `calibrationSamples` windows of `calibrationLength` tokens that `seed` picks. The same
    /// model, specification and seed give the same bits on any number of threads.
    /// - Parameter calibrationTokens: the calibration text, where it was encoded before.
    /// - Throws: `Failure` for a setting that does not fit the model, `TextFileError`, `TrainingError`, `PruningError`,
    ///   `ModelError`.
    static func run(
        _ specification: PruningSpecification, model: LoadedModel, calibrationTokens: [Int32]? = nil, seed: UInt64,
        parallelism: Parallelism
    ) throws -> PrunedModel {
        let original = model.model
        guard specification.isPruning else {
            return PrunedModel(model: original, kept: [:], layers: 0..<0, ratio: 0, parametersRemoved: 0)
        }
        try refuseQuantized(model)
        let configuration = original.configuration
        let layers = try specification.layers.layers(of: configuration.layers.count)
        let ratio = try specification.ratio(of: configuration, layers: layers)
        let options = Engine.PruningOptions(
            ratio: ratio, layers: layers, importance: specification.importance, reduction: specification.reduction,
            seed: seed)
        let (pruned, kept) = try Pruner(options).prune(
            original, calibration: calibration(specification, model: model, tokens: calibrationTokens, seed: seed),
            parallelism: parallelism)
        return PrunedModel(
            model: pruned, kept: kept, layers: layers, ratio: ratio,
            parametersRemoved: configuration.parametersRemoved(by: pruned.configuration))
    }

    /// The batch that importance is measured on; nil when the importance needs none.
    private static func calibration(
        _ specification: PruningSpecification, model: LoadedModel, tokens: [Int32]?, seed: UInt64
    ) throws -> TokenBatch? {
        guard Importances.named(specification.importance)?.needsGradients == true,
            let path = specification.calibration
        else { return nil }
        let contextLength = model.model.configuration.contextLength
        guard specification.calibrationLength <= contextLength else {
            throw Failure.usage(
                "--calibration-length: the model reads \(contextLength) tokens, not \(specification.calibrationLength)")
        }
        let tokens = try tokens ?? model.tokenizer.encodeDocuments(of: Engine.TextFile.read(path))
        do throws(TrainingError) {
            let windows = try TextWindows(tokens: tokens, length: specification.calibrationLength, seed: seed)
            return windows.batch(step: 0, size: specification.calibrationSamples)
        } catch {
            throw Failure(.failed, "\(path): \(error.description)")
        }
    }

    private static func refuseQuantized(_ model: LoadedModel) throws(Failure) {
        guard !model.model.isQuantized else {
            throw .usage(
                "\(model.checkpoint.directory.path): is quantized already and cannot be pruned",
                hint: "prune the checkpoint that it was made from, then quantize the result")
        }
    }
}

extension PruningSpecification {
    /// The pruning ratio for that model: as given, or the smallest that removes the given fraction of parameters.
    /// - Throws: `PruningError.unreachable`, `Failure` when the ratio is too small to remove anything.
    func ratio(of configuration: ModelConfiguration, layers: Range<Int>) throws -> Double {
        let ratio =
            if let parametersRemoved {
                try configuration.ratio(removingParameters: parametersRemoved, layers: layers)
            } else { self.ratio ?? 0 }
        guard configuration.pruned(ratio: ratio, layers: layers) != configuration else {
            throw Failure.usage(
                "a pruning ratio of \(ratio) removes no whole head or MLP channel from layers "
                    + "\(layers.lowerBound)-\(layers.upperBound - 1)", hint: "prune more")
        }
        return ratio
    }
}
