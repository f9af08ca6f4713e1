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
        do throws(EndPrecisionError) {
            try specification.ends.check(base.model.configuration)
        } catch {
            throw Failure.usage("--head-precision: \(error.description)")
        }
        let pruned = try prunedConfiguration()
        if let pruned {
            let space = try pruned.allocationSpace(
                specification.choices.map { try Precisions.parse($0) }, fixedBytes: try unquantizedBytes(of: pruned),
                granularity: specification.granularity)
            _ = try specification.budget.resolvedBytes(in: space)
        }
        try checkTexts(pruned ?? base.model.configuration)
        try Evaluator(model: LlamaScorer(model: base.model, parallelism: .serial), encoder: base.tokenizer)
            .check(
                tasks: inputs.evaluation.tasks, texts: inputs.evaluation.texts,
                documents: inputs.evaluation.documents)
    }

    /// What embedding, head and norms of the pruned model will take.
    private func unquantizedBytes(of pruned: ModelConfiguration) throws -> Int {
        func bytes(_ weight: WeightMatrix, _ precision: String?) throws -> Int {
            try precision.map { try Precisions.parse($0).byteCount(rows: weight.rows, columns: pruned.hidden) }
                ?? weight.byteCount / weight.columns * pruned.hidden
        }
        return try bytes(base.model.embedding, specification.ends.embedding)
            + (base.model.untiedHead.map { try bytes($0, specification.ends.head) } ?? 0)
            + 4 * pruned.hidden * (2 * pruned.layers.count + 1)
    }

    /// The shapes that trials will have; nil where they depend on scores that are not measured yet.
    private func prunedConfiguration() throws -> ModelConfiguration? {
        let configuration = base.model.configuration
        guard specification.pruning.isPruning else { return configuration }
        return try specification.pruning.shapes(of: configuration)?.configuration
    }

    /// Results are recorded by task name: two tasks of one name could not be told apart.
    private func checkTaskNames() throws(Failure) {
        var names: Set<String> = []
        for name in inputs.evaluation.taskNames where !names.insert(name).inserted {
            throw .usage(
                "--task: two files are called '\(name)'; results are recorded by that name",
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
