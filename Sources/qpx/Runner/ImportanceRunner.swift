internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Measures layer importance outside a search and records it.
struct ImportanceRunner {
    let request: ImportanceCommand.Request
    let model: LoadedModel
    /// Where the values are recorded; nil for nowhere.
    let store: Store?
    let progress: ProgressLine

    /// What one measure found, and what follows from it.
    struct Finding {
        let measure: any LayerMeasure
        let signal: LayerSignal?
        let measurement: LayerMeasurement
        let seconds: Double
        let runID: Int?
        /// First allocations within the budget, by rule; empty without a budget.
        let allocations: [(rule: ImportanceAllocation, allocation: Allocation, bytes: Int)]
    }

    /// The first allocations that are shown.
    private static let rules: [ImportanceAllocation] = [.greedy, .exact, .reversed, .random]

    /// Runs every measure that was asked for, one after another; each is recorded as soon as it is done.
    func run(commandLine: String?) throws -> ImportanceView {
        defer { progress.finish() }
        let contextLength = model.model.configuration.contextLength
        guard request.calibrationLength <= contextLength else {
            throw Failure.usage(
                "--calibration-length: the model reads \(contextLength) tokens, not \(request.calibrationLength)")
        }
        let space = try model.model.allocationSpace(request.choices.map { try Precisions.parse($0) })
        let budgetBytes = try request.budget?.resolvedBytes(in: space)
        let tokens = try model.tokenizer.encodeDocuments(of: Engine.TextFile.read(request.calibration))
        do throws(TrainingError) {
            _ = try TextWindows(tokens: tokens, length: request.calibrationLength, seed: request.seed)
        } catch {
            throw Failure(.failed, "\(request.calibration): \(error.description)")
        }
        let recordedModel = try store?.recordModel(ModelRecord(model.checkpoint))
        var findings: [Finding] = []
        for name in request.measures {
            guard let measure = LayerMeasures.named(name) else { continue }
            let step = LayerImportanceStep(
                model: model.model, measure: name, signal: request.signal, precisions: space.choices.map(\.name),
                granularity: .layer,
                calibrationTokens: tokens, calibrationSamples: request.calibrationSamples,
                calibrationLength: request.calibrationLength, seed: request.seed,
                parallelism: Parallelism(threads: request.threads), progress: progress)
            let started = MonotonicClock.seconds
            let measurement = try step.run()
            let seconds = MonotonicClock.seconds - started
            let signal = measure.usesSignal ? request.signal : nil
            var runID: Int?
            if let store, let recordedModel {
                runID =
                    try store.recordImportanceRun(
                        record(
                            measurement, step, measure, signal, seconds, space, modelID: recordedModel.id, commandLine,
                            store)
                    ).id
            }
            findings.append(
                Finding(
                    measure: measure, signal: signal, measurement: measurement, seconds: seconds, runID: runID,
                    allocations: try allocations(measurement, step, space, budgetBytes)))
        }
        return ImportanceView(
            model: request.model, sha256: recordedModel?.sha256, space: space, budgetBytes: budgetBytes,
            findings: findings)
    }

    private func allocations(
        _ measurement: LayerMeasurement, _ step: LayerImportanceStep, _ space: AllocationSpace, _ budgetBytes: Int?
    ) throws -> [(rule: ImportanceAllocation, allocation: Allocation, bytes: Int)] {
        guard let budgetBytes else { return [] }
        let errors = measurement.costs == nil ? try step.relativeErrors() : nil
        var random = RandomSource(seed: request.seed).derived("controls")
        return try Self.rules.map { rule in
            let allocation = try rule.allocation(
                importance: measurement.estimates.map(\.corrected), in: space, budgetBytes: budgetBytes,
                relativeErrors: errors, costs: measurement.costs, random: &random)
            return (rule, allocation, try space.bytes(of: allocation))
        }
    }

    private func record(
        _ measurement: LayerMeasurement, _ step: LayerImportanceStep, _ measure: any LayerMeasure,
        _ signal: LayerSignal?, _ seconds: Double, _ space: AllocationSpace, modelID: Int, _ commandLine: String?,
        _ store: Store
    ) throws -> ImportanceRunRecord {
        var values = measurement.estimates.enumerated().map { layer, estimate in
            ImportanceRunRecord.Value(
                layer: layer, value: estimate.value, nullMean: estimate.nullMean,
                nullDeviation: estimate.nullDeviation)
        }
        for (layer, costs) in (measurement.costs ?? []).enumerated() {
            for (choice, cost) in zip(space.choices, costs) {
                values.append(ImportanceRunRecord.Value(layer: layer, precision: choice.name, value: cost))
            }
        }
        let specification = RunSpecification(
            settings: step.settings, calibration: request.calibration,
            calibrationSHA256: try SHA256.hex(of: URL(filePath: request.calibration)))
        return ImportanceRunRecord(
            modelID: modelID, measure: measure.name, signal: signal?.rawValue, unit: measure.unit, seed: request.seed,
            specification: try CanonicalJSON.text(specification), durationSeconds: seconds, commandLine: commandLine,
            environment: .current(store: store, threads: request.threads), values: values)
    }

    /// What is recorded of a run: everything that its values depend on beside the model.
    struct RunSpecification: Codable {
        var settings: LayerImportanceStep.Settings
        var calibration: String
        var calibrationSHA256: String

        enum CodingKeys: String, CodingKey {
            case settings, calibration
            case calibrationSHA256 = "calibration_sha256"
        }
    }
}
