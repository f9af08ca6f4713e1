internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A model after pruning, and what pruning did to it.
struct PrunedModel: Sendable {
    /// The model that is left, and which structures stayed; the given one itself when nothing is pruned.
    let result: PruningResult
    /// The layers that were pruned; empty when nothing is pruned.
    let layers: Range<Int>
    /// Fraction of all parameters that is gone.
    let parametersRemoved: Double

    /// The model that is left.
    var model: LlamaModel { result.model }
    /// What stayed of each pruned layer, by layer; empty when no heads and MLP channels are pruned.
    var kept: [Int: KeptStructures] { result.kept }
    /// Pruning ratio: the fraction of structures that goes, as given or as found from the fraction of parameters.
    var ratio: Double { result.ratio }
}

/// From a pruning specification to a pruned model.
enum PruningStep {
    /// Prunes as the specification says: finds layers and ratio, measures importance on the calibration text, cuts.
    ///
    /// Importance is measured on `calibrationSamples` samples of `calibrationLength` tokens that `seed` picks, others in
    /// each step. The same model, specification and seed give the same bits on any number of threads.
    /// - Parameter calibrationTokens: the calibration text, where it was encoded before.
    /// - Throws: `Failure` for a setting that does not fit the model, `TextFileError`, `TrainingError`, `PruningError`,
    ///   `ModelError`.
    static func run(
        _ specification: PruningSpecification, model: LoadedModel, calibrationTokens: [Int32]? = nil, seed: UInt64,
        parallelism: Parallelism
    ) throws -> PrunedModel {
        let original = model.model
        guard specification.isPruning else {
            return PrunedModel(
                result: PruningResult(model: original, ratio: 0), layers: 0..<0, parametersRemoved: 0)
        }
        try refuseQuantized(model)
        let configuration = original.configuration
        _ = try specification.shapes(of: configuration)
        let options = try specification.options(of: configuration, seed: seed)
        let samples = try calibration(specification, model: model, tokens: calibrationTokens, seed: seed)
        let result = try Pruner(options).prune(original, parallelism: parallelism, calibration: samples)
        try specification.refuseNothing(configuration, result.model.configuration, ratio: result.ratio)
        return PrunedModel(
            result: result, layers: options.layers,
            parametersRemoved: configuration.parametersRemoved(by: result.model.configuration))
    }

    /// The batches that importance is measured on, by step; none when the scores need none.
    private static func calibration(
        _ specification: PruningSpecification, model: LoadedModel, tokens: [Int32]?, seed: UInt64
    ) throws -> (Int) throws -> TokenBatch? {
        guard specification.needsCalibration, let path = specification.calibration else { return { _ in nil } }
        let (length, size) = (specification.calibrationLength, specification.calibrationSamples)
        let contextLength = model.model.configuration.contextLength
        guard length <= contextLength else {
            throw Failure.usage("--calibration-length: the model reads \(contextLength) tokens, not \(length)")
        }
        func named<Value>(_ work: () throws(TrainingError) -> Value) throws(Failure) -> Value {
            do throws(TrainingError) { return try work() } catch {
                throw Failure(.failed, "\(path): \(error.description)")
            }
        }
        switch specification.calibrationSampling {
        case .windows:
            let tokens = try tokens ?? model.tokenizer.encodeDocuments(of: Engine.TextFile.read(path))
            let windows = try named { () throws(TrainingError) in
                try TextWindows(tokens: tokens, length: length, seed: seed)
            }
            return { windows.batch(step: $0, size: size) }
        case .documents:
            let documents = try TextWindows.documents(of: Engine.TextFile.read(path)).map {
                model.tokenizer.encode($0, addSpecialTokens: true)
            }
            let samples = CalibrationDocuments(documents, length: length, seed: seed)
            return { step in
                try named { () throws(TrainingError) in try samples.batch(step: step, size: size) }
            }
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
    /// The pruning of that model as the engine takes it.
    /// - Throws: `Failure` when a layer is outside the model.
    func options(of configuration: ModelConfiguration, seed: UInt64 = 0) throws(Failure) -> Engine.PruningOptions {
        options(layers: try layers.layers(of: configuration.layers.count), seed: seed)
    }

    /// The shapes that are left of that model and the ratio; nil when they depend on scores.
    /// - Throws: `PruningError.unreachable`, `Failure` when the ratio is too small to remove anything.
    func shapes(of configuration: ModelConfiguration) throws -> (configuration: ModelConfiguration, ratio: Double)? {
        guard let shapes = try Pruner(options(of: configuration)).shapes(of: configuration) else { return nil }
        try refuseNothing(configuration, shapes.configuration, ratio: shapes.ratio)
        return shapes
    }

    /// Refuses a pruning that leaves everything.
    func refuseNothing(
        _ before: ModelConfiguration, _ after: ModelConfiguration, ratio: Double
    ) throws(Failure) {
        guard before == after else { return }
        let what = structure == "block" ? "head or MLP channel" : structure
        throw .usage("a pruning ratio of \(ratio) removes no whole \(what) from the pruned layers", hint: "prune more")
    }
}
