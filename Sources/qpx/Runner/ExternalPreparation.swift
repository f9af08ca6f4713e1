internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes what the trials of a search share where another program carries them out.
///
/// Only what this program computes itself is read: the weights and the calibration text where the model is pruned or
/// layer importance measured; else the shapes in `config.json` do, or a file of units.
struct ExternalPreparation {
    let store: Store
    let specification: Specification
    let progress: ProgressLine

    /// Whether weights and calibration text are needed.
    private var isNative: Bool { specification.pruning.isPruning || specification.layerImportance.isMeasured }

    /// Everything that trials share.
    /// - Throws: `Failure` for a setting that does not fit; what reading files and pruning throw.
    func context() throws -> SearchContext {
        if let path = specification.evaluator.space { return try space(SpaceFile(path), path: path) }
        return isNative ? try prepared() : try described()
    }

    /// The search's specification with what only files say filled in: the choices of a space.
    static func resolved(_ specification: Specification) throws -> Specification {
        guard let path = specification.evaluator.space else { return specification }
        var copy = specification
        copy.choices = try SpaceFile(path).space.choices.map(\.name)
        return copy
    }

    private func space(_ file: SpaceFile, path: String) throws -> SearchContext {
        let space = file.space
        let row = try store.recordModel(
            ModelRecord(
                sha256: try SHA256.hex(of: URL(filePath: path)), name: file.name, path: path, architecture: "space",
                layers: space.layers, parameters: space.quantizedWeights, bytes: space.maximumBytes))
        let problem = try problem(space, importance: importance(layers: space.layers))
        return try context(problem, .space(space), modelID: row.id, files: try files([("space", path)]))
    }

    /// From `config.json` alone.
    private func described() throws -> SearchContext {
        let configuration = try ModelFolder.configuration(specification.model, says: "--model")
        let folder =
            FilePath.isFolder(specification.model) ? specification.model : FilePath.parent(of: specification.model)
        let file = FilePath.isFolder(specification.model) ? folder + "/config.json" : specification.model
        let elementBytes = try Self.elementBytes(file)
        let weights = try WeightMemory(configuration, allocation: nil, elementBytes: elementBytes, normBytes: 4)
        let matrices = elementBytes == 2 ? weights.projections : 2 * weights.projections
        let total = weights.total - weights.projections + matrices
        try checkEnds(configuration)
        func end(_ bytes: Int, _ precision: String?) throws -> Int {
            guard bytes > 0, let precision else { return bytes }
            return try Precisions.parse(precision).byteCount(
                rows: configuration.vocabulary, columns: configuration.hidden)
        }
        let fixedBytes =
            try weights.norms + end(weights.embedding, specification.ends.embedding)
            + end(weights.head, specification.ends.head)
        let space = try configuration.allocationSpace(
            specification.choices.map { try Precisions.parse($0) }, fixedBytes: fixedBytes,
            granularity: specification.granularity)
        let row = try store.recordModel(
            ModelRecord(
                sha256: try SHA256.hex(of: URL(filePath: file)), name: FilePath.name(of: folder), path: folder,
                architecture: "llama", layers: configuration.layers.count,
                parameters: configuration.parameterCount, bytes: total))
        let problem = try problem(space, importance: importance(layers: space.layers))
        let model = ExternalModel.Checkpoint(
            path: folder, prunedPath: nil, configuration: configuration, pruned: configuration,
            weightBytes: (total, total), fixedBytes: fixedBytes)
        return try context(problem, .checkpoint(model), modelID: row.id, files: try files([]))
    }

    /// With the weights: pruned and measured by this program.
    private func prepared() throws -> SearchContext {
        let base = try ModelFolder.open(specification.model, says: "--model")
        progress.begin("reading texts")
        let inputs = try SearchInputs(calibrationOf: specification, tokenizer: base.tokenizer)
        try SearchChecks(specification: specification, inputs: inputs, base: base).run()
        let preparation = SearchPreparation(store: store, specification: specification, progress: progress)
        let row = try store.recordModel(ModelRecord(base.checkpoint))
        let pruned = try preparation.prunedModel(inputs, base, parentID: row.id)
        try checkEnds(pruned.model.configuration)
        let fixedBytes = try pruned.model.unquantizedBytes(specification.ends)
        let space = try pruned.model.configuration.allocationSpace(
            specification.choices.map { try Precisions.parse($0) }, fixedBytes: fixedBytes,
            granularity: specification.granularity)
        var measured: (measurement: LayerMeasurement?, relativeErrors: [[Double]]?) = (
            try importance(layers: space.layers), nil
        )
        if specification.layerImportance.isMeasured {
            let found = try preparation.layerImportance(inputs, pruned.model, space, digest: pruned.digest)
            measured = (found.measurement, found.relativeErrors)
        }
        let problem = try problem(
            space, importance: measured.measurement, relativeErrors: measured.relativeErrors, ratio: pruned.ratio,
            parametersRemoved: pruned.parametersRemoved)
        let prunedRow = try pruned.rowID.map { try store.model(id: $0) }
        let model = ExternalModel.Checkpoint(
            path: specification.model, prunedPath: prunedRow?.path, configuration: base.model.configuration,
            pruned: pruned.model.configuration, weightBytes: (base.model.weightBytes, pruned.model.weightBytes),
            fixedBytes: fixedBytes)
        return try context(
            problem, .checkpoint(model), modelID: row.id, prunedModelID: pruned.rowID,
            files: inputs.files + files([]))
    }

    private func problem(
        _ space: AllocationSpace, importance: LayerMeasurement?, relativeErrors: [[Double]]? = nil, ratio: Double = 0,
        parametersRemoved: Double = 0
    ) throws -> SearchProblem {
        SearchProblem(
            specification: specification, ratio: ratio, parametersRemoved: parametersRemoved, space: space,
            budgetBytes: try specification.budget.resolvedBytes(in: space), importance: importance,
            relativeErrors: relativeErrors)
    }

    private func context(
        _ problem: SearchProblem, _ model: ExternalModel, modelID: Int, prunedModelID: Int? = nil,
        files: [SearchInputs.File]
    ) throws -> SearchContext {
        let evaluator = CommandEvaluator(
            problem: problem, model: model, specification: try specification.canonicalJSON(),
            command: specification.evaluator.command ?? "", timeout: specification.evaluator.timeout,
            logFolder: ArtifactFolder.path(besideDatabase: store.path) + "/logs")
        return SearchContext(
            problem: problem, evaluator: evaluator, files: files, modelID: modelID, prunedModelID: prunedModelID)
    }

    /// What a file says of the layers; nil without one.
    private func importance(layers: Int) throws -> LayerMeasurement? {
        try specification.evaluator.importanceFile.map { try ImportanceFile.read($0, count: layers) }
    }

    private func checkEnds(_ configuration: ModelConfiguration) throws(Failure) {
        do throws(EndPrecisionError) {
            try specification.ends.check(configuration)
        } catch {
            throw .usage("--head-precision: \(error.description)")
        }
    }

    /// The files that the other program reads, as they are now.
    private func files(_ own: [(role: String, path: String)]) throws -> [SearchInputs.File] {
        var named = own
        if let path = specification.evaluator.importanceFile { named.append(("importance_file", path)) }
        if specification.recovery.steps > 0 {
            if let path = specification.recovery.text { named.append(("recovery_text", path)) }
            if let path = specification.recovery.data { named.append(("recovery_data", path)) }
        }
        // Where a task that is only named is found, the program decides.
        named += specification.evaluation.references.compactMap { reference in
            switch reference {
            case .file(let path), .named(_, let path?): ("task", path)
            case .named(_, nil): nil
            }
        }
        named += specification.evaluation.texts.map { ("text", $0) }
        if let path = specification.objective.text { named.append(("objective_text", path)) }
        return try named.map { role, path in
            guard FilePath.exists(path) else {
                throw Failure.notFound("--\(role.replacing("_", with: "-")): \(path) does not exist")
            }
            let url = URL(filePath: path)
            return SearchInputs.File(
                role: role, path: path, bytes: try MappedFile(url).byteCount, sha256: try SHA256.hex(of: url))
        }
    }

    /// Bytes of a weight as the checkpoint keeps it: 4 where its configuration says float32, else 2.
    private static func elementBytes(_ configurationFile: String) throws -> Int {
        let json = try? JSONParser.parse(TextFile.read(configurationFile, says: "--model"))
        return (json?["dtype"] ?? json?["torch_dtype"])?.text == "float32" ? 4 : 2
    }
}
