internal import Engine
internal import Store

/// What came of a trial.
struct TrialOutcome: Sendable {
    let weightBytes: Int
    let bitsPerWeight: Double?
    let parameters: Int
    let adapterParameters: Int
    let steps: [TrainingStep]
    let evaluation: EvaluationResult
    let objective: Double
    let objectiveStandardError: Double?
}

/// Carries one trial through quantization, recovery and evaluation.
struct TrialExecution: Sendable {
    let context: SearchContext
    let plan: TrialPlan

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
    /// - Throws: `TrainingError`, `QuantizationError`, `EvaluationError`, `TextFileError`, `ModelError`.
    func run(name: String, progress: ProgressLine) throws -> TrialOutcome {
        var model = plan.base == .intact ? context.base.model : context.pruned
        if let allocation = plan.allocation {
            progress.begin("\(name)  quantizing")
            model = try model.quantized(context.specification.ends)
                .quantized(allocation, parallelism: context.parallelism)
        }
        let weightBytes = model.weightBytes
        let bitsPerWeight = try size().bitsPerWeight
        var steps: [TrainingStep] = []
        if plan.recovers, context.specification.recovery.steps > 0 {
            let options = context.specification.recoveryOptions
            progress.begin("\(name)  recovering", total: options.training.steps, unit: "steps")
            let recovery = try Recovery(options, tokens: context.inputs.recoveryTokens)
            (model, steps) = try recovery.recover(model, parallelism: context.parallelism) { step in
                progress.advance(to: step.step + 1, note: "loss \(NumberText.fixed(step.loss, 4))")
            }
        }
        let evaluation = try context.inputs.evaluation.run(
            model: model, tokenizer: context.base.tokenizer, parallelism: context.parallelism,
            progress: ScoringProgress(progress, label: "\(name)  evaluating"))
        let (objective, error) = try self.objective(evaluation)
        return TrialOutcome(
            weightBytes: weightBytes, bitsPerWeight: bitsPerWeight, parameters: model.configuration.parameterCount,
            adapterParameters: model.adapters?.parameterCount ?? 0, steps: steps, evaluation: evaluation,
            objective: objective, objectiveStandardError: error)
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

extension Specification {
    /// The recovery as the engine takes it.
    var recoveryOptions: Engine.RecoveryOptions {
        Engine.RecoveryOptions(
            rank: recovery.rank, alpha: recovery.alpha, targets: recovery.targets, batchSize: recovery.batch,
            sequenceLength: recovery.sequenceLength, seed: seed,
            training: TrainingOptions(
                steps: recovery.steps, learningRate: recovery.learningRate, schedule: recovery.schedule,
                warmUpSteps: recovery.warmupSteps, weightDecay: recovery.weightDecay,
                clipNorm: recovery.clip > 0 ? recovery.clip : nil))
    }
}
