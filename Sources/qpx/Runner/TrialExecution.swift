internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What came of a trial.
struct TrialOutcome: Sendable {
    let weightBytes: Int
    let bitsPerWeight: Double?
    let parameters: Int
    let adapterParameters: Int
    /// Mean relative distance from the weights, quantized alone and with LoftQ's factors; nil without LoftQ.
    let loftQErrors: (before: Double, after: Double)?
    let steps: [TrainingStep]
    let evaluation: EvaluationResult
    let objective: Double
    let objectiveStandardError: Double?
}

/// Carries one trial through quantization, recovery and evaluation.
struct TrialExecution: Sendable {
    let context: SearchContext
    let plan: TrialPlan
    /// Folder in which the state of the training is kept; nil keeps none.
    var stateFolder: String?

    /// What is trained on; nil where the trial recovers nothing.
    private var data: (any TrainingData)? { plan.recovers ? context.inputs.recovery : nil }

    /// Bytes and bits per weight, known before the trial runs.
    func size() throws -> (weightBytes: Int, bitsPerWeight: Double?, isWithinBudget: Bool?) {
        let model = plan.base == .intact ? context.base.model : context.pruned
        guard let allocation = plan.allocation else { return (model.weightBytes, nil, nil) }
        let projections = try model.configuration.projectionBytes(of: allocation)
        let bytes = try projections + model.unquantizedBytes(context.specification.ends)
        let bitsPerWeight = 8 * Double(projections) / Double(max(1, model.configuration.projectionWeights))
        return (bytes, bitsPerWeight, bytes <= context.budgetBytes)
    }

    /// Computes everything.
    /// - Parameter name: the trial's, for the progress.
    /// - Throws: `TrainingError`, `QuantizationError`, `EvaluationError`, `TextFileError`, `ModelError`,
    ///   `CheckpointError`.
    func run(name: String, progress: ProgressLine) throws -> TrialOutcome {
        var model = plan.base == .intact ? context.base.model : context.pruned
        if plan.allocation != nil { model = try model.quantized(context.specification.ends) }
        let bitsPerWeight = try size().bitsPerWeight
        var steps: [TrainingStep] = []
        var errors: (before: Double, after: Double)?
        if plan.allocation != nil { progress.begin("\(name)  quantizing") }
        if let data {
            let specification = context.specification
            let options = specification.recovery.options(seed: specification.seed)
            let start = try AdaptedModel(
                model, allocation: plan.allocation, options: options, parallelism: context.parallelism)
            model = start.model
            errors = start.meanRelativeErrors
            progress.begin("\(name)  recovering", total: options.training.steps, unit: "steps")
            steps = try Recovery(options, data: data).train(
                model, saving: try state(data), parallelism: context.parallelism
            ) { step in
                progress.advance(to: step.step + 1, note: "loss \(NumberText.fixed(step.loss, 4))")
            }
        } else if let allocation = plan.allocation {
            model = try model.quantized(allocation, parallelism: context.parallelism)
        }
        let evaluation = try context.inputs.evaluation.run(
            model: model, tokenizer: context.base.tokenizer, parallelism: context.parallelism,
            progress: ScoringProgress(progress, label: "\(name)  evaluating"))
        let (objective, error) = try self.objective(evaluation)
        return TrialOutcome(
            weightBytes: model.weightBytes, bitsPerWeight: bitsPerWeight,
            parameters: model.configuration.parameterCount, adapterParameters: model.adapters?.parameterCount ?? 0,
            loftQErrors: errors, steps: steps, evaluation: evaluation, objective: objective,
            objectiveStandardError: error)
    }

    /// Removes the state of the training: the trial has ended.
    func removeState() throws {
        if let data { try state(data)?.remove() }
    }

    /// Where the state of the training is kept: a name for everything that the training depends on.
    private func state(_ data: any TrainingData) throws -> TrainingCheckpoint? {
        let recovery = context.specification.recovery
        guard let stateFolder, recovery.saveEvery > 0 else { return nil }
        let digest = try StageKey(
            "recovery", model: plan.base == .intact ? context.base.checkpoint.digest : context.prunedDigest
        )
        .adding(plan.allocation?.text ?? "").adding(context.specification.ends).adding(
            recovery.options(seed: context.specification.seed)
        )
        .adding(data.digest).digest
        do {
            try FileManager.default.createDirectory(atPath: stateFolder, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError.unwritable(file: stateFolder, reason: "the folder cannot be made here")
        }
        return TrainingCheckpoint(
            file: URL(filePath: stateFolder).appending(path: "recovery-\(digest.prefix(16)).safetensors"),
            every: recovery.saveEvery, digest: digest)
    }

    private func objective(_ evaluation: EvaluationResult) throws -> (value: Double, standardError: Double?) {
        if let index = context.inputs.objectiveText {
            let text = evaluation.texts[index]
            return (text.meanLoss, text.meanLossStandardError)
        }
        let tasks = evaluation.tasks
        let mean = tasks.map(\.acc).reduce(0, +) / Double(max(1, tasks.count))
        return (mean, StandardError.ofAverage(tasks.map(\.accStandardError)))
    }
}
