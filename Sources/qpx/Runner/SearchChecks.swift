internal import Engine

/// What a search would stumble over later, found before anything is computed or recorded.
struct SearchChecks {
    let specification: Specification
    let inputs: SearchInputs
    let base: LoadedModel

    /// Refuses settings and files that do not fit the model or one another.
    /// - Throws: `Failure` that names the setting, `PruningError`, `BudgetError`, `TrainingError`, `TextFileError`,
    ///   `EvaluationError`.
    func run() throws {
        guard !base.model.isQuantized else {
            throw Failure.usage(
                "\(specification.model): is quantized already, a search begins with unquantized weights",
                hint: "name the checkpoint that it was made from")
        }
        try checkTaskNames()
        try checkLengths()
        let pruned = try prunedConfiguration()
        let space = try pruned.allocationSpace(
            specification.choices.map { try Precisions.parse($0) }, fixedBytes: base.model.unquantizedBytes)
        _ = try specification.budget.resolvedBytes(in: space)
        try checkTexts(pruned)
        try Evaluator(model: LlamaScorer(model: base.model, parallelism: .serial), encoder: base.tokenizer)
            .check(tasks: inputs.evaluation.tasks, texts: inputs.evaluation.texts)
    }

    private func prunedConfiguration() throws -> ModelConfiguration {
        let configuration = base.model.configuration
        let pruning = specification.pruning
        guard pruning.isPruning else { return configuration }
        let layers = try pruning.layers.layers(of: configuration.layers.count)
        return configuration.pruned(ratio: try pruning.ratio(of: configuration, layers: layers), layers: layers)
    }

    /// Results are recorded by task name: two tasks of one name could not be told apart.
    private func checkTaskNames() throws(Failure) {
        var names: Set<String> = []
        for task in inputs.evaluation.tasks where !names.insert(task.name).inserted {
            throw .usage(
                "--task: two files are called '\(task.name)'; results are recorded by that name",
                hint: "rename one of them")
        }
    }

    private func checkLengths() throws(Failure) {
        let contextLength = base.model.configuration.contextLength
        var lengths = [("--calibration-length", specification.pruning.calibrationLength)]
        if specification.recovery.steps > 0 {
            lengths.append(
                specification.recovery.data == nil
                    ? ("--sequence-length", specification.recovery.sequenceLength)
                    : ("--cutoff", specification.recovery.cutoff))
        }
        if !inputs.evaluation.texts.isEmpty {
            lengths.append(("--window-length", specification.evaluation.windowLength))
        }
        for (flag, length) in lengths where length > contextLength {
            throw .usage("\(flag): the model reads \(contextLength) tokens, not \(length)")
        }
    }

    private func checkTexts(_ pruned: ModelConfiguration) throws {
        let pruning = specification.pruning
        if let path = pruning.calibration {
            try named("--calibration \(path)") { () throws(TrainingError) in
                _ = try TextWindows(
                    tokens: inputs.calibrationTokens, length: pruning.calibrationLength, seed: specification.seed)
            }
        }
        guard specification.recovery.steps > 0 else { return }
        try named("--rank") { () throws(TrainingError) in
            try specification.recovery.options(seed: specification.seed).checkRank(pruned)
        }
    }

    /// Says which setting a training error is about.
    private func named<Value>(_ setting: String, _ work: () throws(TrainingError) -> Value) throws(Failure) -> Value {
        do throws(TrainingError) {
            return try work()
        } catch {
            throw .usage("\(setting): \(error.description)")
        }
    }
}
