internal import Engine

/// Everything that the result of a trial depends on when this program carries it out whole: the same key, the same result to
/// the last bit, in whichever search.
///
/// Budget, choices and what the search is for are not part of it; nor is the seed where nothing is trained.
struct ResultKey {
    /// SHA-256 in lower-case hexadecimal.
    let digest: String

    /// The key of a plan.
    /// - Parameters:
    ///   - model: SHA-256 of the model that the trial begins with.
    ///   - names: what metrics call the tasks and texts, in their order.
    ///   - training: digest of what is trained on, in its order; nil where the trial recovers nothing.
    init(
        _ plan: TrialPlan, model: String, specification: Specification, files: [SearchInputs.File],
        names: [String], training: String?, seed: UInt64
    ) throws {
        var key = try StageKey("result", model: model)
        key = try key.adding(plan.allocation?.text ?? "")
        if plan.allocation != nil { key = try key.adding(specification.ends) }
        if let training {
            key = try key.adding(specification.recovery.options(seed: seed)).adding(training)
        }
        var evaluation = specification.evaluation
        // Where files lie is of no matter: what is in them is part of the key, and what they are called.
        (evaluation.tasks, evaluation.texts, evaluation.data) = ([], [], nil)
        key = try key.adding(evaluation).adding(names)
            .adding([specification.objective.name, specification.objective.windows.map(String.init) ?? "all"])
        for file in files where ["task", "text", "objective_text"].contains(file.role) {
            key = try key.adding([file.role, FilePath.name(of: file.path), file.sha256])
        }
        digest = key.digest
    }
}
