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

    /// Everything that trials share.
    func context(inputs: SearchInputs, base: LoadedModel) throws -> SearchContext {
        let modelRow = try store.recordModel(ModelRecord(base.checkpoint))
        let (pruned, digest, prunedRow, ratio, removed) = try prunedModel(inputs, base, parentID: modelRow.id)
        let precisions = try specification.choices.map { try Precisions.parse($0) }
        try specification.ends.check(pruned.configuration)
        let space = try pruned.configuration.allocationSpace(
            precisions, fixedBytes: pruned.unquantizedBytes(specification.ends), granularity: specification.granularity)
        let budgetBytes = try specification.budget.resolvedBytes(in: space)
        let importance = try layerImportance(inputs, pruned, space, digest: digest)
        let problem = SearchProblem(
            specification: specification, ratio: ratio, parametersRemoved: removed, space: space,
            budgetBytes: budgetBytes, importance: importance.measurement, relativeErrors: importance.relativeErrors)
        let evaluator = NativeEvaluator(
            problem: problem, inputs: inputs, base: base, pruned: pruned, prunedDigest: digest,
            stateFolder: ArtifactFolder.path(besideDatabase: store.path))
        return SearchContext(
            problem: problem, evaluator: evaluator, files: inputs.files, modelID: modelRow.id,
            prunedModelID: prunedRow)
    }

    /// A pruned model, or the base model, and what the database knows of it.
    typealias Pruned = (
        model: LlamaModel, digest: String, rowID: Int?, ratio: Double, parametersRemoved: Double
    )

    /// Prunes the base model, or finds what was pruned before from the same inputs.
    func prunedModel(_ inputs: SearchInputs, _ base: LoadedModel, parentID: Int) throws -> Pruned {
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
                ModelRecord(checkpoint, pruning: pruning(detail.ratio, detail.parametersRemoved, parentID)))
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
            ModelRecord(checkpoint, pruning: pruning(result.ratio, result.parametersRemoved, parentID)))
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

    /// Measures the layers, or finds what was measured before from the same inputs.
    func layerImportance(
        _ inputs: SearchInputs, _ model: LlamaModel, _ space: AllocationSpace, digest: String
    ) throws -> (measurement: LayerMeasurement, relativeErrors: [[Double]]?) {
        let step = LayerImportanceStep(
            model: model, measure: specification.layerImportance.measure, signal: specification.layerImportance.signal,
            precisions: space.choices.map(\.name), granularity: space.granularity,
            calibrationTokens: inputs.calibrationTokens,
            calibrationSamples: specification.pruning.calibrationSamples,
            calibrationLength: specification.pruning.calibrationLength, seed: specification.seed,
            parallelism: Parallelism(threads: specification.threads), progress: progress)
        let key = try StageKey("importance", model: digest).adding(step.settings)
            .adding(inputs.files.filter { $0.role == "calibration" }.map(\.sha256))
        let measurement: LayerMeasurement
        if let stage = try store.stage(digest: key.digest),
            let known = try? JSONDecoder().decode(ImportanceDetail.self, from: Data(stage.detail.utf8)).measurement,
            known.estimates.count == model.blocks.count
        {
            measurement = known
        } else {
            let started = MonotonicClock.seconds
            measurement = try step.run()
            _ = try store.recordStage(
                StageRecord(
                    digest: key.digest, kind: "importance", seconds: MonotonicClock.seconds - started,
                    detail: try CanonicalJSON.text(ImportanceDetail(measurement))))
        }
        guard [.exact, .greedy].contains(specification.layerImportance.rule), measurement.costs == nil else {
            return (measurement, nil)
        }
        return (measurement, try step.relativeErrors())
    }
}

/// What a pruning stage remembers beside its folder.
private struct PrunedDetail: Codable {
    var sha256: String
    var ratio: Double
    var parametersRemoved: Double
}

/// What an importance stage remembers: one entry per layer, in the measure's unit.
private struct ImportanceDetail: Codable {
    var value: [Double]
    var nullMean: [Double?]
    var nullDeviation: [Double?]
    var costs: [[Double]]?

    init(_ measurement: LayerMeasurement) {
        value = measurement.estimates.map(\.value)
        nullMean = measurement.estimates.map(\.nullMean)
        nullDeviation = measurement.estimates.map(\.nullDeviation)
        costs = measurement.costs
    }

    var measurement: LayerMeasurement? {
        guard value.count == nullMean.count, value.count == nullDeviation.count,
            (costs?.count ?? 0) % max(1, value.count) == 0
        else { return nil }
        return LayerMeasurement(
            estimates: value.indices.map {
                LayerEstimate(value: value[$0], nullMean: nullMean[$0], nullDeviation: nullDeviation[$0])
            }, costs: costs)
    }
}
