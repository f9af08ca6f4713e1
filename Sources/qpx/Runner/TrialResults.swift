internal import Engine
internal import Store

extension NativeOutcome {
    /// The rows that the store keeps of a finished trial, without the time that it took.
    var result: TrialResult {
        TrialResult(
            objectiveValue: objective, objectiveStandardError: objectiveStandardError, durationSeconds: 0,
            metrics: metrics, exampleResults: exampleResults,
            trainingLosses: steps.map {
                TrainingLossRecord(
                    step: $0.step, loss: $0.loss, learningRate: $0.learningRate, gradientNorm: $0.gradientNorm)
            },
            artifacts: [], race: race)
    }

    /// Every number that the trial yields, in a fixed order.
    var metrics: [MetricRecord] {
        var metrics = [
            MetricRecord(name: "parameters", value: Double(parameters)),
            MetricRecord(name: "adapter_parameters", value: Double(adapterParameters)),
        ]
        if let loftQErrors {
            metrics.append(MetricRecord(name: "loftq_error_before", value: loftQErrors.before))
            metrics.append(MetricRecord(name: "loftq_error", value: loftQErrors.after))
        }
        for step in steps {
            guard let loss = step.validationLoss else { continue }
            metrics.append(MetricRecord(name: "validation_loss", value: loss, step: step.step))
        }
        for task in evaluation.tasks {
            func add(_ name: String, _ value: Double?, _ error: Double?) {
                guard let value else { return }
                metrics.append(
                    MetricRecord(name: name, task: task.task, value: value, standardError: error, count: task.n))
            }
            add("acc", task.acc, task.accStandardError)
            add("acc_norm", task.accNorm, task.accNormStandardError)
            add("acc_bytes", task.accBytes, task.accBytesStandardError)
        }
        if !evaluation.tasks.isEmpty {
            let mean = evaluation.tasks.map(\.acc).reduce(0, +) / Double(evaluation.tasks.count)
            metrics.append(
                MetricRecord(
                    name: "mean_acc", value: mean,
                    standardError: StandardError.ofAverage(evaluation.tasks.map(\.accStandardError)),
                    count: evaluation.tasks.count))
        }
        for (text, name) in zip(evaluation.texts, textNames) {
            metrics.append(
                MetricRecord(
                    name: "loss", task: name, value: text.meanLoss, standardError: text.meanLossStandardError,
                    count: text.predictedTokens))
            metrics.append(
                MetricRecord(name: "perplexity", task: name, value: text.perplexity, count: text.predictedTokens))
        }
        for documents in evaluation.documents {
            func add(_ name: String, _ value: Double, _ count: Int) {
                metrics.append(MetricRecord(name: name, task: documents.task, value: value, count: count))
            }
            add("word_perplexity", documents.result.wordPerplexity, documents.result.words)
            add("byte_perplexity", documents.result.bytePerplexity, documents.result.bytes)
            add("bits_per_byte", documents.result.bitsPerByte, documents.result.bytes)
        }
        return metrics
    }

    /// Results question by question of every task, window by window of every text, document by document.
    private var exampleResults: [ExampleResultRecord] {
        let questions = evaluation.tasks.compactMap { task -> ExampleResultRecord? in
            guard let examples = task.examples else { return nil }
            let normalized = examples.compactMap(\.isCorrectNorm)
            return ExampleResultRecord(
                task: task.task, items: examples.map(\.id), choices: examples.map(\.logLikelihoods.count),
                logLikelihoods: examples.flatMap(\.logLikelihoods), isGreedy: examples.flatMap(\.isGreedy),
                correct: examples.map(\.isCorrect), correctNorm: normalized.count == examples.count ? normalized : nil)
        }
        let windows = zip(evaluation.texts, textNames).compactMap { text, name -> ExampleResultRecord? in
            guard let values = text.windowLogLikelihoods else { return nil }
            return ExampleResultRecord(
                task: name, items: (text.windowNumbers ?? Array(values.indices)).map(ExampleResultRecord.window),
                choices: values.map { _ in 1 },
                logLikelihoods: values)
        }
        let documents = evaluation.documents.map { task in
            let values = task.result.logLikelihoods
            return ExampleResultRecord(
                task: task.task, items: values.indices.map { "\(task.task)/\($0)" }, choices: values.map { _ in 1 },
                logLikelihoods: values)
        }
        return questions + windows + documents
    }
}
