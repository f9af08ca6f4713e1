internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes what the trials of a search share, once: what was made before from the same inputs is found again by the
/// digest of those inputs.
struct SearchPreparation {
    let store: Store
    let specification: Specification
    let progress: ProgressLine

    /// Everything that trials share, and the base model's row.
    func context(inputs: SearchInputs, base: LoadedModel) throws -> (
        context: SearchContext, modelID: Int, prunedID: Int?
    ) {
        let modelRow = try store.recordModel(record(base.checkpoint, pruning: nil))
        let (pruned, digest, prunedRow, ratio, removed) = try prunedModel(inputs, base, parentID: modelRow.id)
        let precisions = try specification.choices.map { try Precisions.parse($0) }
        try specification.ends.check(pruned.configuration)
        let space = try pruned.configuration.allocationSpace(
            precisions, fixedBytes: pruned.unquantizedBytes(specification.ends), granularity: specification.granularity)
        let budgetBytes = try specification.budget.resolvedBytes(in: space)
        let importance = try layerImportance(inputs, pruned, digest: digest)
        let context = SearchContext(
            specification: specification, inputs: inputs, base: base, pruned: pruned, prunedDigest: digest,
            ratio: ratio, parametersRemoved: removed, space: space, budgetBytes: budgetBytes, importance: importance)
        return (context, modelRow.id, prunedRow)
    }

    private func record(_ checkpoint: Checkpoint, pruning: ModelRecord.Pruning?) -> ModelRecord {
        ModelRecord(
            sha256: checkpoint.digest, name: checkpoint.directory.lastPathComponent, path: checkpoint.directory.path,
            architecture: "llama", layers: checkpoint.configuration.layers.count,
            parameters: checkpoint.configuration.parameterCount, bytes: checkpoint.byteCount, pruning: pruning)
    }

    private typealias Pruned = (
        model: LlamaModel, digest: String, rowID: Int?, ratio: Double, parametersRemoved: Double
    )

    private func prunedModel(_ inputs: SearchInputs, _ base: LoadedModel, parentID: Int) throws -> Pruned {
        guard specification.pruning.isPruning else { return (base.model, base.checkpoint.digest, nil, 0, 0) }
        let key = try StageKey("prune", model: base.checkpoint.digest)
            .adding(specification.pruning).adding(specification.seed)
            .adding(inputs.files.filter { $0.role == "calibration" }.map(\.sha256))
        let folder = URL(filePath: ArtifactFolder.path(besideDatabase: store.path))
            .appending(path: "pruned-\(key.digest.prefix(16))")
        if let stage = try store.stage(digest: key.digest), let path = stage.path,
            let checkpoint = try? Checkpoint.open(directory: URL(filePath: path)),
            let detail = try? JSONDecoder().decode(PrunedDetail.self, from: Data(stage.detail.utf8)),
            checkpoint.digest == detail.sha256
        {
            let row = try store.recordModel(
                record(checkpoint, pruning: pruning(detail.ratio, detail.parametersRemoved, parentID)))
            return (
                try LlamaModel(checkpoint: checkpoint), detail.sha256, row.id, detail.ratio, detail.parametersRemoved
            )
        }
        progress.begin("pruning")
        let started = MonotonicClock.seconds
        let result = try PruningStep.run(
            specification.pruning, model: base, calibrationTokens: inputs.calibrationTokens, seed: specification.seed,
            parallelism: Parallelism(threads: specification.threads))
        let checkpoint = try save(result.model, to: folder, source: base.checkpoint)
        let detail = PrunedDetail(
            sha256: checkpoint.digest, ratio: result.ratio, parametersRemoved: result.parametersRemoved)
        let row = try store.recordModel(
            record(checkpoint, pruning: pruning(result.ratio, result.parametersRemoved, parentID)))
        let stage = try store.recordStage(
            StageRecord(
                digest: key.digest, kind: "prune", path: folder.path, seconds: MonotonicClock.seconds - started,
                detail: try CanonicalJSON.text(detail)))
        for name in ["config.json", "model.safetensors"] {
            let file = folder.appending(path: name)
            try store.recordArtifact(
                ArtifactRecord(
                    kind: "pruned_model", path: file.path, bytes: try MappedFile(file).byteCount,
                    sha256: try SHA256.hex(of: file), stageID: stage.id))
        }
        // From the files, so that the first search and every later one compute with the same mapped weights.
        return (
            try LlamaModel(checkpoint: checkpoint), detail.sha256, row.id, result.ratio, result.parametersRemoved
        )
    }

    /// Writes the pruned checkpoint, or finds the same one there: another process may prune the same model at the same
    /// time, and a folder without its row is left over from a run that was killed in between.
    private func save(_ model: LlamaModel, to folder: URL, source: Checkpoint) throws -> Checkpoint {
        let parent = folder.deletingLastPathComponent()
        let own = parent.appending(path: ".\(folder.lastPathComponent).\(UUID().uuidString).partial")
        defer { try? FileManager.default.removeItem(at: own) }
        do {
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: parent.path, reason: "the folder cannot be made here")
        }
        try model.save(to: own, source: source)
        let digest = try Checkpoint.open(directory: own).digest
        func existing() -> Checkpoint? {
            guard let checkpoint = try? Checkpoint.open(directory: folder), checkpoint.digest == digest else {
                return nil
            }
            return checkpoint
        }
        if let checkpoint = existing() { return checkpoint }
        if FileManager.default.fileExists(atPath: folder.path) { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.moveItem(at: own, to: folder)
        } catch {
            guard let checkpoint = existing() else {
                throw CheckpointError.unwritable(file: folder.path, reason: "the folder cannot be made here")
            }
            return checkpoint
        }
        return try Checkpoint.open(directory: folder)
    }

    private func pruning(_ ratio: Double, _ removed: Double, _ parentID: Int) -> ModelRecord.Pruning {
        ModelRecord.Pruning(
            parentID: parentID, pruningRatio: ratio, parametersRemoved: removed,
            importance: specification.pruning.importance, seed: specification.seed)
    }

    private func layerImportance(
        _ inputs: SearchInputs, _ model: LlamaModel, digest: String
    ) throws -> [LayerImportance.Estimate] {
        let calibration = specification.pruning
        let key = try StageKey("importance", model: digest)
            .adding([calibration.calibrationSamples, calibration.calibrationLength]).adding(specification.seed)
            .adding(inputs.files.filter { $0.role == "calibration" }.map(\.sha256))
        if let stage = try store.stage(digest: key.digest),
            let known = try? JSONDecoder().decode(ImportanceDetail.self, from: Data(stage.detail.utf8)),
            let estimates = known.estimates, estimates.count == model.blocks.count
        {
            return estimates
        }
        let started = MonotonicClock.seconds
        let parallelism = Parallelism(threads: specification.threads)
        progress.begin("layer importance", total: model.blocks.count, unit: "layers")
        let windows = try TextWindows(
            tokens: inputs.calibrationTokens, length: calibration.calibrationLength, seed: specification.seed)
        let batch = windows.batch(step: 0, size: calibration.calibrationSamples)
        let outputs = try LayerOutputs(
            of: model, sequences: batch.sequences.map { Array(batch.tokens[$0]) }, seed: specification.seed,
            parallelism: parallelism)
        var options = LayerImportance.Options()
        options.parallelism = parallelism
        var estimates: [LayerImportance.Estimate] = []
        for (layer, output) in outputs.outputs.enumerated() {
            estimates.append(
                LayerImportance.mutualInformation(
                    layerOutputs: output, predictions: outputs.predictions, options: options,
                    seed: specification.seed))
            progress.advance(to: layer + 1)
        }
        let detail = ImportanceDetail(estimates)
        _ = try store.recordStage(
            StageRecord(
                digest: key.digest, kind: "importance", seconds: MonotonicClock.seconds - started,
                detail: try CanonicalJSON.text(detail)))
        return estimates
    }
}

/// What a pruning stage remembers beside its folder.
private struct PrunedDetail: Codable {
    var sha256: String
    var ratio: Double
    var parametersRemoved: Double
}

/// What an importance stage remembers: one entry per layer, nats.
private struct ImportanceDetail: Codable {
    var value: [Double]
    var nullMean: [Double]
    var nullDeviation: [Double]

    init(_ estimates: [LayerImportance.Estimate]) {
        value = estimates.map(\.value)
        nullMean = estimates.map(\.nullMean)
        nullDeviation = estimates.map(\.nullDeviation)
    }

    var estimates: [LayerImportance.Estimate]? {
        guard value.count == nullMean.count, value.count == nullDeviation.count else { return nil }
        return value.indices.map {
            LayerImportance.Estimate(value: value[$0], nullMean: nullMean[$0], nullDeviation: nullDeviation[$0])
        }
    }
}
