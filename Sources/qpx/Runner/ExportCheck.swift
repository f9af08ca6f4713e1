internal import Engine

/// Measures a model before and after it was exported, on the same tasks and texts.
struct ExportCheck {
    let step: EvaluationStep
    let tokenizer: Tokenizer
    let parallelism: Parallelism

    /// One number that both were measured by.
    struct Row {
        /// Such as "piqa acc" or "held-out loss".
        let name: String
        let before: Double
        let after: Double
    }

    /// The numbers of both models, in the order of the tasks and texts.
    /// - Throws: `EvaluationError`, `TextFileError`, `ModelError`.
    func rows(before: LlamaModel, after: LlamaModel, progress line: ProgressLine) throws -> [Row] {
        let progress = ScoringProgress(line, label: "evaluating")
        func numbers(_ model: LlamaModel) throws -> [(name: String, value: Double)] {
            let result = try step.run(
                model: model, tokenizer: tokenizer, parallelism: parallelism, progress: progress)
            var numbers: [(name: String, value: Double)] = []
            for task in result.tasks {
                numbers.append(("\(task.task) acc", task.acc))
                if let norm = task.accNorm { numbers.append(("\(task.task) acc_norm", norm)) }
            }
            for task in result.documents {
                numbers.append(("\(task.task) word_perplexity", task.result.wordPerplexity))
            }
            for (text, name) in zip(result.texts, step.textNames) { numbers.append(("\(name) loss", text.meanLoss)) }
            return numbers
        }
        return zip(try numbers(before), try numbers(after)).map {
            Row(name: $0.name, before: $0.value, after: $1.value)
        }
    }
}
