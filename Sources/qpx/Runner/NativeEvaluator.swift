internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the native engine found in a trial.
struct NativeOutcome: Sendable {
    let parameters: Int
    let adapterParameters: Int
    /// Mean relative distance from the weights, quantized alone and with LoftQ's factors; nil without LoftQ.
    let loftQErrors: (before: Double, after: Double)?
    let steps: [TrainingStep]
    /// Where the trial was stopped, of the objective's examples that were scored.
    let evaluation: EvaluationResult
    /// What metrics call the texts of `evaluation`.
    let textNames: [String]
    /// How it did in its race; nil without one.
    let race: RaceRecord?
    /// Where the trial was stopped, an estimate of what the whole would have given.
    let objective: Double
    let objectiveStandardError: Double?
}

/// Carries trials through quantization, recovery and evaluation with the engine of this program.
struct NativeEvaluator: TrialEvaluator {
    private(set) var problem: SearchProblem
    let inputs: SearchInputs
    let base: LoadedModel
    /// The base model, or what pruning left of it.
    let pruned: LlamaModel
    /// SHA-256 of the pruned model's weights and configuration.
    let prunedDigest: String
    /// Folder in which the state of a training is kept, so that an interrupted one goes on.
    let stateFolder: String

    /// What is trained on, in the order that a seed says; nil where the trial recovers nothing.
    private func data(_ plan: TrialPlan, seed: UInt64) throws -> (any TrainingData)? {
        guard plan.recovers else { return nil }
        let specification = problem.specification
        guard seed != specification.seed else { return inputs.recovery }
        return try inputs.recoveryMaterial?.data(specification.recovery, tokenizer: base.tokenizer, seed: seed)
    }

    func size(of plan: TrialPlan) throws -> TrialSize {
        let model = plan.base == .intact ? base.model : pruned
        guard let allocation = plan.allocation else {
            return TrialSize(weightBytes: model.weightBytes, bitsPerWeight: nil, isWithinBudget: nil)
        }
        let projections = try model.configuration.projectionBytes(of: allocation)
        let bytes = try projections + model.unquantizedBytes(problem.specification.ends)
        let bitsPerWeight = 8 * Double(projections) / Double(max(1, model.configuration.projectionWeights))
        return TrialSize(
            weightBytes: bytes, bitsPerWeight: bitsPerWeight, isWithinBudget: bytes <= problem.budgetBytes)
    }

    /// - Throws: `TrainingError`, `QuantizationError`, `EvaluationError`, `TextFileError`, `ModelError`,
    ///   `CheckpointError`.
    func evaluate(
        _ plan: TrialPlan, trial: TrialRecord, incumbent: () throws -> RaceIncumbent?, progress: ProgressLine
    ) throws -> TrialResult {
        // A rerun computes everything anew: that is its purpose.
        try outcome(
            plan, name: trial.name, seed: trial.seed, keepsState: trial.kind != .rerun, incumbent: incumbent,
            progress: progress
        ).result
    }

    private func outcome(
        _ plan: TrialPlan, name: String, seed: UInt64, keepsState: Bool, incumbent: () throws -> RaceIncumbent?,
        progress: ProgressLine
    ) throws -> NativeOutcome {
        var model = plan.base == .intact ? base.model : pruned
        if plan.allocation != nil { model = try model.quantized(problem.specification.ends) }
        var steps: [TrainingStep] = []
        var errors: (before: Double, after: Double)?
        if plan.allocation != nil { progress.begin("\(name)  quantizing") }
        if let data = try data(plan, seed: seed) {
            let options = problem.specification.recovery.options(seed: seed)
            let start = try AdaptedModel(
                model, allocation: plan.allocation, options: options, parallelism: problem.parallelism)
            model = start.model
            errors = start.meanRelativeErrors
            progress.begin("\(name)  recovering", total: options.training.steps, unit: "steps")
            steps = try Recovery(options, data: data).train(
                model, saving: keepsState ? try state(plan, data, seed: seed) : nil, parallelism: problem.parallelism
            ) { step in
                progress.advance(to: step.step + 1, note: "loss \(NumberText.fixed(step.loss, 4))")
            }
        } else if let allocation = plan.allocation {
            model = try model.quantized(allocation, parallelism: problem.parallelism)
        }
        // Asked as late as possible: other workers may have found a better one during the recovery.
        let rival = try incumbent()
        let scoring = ScoringProgress(progress, label: "\(name)  evaluating")
        let (evaluation, standing): (EvaluationResult, Race.Standing?)
        if let plan = rival.flatMap(racing) {
            let raced = try inputs.evaluation.run(
                racing: plan, model: model, tokenizer: base.tokenizer, parallelism: problem.parallelism,
                progress: scoring)
            (evaluation, standing) = (raced.result, raced.standing)
        } else {
            evaluation = try inputs.evaluation.run(
                model: model, tokenizer: base.tokenizer, parallelism: problem.parallelism, progress: scoring)
            standing = nil
        }
        let (objective, error) = self.objective(evaluation, standing, rival)
        let names = inputs.evaluation.textNames
        let isStopped = standing?.isBeaten == true
        return NativeOutcome(
            parameters: model.configuration.parameterCount, adapterParameters: model.adapters?.parameterCount ?? 0,
            loftQErrors: errors, steps: steps, evaluation: evaluation,
            textNames: isStopped ? inputs.objectiveText.map { [names[$0]] } ?? [] : names,
            race: standing.flatMap { standing in rival.map { record(standing, $0) } }, objective: objective,
            objectiveStandardError: error)
    }

    /// The race against an incumbent; nil where it did not answer the same questions, or has no value to estimate from.
    private func racing(_ incumbent: RaceIncumbent) -> RacingPlan? {
        guard let options = problem.specification.earlyStopping.race, incumbent.trial.objectiveValue != nil,
            let values = incumbent.values(on: inputs.evaluation, objectiveText: inputs.objectiveText)
        else { return nil }
        return RacingPlan(
            objective: inputs.objectiveText.map { .loss(text: $0) } ?? .accuracy, incumbent: values, options: options,
            seed: problem.specification.seed)
    }

    /// What stands in a race against another trial is nothing to go by for a third one.
    func resultDigest(of plan: TrialPlan, seed: UInt64) throws -> String? {
        guard problem.specification.earlyStopping.race == nil else { return nil }
        return try ResultKey(
            plan, model: plan.base == .intact ? base.checkpoint.digest : prunedDigest,
            specification: problem.specification, files: inputs.files,
            names: inputs.evaluation.taskNames + inputs.evaluation.textNames,
            training: try data(plan, seed: seed)?.digest, seed: seed
        ).digest
    }

    /// In a race more is always better; a loss is turned round.
    private var sign: Double { problem.isMaximized ? 1 : -1 }

    private func record(_ standing: Race.Standing, _ incumbent: RaceIncumbent) -> RaceRecord {
        RaceRecord(
            incumbentID: incumbent.trial.id, scored: standing.scored, examples: standing.examples,
            difference: sign * standing.difference, standardError: standing.standardError)
    }

    func using(threads: Int) -> any TrialEvaluator {
        var evaluator = self
        evaluator.problem.specification.threads = threads
        return evaluator
    }

    /// Removes the state of the training.
    func forget(_ plan: TrialPlan, seed: UInt64) throws {
        if let data = try data(plan, seed: seed) { try state(plan, data, seed: seed)?.remove() }
    }

    /// Where the state of the training is kept: a name for everything that the training depends on.
    private func state(_ plan: TrialPlan, _ data: any TrainingData, seed: UInt64) throws -> TrainingCheckpoint? {
        let recovery = problem.specification.recovery
        guard recovery.saveEvery > 0 else { return nil }
        let digest = try StageKey(
            "recovery", model: plan.base == .intact ? base.checkpoint.digest : prunedDigest
        )
        .adding(plan.allocation?.text ?? "").adding(problem.specification.ends).adding(recovery.options(seed: seed))
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

    /// The objective; of a stopped trial what the incumbent has plus the mean difference to it: both found the same
    /// examples easy, so that says far more of the whole than the mean over the examples that were scored.
    private func objective(
        _ evaluation: EvaluationResult, _ standing: Race.Standing?, _ incumbent: RaceIncumbent?
    ) -> (value: Double, standardError: Double?) {
        if let standing, standing.isBeaten, let whole = incumbent?.trial.objectiveValue {
            return (whole + sign * standing.difference, standing.standardError)
        }
        if let index = inputs.objectiveText {
            let text = evaluation.texts[index]
            return (text.meanLoss, text.meanLossStandardError)
        }
        let tasks = evaluation.tasks
        let mean = tasks.map(\.acc).reduce(0, +) / Double(max(1, tasks.count))
        return (mean, StandardError.ofAverage(tasks.map(\.accStandardError)))
    }
}
